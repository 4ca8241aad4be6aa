// From a draft to a commit
// ========================
//
// A draft's entries go on from records of the draft's version. If these are still the current ones, which takes one
// comparison of pointers each, the entries are the commit's as they stand: nothing is carried out a second time. Only
// what increments alone have made may go on from another record. So what a draft writes needs no read set, however
// much it is.
//
// The draft's version is let go before the commit is applied, so that a draft which nobody has disturbed writes in
// place.

extension CommitBuilder {
    /// Takes over what a draft has written, and ends it.
    ///
    /// - Throws: ``ConflictError`` if a record that it has looked up or written is another one now, or none, or
    ///   overdue; what merging an increment throws.
    mutating func take(_ draft: WriterScope) throws {
        try draft.locked {
            try draft.checkOpen()
            guard let snapshot = draft.ground?.snapshot,
                let keys = draft.parts.pointee.draft?.keys,
                let increments = draft.parts.pointee.draft?.increments
            else { throw StoreError(.scopeEnded) }
            let isUndisturbed = snapshot.pin.position == position - 1
            if !isUndisturbed, let buckets = draft.parts.pointee.draft?.buckets {
                try checkDefinitions(buckets, since: snapshot)
            }
            try check(keys, isUndisturbed, since: snapshot)
            // Exchanged and not copied: each copy counts a reference to every array, and to every record as soon as
            // one entry changes.
            try draft.withBuilder { swap(&pending, &$0.pending) }
            // Whatever comes of it: entries that go on from other records by now are nothing that the draft's version
            // keeps alive. And that was the last thing by which what is replaced would have to be copied.
            defer { draft.end() }
            for index in pending.entries.indices {
                try check(index, increments, isUndisturbed, since: snapshot)
            }
        }
        finishTaking()
    }

    private func check(
        _ keys: [DraftReads.SeenKey], _ isUndisturbed: Bool, since snapshot: Snapshot
    ) throws {
        for index in keys.indices {
            let found = keys[index].record
            // Where nobody has come between, only what has become overdue is not what it was.
            if !isUndisturbed || found.map({ isOverdue($0) }) ?? false {
                try check(keys[index], isUndisturbed, since: snapshot)
            }
            // What was looked up is still there; a row that is gone must not be marked for ever.
            if let found { keys[index].bucket.marks?.mark(found.row, at: now.microseconds) }
        }
    }

    private mutating func finishTaking() {
        // What gave way in the draft has been swept since.
        let root = root
        let seed = store.state.seed
        if !pending.expired.isEmpty {
            pending.removeAll { entry in
                guard entry.isSealed, let base = entry.base else { return false }
                return root.bucket(entry.bucket).flatMap {
                    BucketView($0, seed).record(row: entry.row)
                }?.pointer != base.pointer
            }
        }
        pending.forgetMarks()
        let (position, now) = (UInt64(bitPattern: position), now)
        pending.withOwnRecords { bucket, base, record in
            record.header.pointee.position = position
            let isWritten = base.map { $0.version != record.version } ?? true
            if isWritten { record.header.pointee.updatedAt = now }
            if let write = record.header.pointee.ruled {
                // A rule gave the deadline, and goes by the instant of the commit.
                if write == .inserted { record.header.pointee.expiresAt = .max }
                bucket.deadlineRule?.apply(to: record, write, now)
            }
            guard record.row >= DraftGround.firstRow else { return }
            record.header.pointee.createdAt = now
            record.header.pointee.row = bucket.nextRow
            bucket.nextRow += 1
        }
    }

    private func checkDefinitions(_ buckets: [BucketIdentity], since snapshot: Snapshot) throws {
        for bucket in buckets {
            let before = snapshot.pin.root.bucket(bucket)?.root.pointee.layout
            let now = root.bucket(bucket)?.root.pointee.layout
            if let before, let now,
                before.takeUnretainedValue().isSame(as: now.takeUnretainedValue())
            {
                continue
            }
            throw ConflictError(redefined: bucket.reference.name, since: snapshot.position)
        }
    }

    /// Whether a key holds what was found under it.
    private func check(
        _ seen: DraftReads.SeenKey, _ isUndisturbed: Bool, since snapshot: Snapshot
    ) throws {
        #if STRATA_CHECKS
            if !Store.validatesDrafts { return }
        #endif
        let current =
            isUndisturbed
            ? seen.record : try view(seen.bucket).record(forKey: seen.key.value, hash: seen.hash)
        let visible = current.flatMap { isOverdue($0) ? nil : $0 }
        let holds =
            seen.isPresenceOnly
            ? (visible == nil) == (seen.record == nil) : visible?.pointer == seen.record?.pointer
        if !holds { throw conflict(seen.bucket, seen.key.value, current, since: snapshot) }
    }

