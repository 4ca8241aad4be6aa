/// Something that must be true at the moment of a commit.
public struct CommitRequirement: Sendable {
    enum Kind: Sendable {
        case version(DynamicBucket, Key, Int?)
        case unchanged(ReadSet, Snapshot)
    }

    let kind: Kind

    /// The record under `key` has this version; nil: there is no such record.
    public static func version(
        _ version: Int?, of key: some KeyConvertible, in bucket: DynamicBucket
    ) -> CommitRequirement {
        CommitRequirement(kind: .version(bucket, key.storeKey, version))
    }

    /// Nothing that `reads` covers has changed since `snapshot`: what was read there is still true.
    public static func unchanged(_ reads: ReadSet, since snapshot: Snapshot) -> CommitRequirement {
        CommitRequirement(kind: .unchanged(reads, snapshot))
    }
}

extension Store {
    /// Carries out a batch as one commit, if what it requires holds: the conditional atomic primitive.
    ///
    /// - Parameters:
    ///   - batch: the operations, in order.
    ///   - requirements: judged at the moment of the commit, against everything that was committed before it.
    /// - Returns: the position and what each operation left.
    /// - Throws: `ValidationError`, `UniqueConstraintError`, `RecordNotFoundError`, `ConflictError` (a requirement or a
    ///   version does not hold), `StoreError`, what policies and gates throw. The store is then as it was; the one
    ///   exception is `StoreError` (`outcomeUnknown`), thrown when the commit happened but may not be durable.
    /// - Complexity: O(m log n) for m changes; for `unchanged` O(changes since the snapshot), of
    ///   which all but the last few are looked at while others write.
    @discardableResult
    public func commit(
        _ batch: WriteBatch, requiring requirements: [CommitRequirement] = []
    ) async throws -> CommitReceipt {
        try await commit(batch, requirements, isLong: batch.mayTakeLong)
    }

    /// The same for a batch that may take long whatever its size.
    func commitInTurn(_ batch: WriteBatch) async throws -> CommitReceipt {
        try await commit(batch, [], isLong: true)
    }

    private func commit(
        _ batch: WriteBatch, _ requirements: [CommitRequirement], isLong: Bool
    ) async throws -> CommitReceipt {
        try checkWritable(StoreContext.current)
        for operation in batch.operations { try operation.bucket.check(isOf: self) }
        var actions = try batch.operations.map(PreparedOperation.init)
        // What happened until now is looked at before anybody has to wait.
        var checks = RequirementChecks(requirements, of: self)
        try checks.catchUp()
        let body = { [self] (context: StoreContext?, isInTurn: Bool) throws -> CommitReceipt? in
            try commitNow(context) { builder in
                if !isInTurn, mustQueue(context) { return nil }
                let budget = isInTurn ? Int.max : RequirementChecks.fewMax
                guard try checks.hold(lookingAtMost: budget, at: builder.now) else { return nil }
                for index in actions.indices where !actions[index].isCurrent {
                    actions[index] = try PreparedOperation(batch.operations[index])
                }
                return try builder.run(actions, context)
            }
        }
        let receipt: CommitReceipt
        let context = StoreContext.current
        if !isLong, !mustQueue(context), let atOnce = try body(context, false) {
            receipt = atOnce
        } else {
            receipt = try await inTurn { context in
                // Once more without W: from here on hardly anybody else commits.
                try checks.catchUp()
                guard let inTurn = try body(context, true) else {
                    preconditionFailure("a writer was sent away from its turn")
                }
                return inTurn
            }
        }
        try await awaitDurability(receipt.position)
        return receipt
    }
}

extension CommitBuilder {
    /// Runs a batch's operations and finishes the commit.
    mutating func run(
        _ actions: [PreparedOperation], _ context: StoreContext?
    ) throws -> CommitReceipt {
        var results: [OperationResult] = []
        results.reserveCapacity(actions.count)
        for each in actions { results.append(try perform(each.action, on: each.bucket)) }
        // An operation's record may have been changed again, by a later one or by a policy: the last state counts.
        let seed = store.state.seed
        let entries = results.enumerated().map { index, result -> Int? in
            guard case .record(let storage) = result else { return nil }
            let key = RecordRef(storage).key.value
            return pending.index(actions[index].bucket, key, seed.hash(key))
        }
        let position = try finish(context)
        let final = entries.map { index -> RecordStorage? in
            index.flatMap { pending.entries[$0].new }
        }
        return CommitReceipt(
            position: position, records: final.map { $0.map(Record.init) },
            counts: results.map(\.count), made: results.map(\.record))
    }
}
