public import StoreCore

/// A query whose result is kept up to date: a sequence of results, the present one first.
///
/// ```swift
/// let open = store.live { ctx in try ctx[Order.self].where { $0.status == .pending }.count() }
/// for try await update in open { print(update.value, update.position) }
/// ```
///
/// Each result equals the query run from scratch at its position and instant; positions never go back, and the last
/// state is always shown. Writers wait for no run of it. It may be iterated by many, each at a pace of its own: who is
/// slow gets the latest result (all of them, with `.everyCommit`). It is kept up to date from the moment it is made,
/// as long as somebody holds it.
public final class Live<Value: Sendable>: Sendable, AsyncSequence {
    /// What the query shows at one moment.
    public typealias Element = LiveUpdate<Value>
    /// What the first run throws, or what ends the query.
    public typealias Failure = any Error

    let place: Place
    /// What the first iteration takes results from: it begins when the sequence is made.
    private let first: Guarded<LiveReceiver<Value>?>

    enum Place: Sendable {
        case kept(LiveHub, ValueNode<Value>)
        case failed(any Error)
    }

    convenience init<Parameters>(
        _ store: Store, _ name: String, _ body: QueryBody<Parameters, Value>,
        _ parameters: Parameters, _ coalescing: Coalescing, isDefined: Bool
    ) {
        self.init { hub, store in
            let key = NodeKey(
                body: ObjectIdentifier(body), parameters: AnyHashable(parameters),
                coalescing: coalescing)
            return try hub.join(
                store, key, isDefined ? (name, ObjectIdentifier(body)) : nil
            ) { id in
                ValueNode(
                    id, name, parameters is NoParameters ? "" : "\(parameters)", coalescing, key,
                    FunctionWork({ try await body.run($0, parameters) }, body.isSame))
            }
        } of: {
            store
        }
    }

    /// A query of a handle's, for which `join` gets a place.
    convenience init(
        _ join: (LiveHub, DynamicBucket) throws -> (ValueNode<Value>, LiveReceiver<Value>),
        of handle: () throws -> DynamicBucket
    ) {
        var known: DynamicBucket?
        self.init { hub, _ in
            guard let known else { preconditionFailure("the handle is asked for first") }
            return try join(hub, known)
        } of: {
            let handle = try handle()
            known = handle
            return handle.store
        }
    }

    /// A query for which `join` gets a place at a store's hub.
    init(
        _ join: (LiveHub, Store) throws -> (ValueNode<Value>, LiveReceiver<Value>),
        of store: () throws -> Store
    ) {
        do {
            let store = try store()
            let hub = try LiveHub.of(store)
            let (node, receiver) = try join(hub, store)
            place = .kept(hub, node)
            first = Guarded(receiver)
        } catch {
            place = .failed(error)
            first = Guarded(nil)
        }
    }

    /// A query that cannot be had.
    init(failing error: any Error) {
        place = .failed(error)
        first = Guarded(nil)
    }

    deinit {
        guard case .kept(let hub, let node) = place else { return }
        if let receiver = first.withLock({ $0 }) { hub.leave(receiver, node) }
        hub.release(node)
    }

    /// The newest result, if there is one already.
    public var latest: LiveUpdate<Value>? {
        guard case .kept(let hub, let node) = place else { return nil }
        return hub.locked { node.latest }
    }

    /// How the query is doing; nil where it could not be had: iterating it says why.
    public var status: LiveQueryStatus? {
        guard case .kept(let hub, let node) = place else { return nil }
        return hub.status(of: node)
    }

    // MARK: Handlers

