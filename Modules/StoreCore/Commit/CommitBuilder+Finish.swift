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
        if needsReview {
            try review()
        } else if hasLimits {
            try enforceLimits()
        }
        if definitions.isEmpty, !pending.isEffective {
            return Position(UInt64(bitPattern: position - 1))
        }
        let marks = unloggedMarks()
        let commit = Commit(
            storage: CommitStorage(
                position: position, timestamp: now, context: context,
                definitions: marks.isEmpty ? definitions : definitions + marks.flatMap(\.changes),
                pending: pending, keepsOld: false))
        if !store.underWriter.pointee.gates.isEmpty { try admit(commit) }
        for (bucket, changes) in marks {
            for case .autoincrement(_, let field, let mark) in changes {
                bucket.noteLogged(field, mark)
            }
        }
        apply(position, weight, definition)
        noteDeadlines()
        store.publish(commit.storage, now, context)
        return Position(UInt64(bitPattern: position))
    }

    /// The commit that this would be, after everything but the gates; nothing is carried out.
    mutating func preview(_ context: StoreContext?) throws -> Commit {
        if needsReview { try review() } else { try enforceLimits() }
        return Commit(
            storage: CommitStorage(
                position: position, timestamp: now, context: context, definitions: [],
                pending: pending, keepsOld: true))
    }

    /// The autoincrement marks that this commit carries, by bucket.
    @inline(__always)
    private func unloggedMarks() -> [(bucket: BucketIdentity, changes: [CommitChange])] {
        var marks: [(bucket: BucketIdentity, changes: [CommitChange])] = []
        for index in pending.entries.indices where pending.entries[index].bucket.countsUp {
            let bucket = pending.entries[index].bucket
            if marks.contains(where: { $0.bucket === bucket }) { continue }
            let changes = bucket.unloggedMarks()
            if !changes.isEmpty { marks.append((bucket, changes)) }
        }
        return marks
    }

    /// Whether a policy, a unique field or a reference has a say.
    @inline(__always)
    private var needsReview: Bool {
        for index in pending.entries.indices where pending.entries[index].bucket.isReviewed {
            return true
        }
        return false
    }

    /// Whether a bucket that the commit writes has a limit.
    private var hasLimits: Bool {
        for index in pending.entries.indices where pending.entries[index].bucket.limit != nil {
            return true
        }
        return false
    }

    /// Lets policies, references and unique values have their say until none adds anything: what is expired for the sake
    /// of a value is shown to the policies too.
    @inline(never)
    private mutating func review() throws {
        var review = PolicyReview()
        var reviewed: Int
        var followed = ReferenceProgress()
        repeat {
            repeat {
                try runPolicies(&review)
                reviewed = pending.revision
                try followReferences(&followed)
            } while pending.revision != reviewed
            try checkUniques()
            if hasLimits { try enforceLimits() }
        } while pending.revision != reviewed
        try checkReferences()
    }

    @inline(never)
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
        var pinned: [LazyPin] = []
        let seed = store.state.seed
        let emptied = emptiedBuckets()
        let changes = pending.entries.count + weight
        store.state.advance(to: position, changes: changes) {
            if !store.lazyPins.isEmpty { pinned = store.pinForLazyReaders() }
            store.beginTelling()
        } _: { root, editor in
            var root = root
            if let definition { root = definition(root, &editor) }
            for slot in emptied { root.writableBucket(slot, &editor).removeAll(&editor) }
            for index in pending.entries.indices where pending.entries[index].isEffective {
                let slot = pending.entries[index].bucket.slot
                if !emptied.isEmpty, emptied.contains(slot) { continue }
                root.writableBucket(slot, &editor).apply(pending.entries[index], seed, &editor)
            }
            return root
        }
        withExtendedLifetime(pinned) {}
        for index in pending.entries.indices {
            // The base may be gone by now; the entry knows its row.
            if pending.entries[index].new == nil {
                pending.entries[index].bucket.marks?.forget(pending.entries[index].row)
            } else if pending.entries[index].reason == .touched {
                pending.entries[index].bucket.marks?.touch(
                    pending.entries[index].row, at: now.microseconds)
            }
        }
    }

    /// The slots of buckets of which every record goes and none comes: they are emptied at once.
    @inline(__always)
    private func emptiedBuckets() -> [Int] {
        guard pending.entries.count > VersionedState.inPlaceMax else { return [] }
        var deletions: [Int: Int] = [:]
        var others: Set<Int> = []
        for index in pending.entries.indices where pending.entries[index].isEffective {
            let slot = pending.entries[index].bucket.slot
            if pending.entries[index].new == nil {
                deletions[slot, default: 0] += 1
            } else {
                others.insert(slot)
            }
        }
        return deletions.filter { slot, count in
            !others.contains(slot) && root.bucket(slot)?.root.pointee.count == count
        }.map(\.key)
    }
}
