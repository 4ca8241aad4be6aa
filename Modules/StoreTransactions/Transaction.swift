public import StoreCore
import Synchronization

/// What the body of a transaction works with: the state at one position, together with what the body itself has
/// written.
///
/// Buckets of it are read and written as everywhere else, but without `await`: nobody else sees anything before the
/// transaction is over. Ordinary handles read the committed state inside the body, and writes through them throw.
///
/// It may be used from child tasks of the body, one use at a time. Once the transaction is over, whatever is done with
/// it, or with what it gave out, throws `StoreError` (`scopeEnded`).
public final class Transaction: DraftOwner, @unchecked Sendable {
    /// What the transaction works on.
    public let draft: WriteDraft
    /// Stamped into the commit, as `Commit.transactionID`.
    public let id: String
    /// What the transaction is called, in errors and in the causation of its commit.
    public let label: String?
    /// How often the body has been run, this time included.
    public let attempt: Int
    private let isCommitting = Atomic<Bool>(false)
    let store: Store
    let limit: TransactionLimit?
    /// Its place among those that have been in conflict; nil where it has none.
    let ticket: ConflictOrder.Ticket?
    /// The transaction of another store in whose body this one runs.
    let outer: Transaction?
    /// Made with the first handler: most transactions have none.
    private let handlers = AtomicLazyReference<HandlerList>()
    // Under the lock of the board: the transactions that began before this one and after it.
    var older: Transaction?
    unowned(unsafe) var newer: Transaction?

    init(
        _ store: Store, id: String, label: String?, attempt: Int, limit: TransactionLimit?,
        isSerializable: Bool, ticket: ConflictOrder.Ticket? = nil
    ) throws {
        self.store = store
        self.id = id
        self.label = label
        self.attempt = attempt
        self.limit = limit
        self.ticket = ticket
        outer = StoreContext.current?.draftOwner as? Transaction
        draft = try store.draft(isSerializable: isSerializable)
    }

    /// Whether the body has returned, and the transaction is being committed.
    public var commitsDraft: Bool { isCommitting.load(ordering: .acquiring) }

    func beginCommit() { isCommitting.store(true, ordering: .releasing) }

    /// The position at which the transaction reads.
    public var position: Position { draft.position }

    /// The instant at which the transaction reads: what has expired by then, it does not see.
    public var now: Timestamp { draft.now }

    // MARK: Buckets

    /// A bucket, by its name.
    ///
    /// - Throws: `StoreError` (`bucketNotDefined`, `scopeEnded`); ``TransactionTimeoutError``; `ConflictError`, which
    ///   leads to a retry, if it has been defined, redefined or dropped since the transaction began.
    public func bucket(_ name: String) throws -> WritableBucket {
        try checkTime()
        return try draft.context.bucket(name)
    }

    /// A bucket, by a handle.
    ///
    /// - Throws: `StoreError` (`anotherStore`, `scopeEnded`); ``TransactionTimeoutError``.
    public subscript(_ bucket: DynamicBucket) -> WritableBucket {
        get throws {
            try checkTime()
            return try draft.context[bucket]
        }
    }

    /// A bucket of typed records, by a handle.
    ///
    /// - Throws: `StoreError` (`anotherStore`, `scopeEnded`); ``TransactionTimeoutError``.
    public subscript<Model: StoreRecord>(_ bucket: Bucket<Model>) -> TypedWriter<Model> {
        get throws {
            try checkTime()
            return try draft.context[bucket]
        }
    }

    /// A bucket of typed records, by their type.
    ///
    /// - Throws: as `bucket(_:)`.
    public subscript<Model: StoreRecord>(_ type: Model.Type) -> TypedWriter<Model> {
        get throws {
            try checkTime()
            return try draft.context[type]
        }
    }

    private func checkTime() throws { try limit?.check(store.now) }

    // MARK: Savepoints

    /// Runs `body`, and takes back what it has written if it throws; what it has read stays read.
    ///
    /// Handlers for the commit that it has added are forgotten too. Savepoints may be nested.
    ///
    /// ```swift
    /// do {
    ///     try tx.savepoint { try reserve(in: tx) }
    /// } catch is OutOfStock {
    ///     try backOrder(in: tx)
    /// }
    /// ```
    ///
    /// - Throws: what `body` throws; `StoreError` (`scopeEnded`).
    /// - Complexity: O(changes since), when it throws.
    public func savepoint<R>(_ body: () throws -> R) throws -> R {
        let count = handlers.load()?.committedCount ?? 0
        do { return try draft.context.savepoint(body) } catch {
            handlers.load()?.forgetCommitted(after: count)
            throw error
        }
    }

    /// The same for a body that suspends.
    public nonisolated(nonsending) func suspendingSavepoint<R>(
        _ body: () async throws -> R
    ) async throws -> R {
        let count = handlers.load()?.committedCount ?? 0
        do { return try await draft.context.suspendingSavepoint(body) } catch {
            handlers.load()?.forgetCommitted(after: count)
            throw error
        }
    }

    // MARK: Handlers

    /// Has `handler` run when the transaction has been committed, and is durable where the store promises that.
    ///
    /// Handlers run one after another, in the order in which they were added, before the call of `transaction` returns.
    /// Those of a run of the body that is retried are forgotten: the next run adds its own.
    public func onCommit(_ handler: @escaping @Sendable (Position) async -> Void) {
        list.add(committed: handler)
    }

    /// Has `handler` run when this run of the body has come to nothing: it threw, was cancelled, took too long, or
    /// was in conflict, whether it is retried or not.
    ///
    /// A commit that has happened, but may not be durable, runs no handlers at all.
    ///
    /// Handlers run one after another, the newest first. What has been added inside of a savepoint that was taken
    /// back runs too.
    public func onRollback(_ handler: @escaping @Sendable () async -> Void) {
        list.add(rolledBack: handler)
    }

    private var list: HandlerList { handlers.load() ?? handlers.storeIfNil(HandlerList()) }

    /// The handlers, which nobody runs a second time; nil if there are none.
    func takeHandlers() -> HandlerList.Handlers? { handlers.load()?.take() }
}

/// Until when a transaction may take.
struct TransactionLimit: Sendable {
    let label: String?
    let timeout: Duration
    let deadline: Timestamp

    var error: TransactionTimeoutError { TransactionTimeoutError(label: label, timeout: timeout) }

    func check(_ now: Timestamp) throws {
        if now >= deadline { throw error }
    }
}