    /// Calls a handler with the results, one after another: with the present one, and then whenever it changes.
    ///
    /// The handler runs in a task of its own, on its own actor if it has one. What it writes says by its causation
    /// which query has led to it.
    ///
    /// - Parameters:
    ///   - initial: whether the present result is delivered.
    ///   - onError: is told when a later run of the query has failed, when the handler has thrown, and why the query
    ///     has ended if it has; be brief. It is called where the handler is, and `settle()` waits for it too.
    ///   - handler: is called with results only, and not with errors.
    /// - Returns: the subscription, which may be ignored: it lives until it is cancelled or the store stops.
    /// - Throws: what the query's first run throws; ``LiveQueryError``; `StoreError` (`stopped`); `CancellationError`.
    ///   The handler is not called then.
    @discardableResult
    public func subscribe(
        initial: InitialResult = .deliver, onError: (@Sendable (any Error) -> Void)? = nil,
        _ handler: @escaping @isolated(any) @Sendable (LiveUpdate<Value>) async throws -> Void
    ) async throws -> Subscription {
        let (hub, node) = try kept()
        try await hub.firstResult(of: node)
        return try join(
            LiveReceiver<Value>.Handler(
                isolation: handler.isolation, call: handler, onError: onError,
                onEnd: { if let error = $0 { onError?(error) } }),
            skipsFirst: initial == .skip)
    }

    /// A place for a handler, without waiting for the first result.
    ///
    /// - Throws: what has ended the query already; `StoreError` (`stopped`).
    func join(
        _ handler: LiveReceiver<Value>.Handler, skipsFirst: Bool = false
    ) throws -> Subscription {
        let (hub, node) = try kept()
        forgetFirst()
        let receiver = try hub.join(node, handler, skipsFirst: skipsFirst)
        // Holds no `Live`: the handler keeps the query up to date, and only as long as it is told of results.
        return Subscription(
            named: node.name, isActive: { hub.locked { !receiver.isOver } },
            cancel: { hub.leave(receiver, node) }, isQuiet: { await hub.isQuiet(receiver) })
    }

    private func kept() throws -> (LiveHub, ValueNode<Value>) {
        switch place {
        case .kept(let hub, let node): return (hub, node)
        case .failed(let error): throw error
        }
    }

    func cancel(_ receiver: LiveReceiver<Value>) {
        guard case .kept(let hub, let node) = place else { return }
        hub.leave(receiver, node)
    }

    /// Who only subscribes takes nothing from the sequence.
    private func forgetFirst() {
        guard case .kept(let hub, let node) = place else { return }
        if let receiver = first.withLock({ receiver in
            defer { receiver = nil }
            return receiver
        }) {
            hub.leave(receiver, node)
        }
    }

    // MARK: The sequence

    /// Takes results out of the sequence, the present one first.
    public func makeAsyncIterator() -> AsyncIterator {
        let receiver = first.withLock { receiver in
            defer { receiver = nil }
            return receiver
        }
        guard case .kept(let hub, let node) = place else {
            return AsyncIterator(seat: LiveSeat(self, nil))
        }
        return AsyncIterator(seat: LiveSeat(self, receiver ?? hub.join(node)))
    }

    /// Takes results one by one; each iterator is shown all of what it is in time for.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let seat: LiveSeat<Value>

        /// The next result, which is waited for; nil when the store has stopped, or the task is cancelled.
        ///
        /// - Throws: what the query's first run has thrown, or what has ended it; nil follows.
        public mutating func next() async throws -> LiveUpdate<Value>? { try await seat.next() }
    }
}

/// An iterator's place among those who watch a query; it is given up when nobody holds it.
final class LiveSeat<Value: Sendable>: Sendable {
    private let live: Live<Value>
    private let receiver: LiveReceiver<Value>?
    private let hasThrown = Guarded(false)

    init(_ live: Live<Value>, _ receiver: LiveReceiver<Value>?) {
        self.live = live
        self.receiver = receiver
    }

    deinit { if let receiver { live.cancel(receiver) } }

    func next() async throws -> LiveUpdate<Value>? {
        guard case .kept(let hub, let node) = live.place, let receiver else {
            guard case .failed(let error) = live.place, throwsNow() else { return nil }
            throw error
        }
        switch await hub.next(receiver, of: node) {
        case .success(let update): return update
        case .failure(let error):
            guard throwsNow() else { return nil }
            throw error
        }
    }

    /// An error is thrown once.
    private func throwsNow() -> Bool {
        hasThrown.withLock { hasThrown in
            defer { hasThrown = true }
            return !hasThrown
        }
    }
}
