extension Snapshot {
    /// What changed from this snapshot to another of the same store, as net changes with both images.
    ///
    /// Both directions work. Changes come bucket by bucket, in order of insertion; a bucket that only one of the two
    /// has counts with all its records, and a change of its definition does not count. Deadlines
    /// are not judged: overdue records count as long as they are stored.
    ///
    /// - Complexity: O(changed · log n): what both share is not visited. O(n) where a bucket's fields have changed
    ///   between them: its records were laid out anew.
    public func difference(to other: Snapshot) -> [Change] {
        var changes: [Change] = []
        forEachDifference(to: other) { changes.append($0) }
        return changes
    }

    /// Calls `body` for each net change from this snapshot to another, without gathering them.
    public func forEachDifference(to other: Snapshot, _ body: (Change) -> Void) {
        _ = forEachDifference(to: other, in: { _ in true }) {
            body($0)
            return true
        }
    }

    /// The same in some buckets, until `body` returns false; returns whether it never did.
    func forEachDifference(
        to other: Snapshot, in isIncluded: (BucketReference) -> Bool, while body: (Change) -> Bool
    ) -> Bool {
        guard other.state === state, pin !== other.pin else { return true }
        defer { withExtendedLifetime((self, other)) {} }
        return pin.root.everyDifference(to: other.pin.root) { before, after in
            let isOneBucket = before?.root.pointee.generation == after?.root.pointee.generation
            // Where another bucket has taken the slot of one that is gone, neither has anything of the other's.
            let pairs = isOneBucket ? [(before, after)] : [(before, nil), (nil, after)]
            for (before, after) in pairs {
                guard forEachDifference(before, after, in: isIncluded, while: body) else {
                    return false
                }
            }
            return true
        }
    }

    private func forEachDifference(
        _ before: BucketNode?, _ after: BucketNode?, in isIncluded: (BucketReference) -> Bool,
        while body: (Change) -> Bool
    ) -> Bool {
        guard let node = after ?? before else { return true }
        let layout = node.root.pointee.layout.takeUnretainedValue()
        guard isIncluded(layout.reference) else { return true }
        return RowTree.everyDifference(
            before?.rows ?? RowTree(), after?.rows ?? RowTree()
        ) { old, new in
            // Laid out anew for another definition, and otherwise the same.
            if let old, let new, RecordRef(old).isSameVersion(as: RecordRef(new)) { return true }
            return body(change(old, new, layout))
        }
    }

    /// Whether a bucket, as far as both snapshots know it, is one bucket of one definition.
    func hasSameDefinition(of bucket: BucketReference, as other: Snapshot) -> Bool {
        defer { withExtendedLifetime((self, other)) {} }
        guard let before = layout(of: bucket), let now = other.layout(of: bucket) else {
            return layout(of: bucket) == nil && other.layout(of: bucket) == nil
        }
        return before.isSame(as: now)
    }

    /// A definition's layout, made anew whenever the bucket is defined anew.
    private func layout(of bucket: BucketReference) -> BucketLayout? {
        guard let layout = place(of: bucket.name)?.node.root.pointee.layout,
            layout._withUnsafeGuaranteedRef({ $0.reference == bucket })
        else { return nil }
        return layout.takeUnretainedValue()
    }

    private func change(_ old: RawNode?, _ new: RawNode?, _ layout: BucketLayout) -> Change {
        let old = old.map { RecordRef($0).storage }
        let new = new.map { RecordRef($0).storage }
        let kind: Change.Kind = old == nil ? .inserted : (new == nil ? .deleted : .updated)
        return Change(
            ChangeEntry(
                bucket: layout, kind: kind, reason: .user, new: new, old: old, deletedKey: nil,
                hash: 0))
    }
}
