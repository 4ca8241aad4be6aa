import StoreCore

/// Someone who is shown results, of whatever type.
///
/// Everything of it is under the hub's lock.
class Watcher: @unchecked Sendable {
    let id: UInt64
    /// The name of the query that it watches.
    let query: String
    /// What its handler is busy with follows from this commit.
    var handledFor: Position?
    /// The first commit from which follows what it has before it.
    fileprivate(set) var pendingFor: Position?

    init(_ id: UInt64, of query: String) {
        self.id = id
        self.query = query
    }

    /// Whether something is left to do that follows from the commits through `position`.
    func owes(through position: Position) -> Bool {
        handledFor.map { $0 <= position } ?? false || pendingFor.map { $0 <= position } ?? false
    }
}

/// Someone who is shown a live query's results: a handler, or who takes them from a sequence.
final class LiveReceiver<Value: Sendable>: Watcher, @unchecked Sendable {
    /// What is called with the results, and with all else on the same actor.
    struct Handler: Sendable {
        let isolation: (any Actor)?
        let call: @isolated(any) @Sendable (LiveUpdate<Value>) async throws -> Void
        let onError: (@Sendable (any Error) -> Void)?
        /// Is told that nothing comes any more, and why; nil: because the store has stopped.
        let onEnd: @Sendable ((any Error)?) -> Void
    }

    private struct Entry {
        var update: LiveUpdate<Value>
        /// The first commit that it follows from.
        var cause: Position
        /// Whether no newer one takes its place.
        let isKept: Bool
    }

    /// Whether results wait in line; otherwise a newer one takes the place of one that nobody has taken yet.
    private let keepsAll: Bool
    /// Whether the first result is left out.
    private let skipsFirst: Bool
    private var hasBegun = false
    private var pending = Line<Entry>() {
        didSet { pendingFor = pending.first?.cause }
    }
    /// What was taken last, or left out as the first one.
    private var previous: Value?
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

    init(
        _ id: UInt64, of query: String, keepsAll: Bool, skipsFirst: Bool, handler: Handler?
    ) {
        self.keepsAll = keepsAll
        self.skipsFirst = skipsFirst
        self.handler = handler
        super.init(id, of: query)
    }

    var isOver: Bool { end != nil }
    var isEmpty: Bool { pending.isEmpty }

    /// Takes a result in; false where nobody will be told of it.
    func offer(
        _ update: LiveUpdate<Value>, for cause: Position, _ woken: inout Woken
    ) -> Bool {
        if isOver { return false }
        let isFirst = !hasBegun
        hasBegun = true
        if isFirst, skipsFirst {
            previous = update.value
            return false
        }
        var entry = Entry(
            update: update, cause: cause, isKept: keepsAll || isFirst && handler != nil)
        guard let last = pending.last, !last.isKept else {
            pending.append(entry)
            return true
        }
        // What stands for it now follows from what it followed from.
        entry.cause = min(cause, last.cause)
        entry.update.cause.formUnion(last.update.cause)
        woken.release(last)
        pending.replaceLast(by: entry)
        return true
    }

    /// The next result, which nobody else takes; under the lock.
    func take(_ woken: inout Woken) -> LiveUpdate<Value>? {
        guard let entry = pending.popFirst() else { return nil }
        var update = entry.update
        handledFor = entry.cause
        if let previous { woken.release(previous) }
        update.previous = previous
        previous = update.value
        return update
    }

    /// What is waiting is still delivered, and then the end.
    func close(_ error: (any Error)?) {
        if end == nil { end = .some(error) }
    }

    /// Nothing is delivered any more.
    func cancel(_ woken: inout Woken) {
        close(nil)
        woken.release((pending, handler, previous))
        previous = nil
        pending = Line()
        handler = nil
    }

    func takeWaiter() -> CheckedContinuation<Void, Never>? {
        defer { waiter = nil }
        return waiter
    }
}
