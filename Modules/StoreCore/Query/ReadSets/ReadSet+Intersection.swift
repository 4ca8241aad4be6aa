extension ReadSet {
    /// Whether a commit may have changed anything that was read.
    ///
    /// - Complexity: O(changes × ranges read of their buckets).
    public func intersects(_ commit: Commit) -> Bool {
        redefined(by: commit) != nil || commit.records.contains { intersects($0) }
    }

    /// A bucket of which something was read, and whose definition a commit changes.
    func redefined(by commit: Commit) -> BucketReference? {
        for change in commit.storage.definitions {
            switch change {
            case .bucketDefined(let definition), .bucketUpdated(let definition):
                if covers(definition.reference) { return definition.reference }
            case .bucketDropped(let bucket): if covers(bucket) { return bucket }
            case .autoincrement, .record: break
            }
        }
        return nil
    }

    /// Whether a change may have changed anything that was read.
    ///
    /// True if it cannot be told, since the record's old image was not kept.
    ///
    /// - Complexity: O(ranges read of its bucket).
    public func intersects(_ change: Change) -> Bool {
        guard let reads = reads[change.bucket] else { return false }
        if let mask = reads.whole, mask.intersects(change) { return true }
        if !reads.keys.isEmpty, let mask = reads.keys[change.key], mask.intersects(change) {
            return true
        }
        return reads.ranges.contains { $0.intersects(change) }
    }
}

extension FieldMask {
    /// Whether a change of a record that was read concerns what mattered of it.
    fileprivate func intersects(_ change: Change) -> Bool {
        guard change.kind == .updated, !isAll, !change.hidesRecord else { return true }
        if isNone { return false }
        guard let old = change.old, let new = change.new else { return true }
        return differ(old, new)
    }
}

extension Change {
    /// Whether the record stays, but is overdue from this very change on, so that no reader sees it
    /// any more.
    var hidesRecord: Bool {
        guard kind == .updated, let new = entry.new else { return false }
        let record = RecordRef(new)
        return record.expiresAt <= record.header.pointee.updatedAt.microseconds
    }
}