    /// Whether an entry goes on from what its key holds; what increments have made is made again otherwise.
    private mutating func check(
        _ index: Int, _ increments: [Int: [(revision: Int, patch: Patch)]], _ isUndisturbed: Bool,
        since snapshot: Snapshot
    ) throws {
        if isUndisturbed, !pending.entries[index].isSealed,
            pending.entries[index].base.map({ !isOverdue($0) }) ?? true
        {
            return
        }
        let entry = pending.entries[index]
        if entry.isSealed { return try checkSealed(entry, isUndisturbed, since: snapshot) }
        var current = entry.base
        if !isUndisturbed {
            current = try view(entry.bucket).record(forKey: entry.key, hash: entry.hash)
            if let found = current, entry.base == nil, pending.hasExpired(found) { current = nil }
        }
        let isSame = current?.pointer == entry.base?.pointer
        if let base = entry.base, isSame, !isOverdue(base) { return }
        if entry.base == nil, current == nil { return }
        if let made = increments[index], let found = current, !isOverdue(found) {
            return try rebase(index, onto: found, made.map(\.patch))
        }
        #if STRATA_CHECKS
            if !Store.validatesDrafts { return rebase(index, onto: current) }
        #endif
        throw conflict(entry.bucket, entry.key, current, since: snapshot)
    }

    /// What gave way because it was overdue at the draft's instant may have been swept; what the draft itself had made so
    /// must still be what it was.
    private func checkSealed(
        _ entry: PendingChanges.Entry, _ isUndisturbed: Bool, since snapshot: Snapshot
    ) throws {
        guard !isUndisturbed, let base = entry.base,
            base.expiresAt > snapshot.instant.microseconds
        else { return }
        let key = base.key.value
        let current = try view(entry.bucket).record(forKey: key, hash: entry.hash)
        if current?.pointer == base.pointer { return }
        throw conflict(entry.bucket, key, current, since: snapshot)
    }

    private mutating func rebase(
        _ index: Int, onto current: RecordRef, _ increments: [Patch]
    ) throws {
        let bucket = pending.entries[index].bucket
        var new = current.storage
        for patch in increments {
            let next = try layout(of: bucket).merge(patch, onto: new)
            RecordRef(next).succeed(RecordRef(new))
            bucket.applyDeadline(to: next, .merged, position, now)
            new = next
        }
        pending.rebase(index, onto: current, new)
    }

    #if STRATA_CHECKS
        /// Writes over whatever is there: what no transaction may do, so that tests can see that they would notice.
        private mutating func rebase(_ index: Int, onto current: RecordRef?) {
            guard let new = pending.entries[index].new?.copy() else {
                return pending.rebase(index, onto: current, nil)
            }
            if let current { RecordRef(new).succeed(current) }
            if current == nil { RecordRef(new).header.pointee.row = DraftGround.firstRow }
            pending.rebase(index, onto: current, new)
        }
    #endif

    private func conflict(
        _ bucket: BucketIdentity, _ key: Value, _ current: RecordRef?, since snapshot: Snapshot
    ) -> ConflictError {
        let changed = current.map { Position(UInt64(bitPattern: $0.stamp)) }
        let isLater = changed.map { $0 > snapshot.position } ?? false
        return ConflictError(
            changedBy: isLater ? changed : nil, since: snapshot.position,
            bucket: bucket.reference.name, key: Key(key))
    }
}

#if STRATA_CHECKS
    extension Store {
        /// False where a test wants to see what happens if nothing is validated.
        @TaskLocal static var validatesDrafts = true
    }
#endif

extension Store {
    /// Makes one commit of a draft, if everything that it has read and written is still as it was.
    ///
    /// Rules, policies, expiry and limits hold on what it leaves. Changes come in the order in which the draft has
    /// first touched the records. The records that the draft has given out know nothing of the commit: its position,
    /// its instant and what policies have changed are in those that are read afterwards.
    ///
    /// A draft that has written nothing needs no commit: what it has read was true together, at its position.
    ///
    /// - Parameters:
    ///   - draft: the draft, which ends here, whether the commit succeeds or not.
    ///   - requirements: what else must hold.
    /// - Returns: the position of the commit; the current position if nothing changes.
    /// - Throws: ``ConflictError`` if something has changed meanwhile, and otherwise as `commit(_:requiring:)` of a
    ///   batch. The store is then as it was.
    /// - Complexity: O(changes · log n), and O(changes that others have committed meanwhile), of which most is done
    ///   before the writer's lock is taken.
    @discardableResult
    public func commit(
        _ draft: WriteDraft, requiring requirements: [CommitRequirement] = []
    ) async throws -> Position {
        defer { draft.end() }
        let scope = draft.scope
        guard scope.store === self else { throw StoreError(.anotherStore("The draft")) }
        try checkWritable(StoreContext.current, committing: draft)
        guard var begun = try scope.beginCommit(beside: requirements) else { return position }
        do {
            // The checks let go of what holds the version, which nobody else may hold then.
            return try await commit(scope, begun.count, &begun.checks)
        } catch let conflict as ConflictError {
            throw conflict.since(draft.position)
        }
    }

