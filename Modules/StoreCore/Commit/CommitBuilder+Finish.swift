extension CommitBuilder {
    /// Checks what has been gathered and carries it out: policies, unique values, gates, application, observers.
    ///
    /// - Returns: the position of the commit; the current position if nothing changes.
    /// - Throws: what refuses the commit; the store is then as it was.
    @inline(__always)
    mutating func finish(
        _ context: StoreContext?, definitions: [CommitChange] = [], weight: Int = 0,
        editing definition: ((StoreNode, inout Editor) -> StoreNode)? = nil
    ) throws -> Position {
        defer { pending.finish() }
        try runPolicies()
        try checkUniques()
        var entries = ContiguousArray<ChangeEntry>()
        entries.reserveCapacity(pending.entries.count)
        for entry in pending.entries where entry.isEffective {
            entries.append(changeEntry(entry, keepsOld: entry.bucket.wantsOldImages))
        }
        if entries.isEmpty, definitions.isEmpty {
            return Position(UInt64(bitPattern: position - 1))
        }
        let commit = Commit(
            storage: CommitStorage(
                position: position, timestamp: now, context: context, definitions: definitions,
                entries: entries))
        try admit(commit)
        apply(position, weight, definition)
        publish(commit)
        return commit.position
    }

    @inline(__always)
    private func admit(_ commit: Commit) throws {
        let gates = store.underWriter.pointee.gates
        for index in gates.indices {
            do {
                try gates[index].admit(commit)
            } catch {
                for earlier in gates[..<index].reversed() { earlier.didRefuse(commit) }
                throw error
            }
        }
    }

    /// From here on nothing fails.
    @inline(__always)
    private func apply(
        _ position: Int64, _ weight: Int, _ definition: ((StoreNode, inout Editor) -> StoreNode)?
    ) {
        store.pinForLazyReaders()
        let seed = store.state.seed
        let emptied = emptiedBuckets()
        store.state.advance(to: position, changes: pending.entries.count + weight) { root, editor in
            var root = root
            if let definition { root = definition(root, &editor) }
            for slot in emptied { root.writableBucket(slot, &editor).removeAll(&editor) }
            for index in pending.entries.indices {
                let entry = pending.entries[index]
                guard entry.isEffective, emptied.isEmpty || !emptied.contains(entry.bucket.slot)
                else { continue }
                let bucket = root.writableBucket(entry.bucket.slot, &editor)
                bucket.apply(entry, seed, &editor)
            }
            return root
        }
        forgetMarks()
    }

    /// The slots of buckets of which every record goes and none comes: they are emptied at once.
    @inline(__always)
    private func emptiedBuckets() -> [Int] {
        guard pending.entries.count > VersionedState.inPlaceMax else { return [] }
        var deletions: [Int: Int] = [:]
        var others: Set<Int> = []
        for entry in pending.entries where entry.isEffective {
            if entry.new == nil {
                deletions[entry.bucket.slot, default: 0] += 1
            } else {
                others.insert(entry.bucket.slot)
            }
        }
        return deletions.filter { slot, count in
            !others.contains(slot) && root.bucket(slot)?.root.pointee.count == count
        }.map(\.key)
    }

    @inline(__always)
    private func forgetMarks() {
        for entry in pending.entries where entry.new == nil {
            // The base may be gone by now; its row number was stored nowhere else.
            entry.bucket.marks?.forget(entry.row)
        }
    }

    @inline(__always)
    private func publish(_ commit: Commit) {
        store.underWriter.pointee.lastTimestamp = now
        if let ring = store.ring { ring.append(commit.storage) } else { store.history.append(commit) }
        for observer in store.underWriter.pointee.observers
        where observer.interest.matches(commit.storage) {
            observer.observer.didCommit(commit)
        }
    }
}
