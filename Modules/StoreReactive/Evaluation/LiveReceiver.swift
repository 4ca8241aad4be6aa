import StoreCore

/// Someone who is shown a live query's results: a handler, or who takes them from a sequence.
///
/// Everything of it is under the hub's lock.
final class LiveReceiver<Value: Sendable>: @unchecked Sendable {
    /// What is called with the results.
    struct Handler: Sendable {
        let isolation: (any Actor)?
        let call: @isolated(any) @Sendable (LiveUpdate<Value>) async throws -> Void
        let onError: (@Sendable (any Error) -> Void)?
    }

    let id: UInt64
    /// Whether results wait in line; otherwise a newer one takes the place of one that nobody has taken yet.
    private let keepsAll: Bool
    /// Whether the first result is left out.
    private var skipsFirst: Bool
    private var pending: [LiveUpdate<Value>] = []
    private var first = 0
    /// Who waits for the next result.
    var waiter: CheckedContinuation<Void, Never>?
    /// Why nothing comes any more; nil in it: because the store has stopped or the subscription has ended.
    private(set) var end: (any Error)??

    /// Nil for a sequence, and when it is over.
    var handler: Handler?
    /// Whether a task calls the handler, or is about to.
    var hasTask = false
    /// Who waits until the handler does not run any more.
    var quiet: [CheckedContinuation<Void, Never>] = []

    init(_ id: UInt64, keepsAll: Bool, skipsFirst: Bool, handler: Handler?) {
        self.id = id
        self.keepsAll = keepsAll
        self.skipsFirst = skipsFirst
        self.handler = handler
    }

    var isOver: Bool { end != nil }
    var isEmpty: Bool { first >= pending.count }

    /// Takes a result in; false where nobody will be told of it.
    func offer(_ update: LiveUpdate<Value>, _ woken: inout Woken) -> Bool {
        if isOver { return false }
        if skipsFirst {
            skipsFirst = false
            return false
        }
        if !keepsAll, !pending.isEmpty {
            woken.release(pending)
            pending.removeAll()
            first = 0
        }
        pending.append(update)
        return true
    }

    func take() -> LiveUpdate<Value>? {
        guard !isEmpty else { return nil }
        let update = pending[first]
        first += 1
        if first == pending.count || first >= 64 && first * 2 >= pending.count {
            pending.removeFirst(first)
            first = 0
        }
        return update
    }

    /// What is waiting is still delivered, and then the end.
    func close(_ error: (any Error)?) {
        if end == nil { end = .some(error) }
    }

    /// Nothing is delivered any more.
    func cancel(_ woken: inout Woken) {
        close(nil)
        woken.release((pending, handler))
        pending = []
        first = 0
        handler = nil
    }

    func takeWaiter() -> CheckedContinuation<Void, Never>? {
        defer { waiter = nil }
        return waiter
    }
}
