extension Snapshot {
    /// What changed from this snapshot to another of the same store, as net changes with both images.
    ///
    /// Both directions work. Changes come bucket by bucket, in order of insertion; a bucket that only one of the two
    /// has counts with all its records. Deadlines are not judged: overdue records count as long as they are stored.
    ///
    /// - Complexity: O(changed · log n): what both share is not visited.
    public func difference(to other: Snapshot) -> [Change] {
        var changes: [Change] = []
        forEachDifference(to: other) { changes.append($0) }
        return changes
    }

    /// Calls `body` for each net change from this snapshot to another, without gathering them.
    public func forEachDifference(to other: Snapshot, _ body: (Change) -> Void) {
        guard other.state === state, pin !== other.pin else { return }
        defer { withExtendedLifetime((self, other)) {} }
        let slots = max(pin.root.slotCount, other.pin.root.slotCount)
        for slot in 0..<slots {
            let before = pin.root.bucket(slot)
            let after = other.pin.root.bucket(slot)
            if before?.node == after?.node { continue }
            RowTree.difference(before?.rows ?? RowTree(), after?.rows ?? RowTree()) { old, new in
                guard let node = after ?? before else { return }
                body(change(old, new, node.root.pointee.layout.takeUnretainedValue()))
            }
        }
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
