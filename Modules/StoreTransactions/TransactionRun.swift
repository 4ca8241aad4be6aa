import StoreCore

/// One call of `Store.transaction`, over all its attempts.
struct TransactionRun {
    let store: Store
    let board: TransactionBoard
    let label: String?
    let isSerializable: Bool
    let limit: TransactionLimit?

    /// Runs the body once, and commits; nil if somebody has come between and it is not the last time.
    nonisolated(nonsending) func attempt<R>(
        _ number: Int, isLast: Bool, _ body: (Transaction) async throws -> R
    ) async throws -> R? {
        try limit?.check(store.now)
        let transaction = try Transaction(
            store, id: board.nextID(), label: label, attempt: number, limit: limit,
            isSerializable: isSerializable)
        board.enter(transaction)
        do {
            let (result, position) = try await transaction.working {
                let result = try await body(transaction)
                try limit?.check(store.now)
                return (result, try await store.commit(transaction.draft))
            }
            board.leave(transaction) { $0.committed += 1 }
            for handler in transaction.takeHandlers()?.committed ?? [] { await handler(position) }
            return result
        } catch {
            transaction.draft.end()
            let conflict = (error as? ConflictError).flatMap { $0.since == nil ? nil : $0 }
            let isTimeout = error is TransactionTimeoutError
            board.leave(transaction) {
                $0.rolledBack += 1
                if conflict != nil { $0.conflicts += 1 }
                if conflict != nil, !isLast { $0.retries += 1 }
                if isTimeout { $0.timeouts += 1 }
            }
            for handler in (transaction.takeHandlers()?.rolledBack ?? []).reversed() {
                await handler()
            }
            guard let conflict else { throw error }
            if !isLast { return nil }
            throw await report(conflict, number)
        }
    }

    /// The conflict, with the commit that did it if it can still be found.
    private func report(_ conflict: ConflictError, _ attempts: Int) async
        -> TransactionConflictError
    {
        let since = conflict.since ?? .start
        let commit = await commit(of: conflict, after: since)
        return TransactionConflictError(
            label: label, bucket: conflict.bucket, key: conflict.key, predicate: conflict.predicate,
            readPosition: since, changePosition: commit?.position ?? conflict.position,
            commit: commit, attempts: attempts)
    }

    private func commit(of conflict: ConflictError, after since: Position) async -> Commit? {
        guard let commits = try? await store.history.commits(after: since, limit: 10_000) else {
            return nil
        }
        // Of a record that has been deleted it is only known that it was there.
        guard let key = conflict.key else {
            return commits.first { $0.position == conflict.position }
        }
        return commits.first { commit in
            commit.records.contains { $0.bucket.name == conflict.bucket && $0.key == key }
        }
    }
}

extension Transaction {
    /// Runs `body` as the code of this transaction.
    nonisolated(nonsending) func working<R>(_ body: () async throws -> R) async throws -> R {
        try await StoreContext.with(
            {
                $0.draftOwner = self
                $0.transactionID = id
                $0.writesForbidden = "inside a transaction: write through it instead"
                if let label { $0.causation = Causation("transaction:\(label)") }
            }, body)
    }
}
