public import StoreCore

extension Store {
    /// Runs `body` as one transaction: everything that it writes happens at once, in one commit, or nothing of it does.
    ///
    /// The body reads the store as it was at one position, together with its own writes, and holds up nobody. When it
    /// has returned, the transaction is committed if everything that it has read is still true: its look-ups, those
    /// that found nothing, and the results of its queries. Otherwise somebody has come between, and `retry` says what
    /// happens. So transactions are serializable: each is as if it had run alone, at the moment of its commit.
    ///
    /// ```swift
    /// try await store.transaction(retry: .upTo(5)) { tx in
    ///     guard let item = try tx[Item.self].get("SKU-42"), item.quantity > 0 else { throw OutOfStock() }
    ///     try tx[Item.self].update("SKU-42") { $0.quantity -= 1 }
    ///     try tx[Order.self].insert(Order(customerID: "ALFKI", total: item.price))
    /// }
    /// ```
    ///
    /// Unique values, references, limits and what other policies ask hold on what the transaction leaves, not on the
    /// way there. A transaction that writes nothing commits nothing, and is never in conflict.
    ///
    /// A call inside of a body, for the same store, joins: what it writes is part of the transaction around it, and
    /// is taken back if it throws; its own options do not count.
    ///
    /// - Parameters:
    ///   - label: what the transaction is called, in errors and in its commit's causation.
    ///   - isolation: what has to be still true at the commit.
    ///   - retry: what happens when somebody has come between. A body that is retried runs more than once.
    ///   - timeout: how long the transaction may take on the store's clock, retries included; nil for as long as it
    ///     likes. A body that waits for something else is not interrupted, but its transaction is over: the next use
    ///     of it throws.
    ///     A body that runs with the writers' turn keeps that until it returns, too: it must not wait for another writer.
    ///     Nor must the body of a retry wait for another task's transaction on the same records, which may be behind it.
    ///   - body: reads and writes through the transaction that it is given. It runs in the caller's isolation.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; ``TransactionConflictError``; ``TransactionTimeoutError``; `CancellationError`
    ///   if the task was cancelled before the commit; what the commit is refused with, `UniqueConstraintError`,
    ///   `ReferenceError`, `ValidationError` and what policies and gates throw; `StoreError` (`stopped`, `poisoned`,
    ///   `nestedWrite`, `writesForbidden`). Nothing has happened then. `StoreError` (`outcomeUnknown`) alone means
    ///   that it has, but may not be durable.
    /// - Complexity: beside the body's own work, that of `commit(_:requiring:)` for each run of the body.
    @discardableResult
    public nonisolated(nonsending) func transaction<R>(
        _ label: String? = nil, isolation: TransactionIsolation = .serializable,
        retry: TransactionRetry = .never, timeout: Duration? = .seconds(30),
        _ body: (Transaction) async throws -> R
    ) async throws -> R {
        if let outer = joined {
            return try await outer.suspendingSavepoint { try await body(outer) }
        }
        try Task.checkCancellation()
        let run = TransactionRun(
            store: self, board: try TransactionBoard.of(self), label: label,
            isSerializable: isolation == .serializable,
            limit: timeout.map {
                TransactionLimit(label: label, timeout: $0, deadline: now + $0)
            })
        // What runs many times is of no type that only the caller knows.
        var result: R?
        try await run.run(retriesMax: retry.retriesMax) { result = try await body($0) }
        guard let result else {
            preconditionFailure("a transaction was committed without its body")
        }
        return result
    }

    /// Runs `body` as a transaction that is not committed; returns the commit that it would have been.
    ///
    /// The commit stands at the next position and has everything that rules, references and policies would have
    /// added, and old images throughout. Gates are not asked. Values of autoincrement fields that the body has drawn
    /// are gone.
    ///
    /// ```swift
    /// let commit = try await store.speculate { tx in try tx[Customer.self].delete("ALFKI") }
    /// print("would delete \(commit.records.count) records")
    /// ```
    ///
    /// Handlers that the body adds are not run.
    ///
    /// - Throws: as `transaction`, without retries. Inside of a transaction's body, `StoreError` (`writesForbidden`).
    /// - Complexity: as `transaction`.
    public nonisolated(nonsending) func speculate<R>(
        _ body: (Transaction) async throws -> R
    ) async throws -> Commit {
        guard joined == nil else {
            throw StoreError(.writesForbidden("inside a transaction: speculate outside of it"))
        }
        try Task.checkCancellation()
        let board = try TransactionBoard.of(self)
        let transaction = try Transaction(
            self, id: board.nextID(), label: nil, attempt: 1, limit: nil, isSerializable: true)
        board.enter(transaction)
        defer {
            transaction.draft.end()
            transaction.draft.leave()
            board.leave(transaction) { _ in }
        }
        return try await transaction.working {
            _ = try await body(transaction)
            transaction.beginCommit()
            return try await preview(transaction.draft)
        }
    }

    /// The transaction of this store that the current task's code runs in, be it within one of another store.
    private var joined: Transaction? {
        var owner = StoreContext.current?.draftOwner as? Transaction
        while let transaction = owner {
            if transaction.store === self, !transaction.draft.isOver { return transaction }
            owner = transaction.outer
        }
        return nil
    }
}
