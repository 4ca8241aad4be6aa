extension ReadSet {
    /// Whether a commit may have changed anything that was read.
    ///
    /// - Complexity: O(changes × ranges read of their buckets).
    public func intersects(_ commit: Commit) -> Bool {
        redefined(by: commit) != nil || commit.records.contains { intersects($0) }
    }

    /// A bucket of which something was read, and whose definition a commit changes.
    func redefined(by commit: Commit) -> BucketReference? {
        commit.storage.definitions.lazy.compactMap(\.redefined).first(where: covers)
    }

    /// Whether a change may have changed anything that was read.
    ///
    /// True if it cannot be told, since the record's old image was not kept.
    ///
    /// - Complexity: O(ranges read of its bucket).
    public func intersects(_ change: Change) -> Bool { meeting(change) != nil }

    /// The same for what was read at an instant: that a record goes which nobody saw any more by then changes nothing.
    func meeting(_ change: Change, readAt instant: Timestamp) -> Meeting? {
        guard change.kind == .deleted else { return meeting(change) }
        if let old = change.old {
            return old.expiresAt.map { $0 <= instant } ?? false ? nil : meeting(change)
        }
        // When it was due is not known.
        var meeting = meeting(change)
        if change.reason == .expired { meeting?.isSure = false }
        return meeting
    }

    /// Where a change meets what was read; a sure meeting if there is one.
    func meeting(_ change: Change) -> Meeting? {
        guard let reads = reads[change.bucket] else { return nil }
        var suspicion: Meeting?
        if let mask = reads.whole, mask.intersects(change) {
            let meeting = Meeting(change, .bucket, isSure: mask.isSure(of: change))
            if meeting.isSure { return meeting }
            suspicion = meeting
        }
        if !reads.keys.isEmpty, let mask = reads.keys[change.key], mask.intersects(change) {
            let meeting = Meeting(change, .key, isSure: mask.isSure(of: change))
            if meeting.isSure { return meeting }
            suspicion = meeting
        }
        for range in reads.ranges where range.intersects(change) {
            let meeting = Meeting(change, .range(range.predicate), isSure: change.hasOldImage)
            if meeting.isSure { return meeting }
            suspicion = meeting
        }
        return suspicion
    }
}

extension FieldMask {
    /// Whether a change that meets this is known to be one.
    func isSure(of change: Change) -> Bool {
        change.kind != .updated || isAll || change.hidesRecord || change.hasOldImage
    }

    /// Whether a change may have changed what was read with this mask.
    func intersects(_ change: Change) -> Bool {
        guard change.kind == .updated, !isAll, !change.mayAlterPresence else { return true }
        if isNone { return false }
        guard let old = change.old, let new = change.new else { return true }
        return differ(old, new)
    }
}

extension CommitChange {
    /// The bucket whose definition this changes, if it does.
    var redefined: BucketReference? {
        switch self {
        case .bucketDefined(let definition), .bucketUpdated(let definition): definition.reference
        case .bucketDropped(let bucket): bucket
        case .autoincrement, .record: nil
        }
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

    /// Whether the record may be there for readers from this very change on, or gone from it on, though it is an
    /// update: its deadline has moved, or one that was overdue has made way for another.
    ///
    /// A reader may have judged deadlines by a later instant than the commit's: which of the two deadlines has passed
    /// does not matter, but that they differ.
    var mayAlterPresence: Bool {
        guard kind == .updated, let new = entry.new else { return false }
        // A deadline has moved at an instant that the record does not know.
        if reason == .touched, entry.old == nil { return true }
        let header = RecordRef(new).header
        if header.pointee.expiresAt <= header.pointee.updatedAt.microseconds { return true }
        guard let old = entry.old else {
            return header.pointee.expiresAt != .max
                || header.pointee.createdAt == header.pointee.updatedAt
        }
        return RecordRef(old).header.pointee.expiresAt != header.pointee.expiresAt
    }
}
