import StoreCore

/// One call of `Store.transaction`, over all its attempts.
struct TransactionRun {
    let store: Store
    let board: TransactionBoard
    let label: String?
    let isSerializable: Bool
    let limit: TransactionLimit?

    /// Runs the body until it has been committed, or has failed.
    nonisolated(nonsending) func run(
        retriesMax: Int, _ body: (Transaction) async throws -> Void
    ) async throws {
        var number = 1
        while number <= retriesMax {
            let end = try await attempt(number, isLast: false, body)
            if try await tell(end, isLast: false) { return }
            await stepBack(number)
            try Task.checkCancellation()
            number += 1
        }
        // Handlers come after the turn: they may wait for other writers.
        let end =
            number == 1
            ? try await attempt(number, isLast: true, body)
            : try await inTurn { try await attempt(number, isLast: true, body) }
        _ = try await tell(end, isLast: true)
    }

    /// Lets others go on for a moment: the more often somebody has come between, the longer at most.
    private nonisolated(nonsending) func stepBack(_ attempt: Int) async {
        let most = 1 << min(attempt - 1, 6)
        for _ in 0..<Int.random(in: 0..<most) { await Task.yield() }
    }

    /// Runs `body` as the only writer, be it within the body of another store's transaction.
    private nonisolated(nonsending) func inTurn<R>(
        _ body: () async throws -> R
    ) async throws -> R {
        try await StoreContext.with({ $0.writesForbidden = nil }) {
            try await store.exclusively(until: limit?.deadline, body)
        }
    }

    /// Runs the body once, and commits.
    ///
    /// - Returns: what has become of it, of which nobody has been told yet.
    private nonisolated(nonsending) func attempt(
        _ number: Int, isLast: Bool, _ body: (Transaction) async throws -> Void
    ) async throws -> TransactionEnd {
        let transaction = try Transaction(
            store, id: board.nextID(), label: label, attempt: number, limit: limit,
            isSerializable: isSerializable)
        // The draft has read the clock.
        try limit?.check(transaction.now)
        board.enter(transaction)
        var isCommitting = false
        do {
            let position = try await transaction.working {
                try await body(transaction)
                try limit?.check(store.now)
                isCommitting = true
                transaction.beginCommit()
                return try await store.commit(transaction.draft)
            }
            transaction.draft.leave()
            board.leave(transaction) { $0.committed += 1 }
            return TransactionEnd(
                kind: .committed(position), handlers: transaction.takeHandlers())
        } catch {
            transaction.draft.end()
            transaction.draft.leave()
            let handlers = transaction.takeHandlers()
            if isCommitting, error.saysNothingOfTheCommit {
                board.leave(transaction) { $0.committed += 1 }
                return TransactionEnd(kind: .unknown(error), handlers: handlers)
            }
            let conflict = (error as? ConflictError).flatMap {
                $0.since == transaction.position ? $0 : nil
            }
            board.leave(transaction) {
                $0.rolledBack += 1
                if conflict != nil { $0.conflicts += 1 }
                if conflict != nil, !isLast { $0.retries += 1 }
                if error is TransactionTimeoutError { $0.timeouts += 1 }
            }
            let kind = conflict.map { TransactionEnd.Kind.conflict($0, number) }
            return TransactionEnd(kind: kind ?? .failed(error), handlers: handlers)
        }
    }

    /// Runs the handlers, and says what is to be said; false where the body is to run again.
    private nonisolated(nonsending) func tell(
        _ end: TransactionEnd, isLast: Bool
    ) async throws -> Bool {
        if case .committed(let position) = end.kind {
            for handler in end.handlers?.committed ?? [] { await handler(position) }
            return true
        }
        if case .unknown(let error) = end.kind { throw error }
        for handler in (end.handlers?.rolledBack ?? []).reversed() { await handler() }
        if case .failed(let error) = end.kind { throw error }
        guard isLast, case .conflict(let conflict, let attempts) = end.kind else { return false }
        throw await report(conflict, attempts)
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
            return commits.first { commit in
                conflict.position.map { $0 == commit.position }
                    ?? commit.changes.contains { $0.redefines(conflict.bucket) }
            }
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

/// What has become of one run of a body.
struct TransactionEnd {
    enum Kind {
        case committed(Position)
        /// It has been committed, and may not be durable.
        case unknown(any Error)
        case conflict(ConflictError, Int)
        case failed(any Error)
    }

    let kind: Kind
    let handlers: HandlerList.Handlers?
}

extension Error {
    /// Whether a commit that ends with this has happened, and nobody knows whether for good.
    fileprivate var saysNothingOfTheCommit: Bool {
        guard let error = self as? StoreError, let position = error.position else { return false }
        return error.reason == .outcomeUnknown(position)
    }
}

extension CommitChange {
    /// Whether a bucket of this name has been defined, defined anew or dropped.
    fileprivate func redefines(_ bucket: String) -> Bool {
        switch self {
        case .bucketDefined(let definition), .bucketUpdated(let definition):
            definition.name == bucket
        case .bucketDropped(let reference): reference.name == bucket
        case .record, .autoincrement: false
        }
    }
}