    private func commit(
        _ scope: WriterScope, _ count: Int, _ checks: inout RequirementChecks
    ) async throws -> Position {
        try checks.catchUp()
        func body(_ context: StoreContext?, _ isInTurn: Bool) throws -> Position? {
            try commitNow(context) { builder in
                if !isInTurn, mustQueue(context) { return nil }
                let budget = isInTurn ? Int.max : RequirementChecks.fewMax
                guard try checks.hold(lookingAtMost: budget, at: builder.now) else { return nil }
                try builder.take(scope)
                return try builder.finish(context)
            }
        }
        let context = StoreContext.current
        var done: Position?
        if count <= VersionedState.inPlaceMax, !mustQueue(context) {
            done = try body(context, false)
        }
        if done == nil {
            done = try await takingTurn { context in
                try checks.catchUp()
                return try body(context, true)
            }
        }
        guard let done else { preconditionFailure("a writer was sent away from its turn") }
        if history.isAwaited { try await awaitDurability(done) }
        return done
    }

    /// The commit that a draft would be now, which is not made: after all rules and policies, and before any gate.
    ///
    /// - Throws: as `commit(_:requiring:)`. The draft has ended then, too.
    /// - Returns: a commit at the next position, which is empty if nothing would change. It has old images throughout.
    public func preview(_ draft: WriteDraft) async throws -> Commit {
        let scope = draft.scope
        guard scope.store === self else { throw StoreError(.anotherStore("The draft")) }
        try checkWritable(StoreContext.current, committing: draft)
        guard var checks = try scope.beginCommit(beside: [], ofNothing: true)?.checks else {
            preconditionFailure("a commit of nothing was not begun")
        }
        defer { draft.end() }
        try checks.catchUp()
        return try await takingTurn { context in
            try commitNow(context) { builder in
                _ = try checks.hold(lookingAtMost: .max, at: builder.now)
                try builder.take(scope)
                return try builder.preview(context)
            }
        }
    }
}

extension WriterScope {
    /// Keeps everybody out of a draft from now on.
    ///
    /// - Returns: how many changes it has made, and what has to be still true: of its reads, beside the keys that it
    ///   knows, and what else is required; nil if there is nothing to commit.
    fileprivate func beginCommit(
        beside requirements: [CommitRequirement], ofNothing: Bool = false
    ) throws -> (count: Int, checks: RequirementChecks)? {
        try locked {
            try check()
            guard let count = parts.pointee.builder?.pending.entries.count, let ground else {
                throw StoreError(.scopeEnded)
            }
            if count == 0, requirements.isEmpty, !ofNothing { return nil }
            try beginCommit()
            var reads = ground.noted?.readSet
            #if STRATA_CHECKS
                if !Store.validatesDrafts { reads = nil }
            #endif
            guard let reads, !reads.isEmpty else {
                return (count, RequirementChecks(requirements, of: store))
            }
            let all = requirements + [.unchanged(reads, since: ground.snapshot)]
            return (count, RequirementChecks(all, of: store))
        }
    }
}

extension Store {
    /// Inside a draft's owner's body nothing is written but the draft.
    private func checkWritable(_ context: StoreContext?, committing draft: WriteDraft) throws {
        if let owner = context?.draftOwner, owner.draft === draft, owner.commitsDraft {
            if WriterQueue.held.isSet { throw StoreError(.nestedWrite) }
            try causes.check(context)
            try Task.checkCancellation()
        } else {
            try checkWritable(context)
        }
    }
}

extension ConflictError {
    /// The same conflict, of who has read at a position of its own.
    fileprivate func since(_ position: Position) -> ConflictError {
        ConflictError(
            bucket: bucket, key: key, expectedVersion: expectedVersion,
            actualVersion: actualVersion, predicate: predicate, position: self.position,
            since: position, message: message)
    }

    /// What a draft has read or written has changed since its version.
    init(changedBy position: Position?, since: Position, bucket: String, key: Key) {
        self.init(
            bucket: bucket, key: key, position: position, since: since,
            message: "what was read has changed meanwhile; read it again and retry")
    }

    /// A bucket has been defined, redefined or dropped since a draft's version.
    init(redefined bucket: String, since: Position) {
        self.init(
            bucket: bucket, since: since,
            message: "the bucket has been redefined meanwhile; read it again and retry")
    }
}
