extension Store {
    /// Changes the definition of a bucket while it is in use, in one commit.
    ///
    /// Reads and writes go on meanwhile: what is new is built beside the bucket, follows it, and is put in place in
    /// one step, for which writers wait no longer than for a small commit. Only writers that are faster than the building
    /// queue, and have their turns between slices of it. Handles go on to work. Writes that were under way are validated
    /// once more, against the new definition; their closures, those of defaults too, run again.
    ///
    /// The records that are there lose the fields that are removed, with their values. In a field that is added they
    /// keep the value that they had under its name while it was undeclared; otherwise they get the column's default if
    /// that is a value (closures and generated values are for later records), or nothing. Their versions and times stay,
    /// and observers are told of the definition alone. An autoincrement field that is removed and added again begins anew.
    ///
    /// ```swift
    /// try await store.updateBucket("users", adding: ["age": .integer(default: 18)], addingIndexes: ["age"])
    /// ```
    ///
    /// - Parameters:
    ///   - name: the bucket's name.
    ///   - columns: fields to be declared, behind those that are.
    ///   - names: declared fields to be removed, none of the key's.
    ///   - added: indexes to be added, as in `defineBucket`.
    ///   - removed: declared indexes to be removed.
    /// - Returns: the definition as it is now; nothing to change is no commit.
    /// - Throws: `DefinitionError`, with `existingRecords` if a record does not fit what is added; `StoreError`
    ///   (`bucketNotDefined`, `bucketDropped`, `stopped`, `poisoned`, `nestedWrite`, `writesForbidden`), what gates
    ///   throw, `CancellationError`, and what refuses the deletion of an overdue record that is in the way. The bucket's
    ///   definition is then as it was; overdue records that were in the way may be gone, by a commit of their own.
    ///   `StoreError` (`outcomeUnknown`) alone means that it has changed, but may not be durable.
    /// - Complexity: O(n log n) for n records beside the writers, O(n) memory; O(1) while they wait for the exchange.
    ///   Removing indexes alone is O(1). The former definition stays in memory as long as the bucket's handles do.
    @discardableResult
    public func updateBucket(
        _ name: String, adding columns: BucketSchema = [:], removing names: [String] = [],
        addingIndexes added: [IndexDefinition] = [], removingIndexes removed: [IndexDefinition] = []
    ) async throws -> BucketDefinition {
        if isStopped { throw StoreError(.stopped) }
        try checkWritable(StoreContext.current)
        let identity = try identity(name, near: nil)
        while true {
            let former = identity.layout
            let definition = try former.definition.changed(
                adding: columns, removing: names, addingIndexes: added, removingIndexes: removed)
            if definition == former.definition { return definition }
            do {
                let rebuild = try BucketRebuild(
                    of: identity, from: former, to: definition, seed: state.seed,
                    stamp: Int64(bitPattern: position.value) + 1)
                guard let position = try await carryOut(rebuild, on: identity) else { continue }
                try await awaitDurability(position)
                return definition
            } catch is BucketRebuild.OverdueInTheWay {
                try await expireOverdue(of: identity)
            }
        }
    }

    /// Builds and puts in place; nil if the definition has been changed by somebody else meanwhile.
    private func carryOut(
        _ rebuild: BucketRebuild, on identity: BucketIdentity
    ) async throws -> Position? {
        defer { rebuild.finish() }
        let isCaughtUp = try await rebuild.catchUp(with: { try self.snapshot() }) { slice in
            try await self.inTurn { _ in try slice() }
        }
        guard isCaughtUp else { return nil }
        return try await inTurn { context in
            // Once more without W: from here on hardly anybody else commits.
            guard try rebuild.catchUp(to: try snapshot()) else { return nil }
            return try commitNow(context) { builder in
                guard try rebuild.catchUp(to: snapshotForWriter()) else { return nil }
                return try exchange(identity, for: rebuild, &builder, context)
            }
        }
    }

    /// Under W.
    private func exchange(
        _ identity: BucketIdentity, for rebuild: BucketRebuild, _ builder: inout CommitBuilder,
        _ context: StoreContext?
    ) throws -> Position {
        let layout = rebuild.layout
        try checkRestrictions(of: layout.definition, layout.layout)
        let counters = AutoincrementCounters(layout.layout, goingOnFrom: identity.form)
        for (slot, mark) in rebuild.counters.marks { counters.advance(slot, past: mark) }
        let form = BucketForm(layout, counters)
        let position = builder.position
        defer { catalog.relink(identity.reference.name) }
        return try builder.finish(context, definitions: [.bucketUpdated(layout.definition)]) {
            root, editor in
            rebuild.putInPlace(in: root, at: position, &editor)
            identity.take(form)
            return root
        }
    }

    /// Deletes what nobody sees any more, in one commit.
    private func expireOverdue(of identity: BucketIdentity) async throws {
        let bucket = DynamicBucket(store: self, identity: identity)
        var batch = WriteBatch()
        for record in try bucket.overdue() { batch.expire(record.key, from: bucket) }
        try await commit(batch)
    }
}
