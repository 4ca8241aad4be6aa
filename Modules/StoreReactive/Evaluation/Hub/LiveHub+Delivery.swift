import StoreCore

/// Says what a handler writes is caused by.
private final class LiveCause: CausationSource {
    private let query: String
    private let position: Position
    private let cause: MergedCause

    init(_ query: String, _ position: Position, _ cause: MergedCause) {
        self.query = query
        self.position = position
        self.cause = cause
    }

    func causation() -> Causation {
        Causation(
            "query:\(query)", position: position, cause: cause.longest, origin: cause.origin)
    }
}

/// Whose handler the current task's code is.
private final class Handling: Sendable {
    let hub: LiveHub
    let watcher: Watcher

    init(_ hub: LiveHub, _ watcher: Watcher) {
        self.hub = hub
        self.watcher = watcher
    }
}

extension LiveHub {
    @TaskLocal private static var handling: Handling?

    /// The watcher whose handler the current task's code is, as long as that runs; under the lock.
    private var current: Watcher? {
        guard let handling = LiveHub.handling, handling.hub === self,
            busy[handling.watcher.id] === handling.watcher
        else { return nil }
        return handling.watcher
    }

    // MARK: Handing over

    /// Gives a result to a receiver; under the lock.
    func offer<Value>(
        _ update: LiveUpdate<Value>, for cause: Position, to receiver: LiveReceiver<Value>,
        of node: ValueNode<Value>, _ woken: inout Woken
    ) {
        guard receiver.offer(update, for: cause, &woken) else { return }
        if receiver.handler != nil {
            begin(receiver, of: node)
        } else {
            woken.append(receiver.takeWaiter())
        }
    }

    /// Has a handler told why its query has ended; under the lock.
    func tellEnd<Value>(
        _ receiver: LiveReceiver<Value>, of node: ValueNode<Value>, for cause: Position
    ) {
        if receiver.handler == nil { return }
        // Whoever settles waits for that too.
        if receiver.handledFor == nil { receiver.handledFor = cause }
        begin(receiver, of: node)
    }

    private func begin<Value>(_ receiver: LiveReceiver<Value>, of node: ValueNode<Value>) {
        if receiver.hasTask { return }
        receiver.hasTask = true
        busy[receiver.id] = receiver
        let context = context
        let cause = node.name
        // Under the lock, so that it is known before it can end.
        Task.detached { [self] in
            await context.run {
                await LiveHub.$handling.withValue(Handling(self, receiver)) {
                    await deliver(to: receiver, cause)
                }
            }
        }
    }

    private func deliver<Value>(to receiver: LiveReceiver<Value>, _ name: String) async {
        while let handler = locked({ receiver.handler }) {
            if await deliver(to: receiver, handler, name, isolation: handler.isolation) { return }
        }
        _ = ends(receiver)
    }

    /// Calls the handler with what there is; whether its task has nothing left to do.
    ///
    /// On the handler's own actor, so that whoever cancels there finds the next result taken and its handler begun, or
    /// neither.
    private func deliver<Value>(
        to receiver: LiveReceiver<Value>, _ handler: LiveReceiver<Value>.Handler, _ name: String,
        isolation: isolated (any Actor)?
    ) async -> Bool {
        var batch = DeliveryBatch()
        while true {
            // Others on the same actor have their turn.
            if batch.isFull() { await Task.yield() }
            guard let update = next(receiver) else { break }
            if let error = update.error {
                tell(handler, error, receiver)
                continue
            }
            do {
                let cause = LiveCause(name, update.position, update.cause)
                try await context.run(causedBy: cause) {
                    try await handler.call(update)
                }
            } catch {
                tell(handler, error, receiver)
            }
        }
        return ends(receiver)
    }

    /// The next result for a handler, which is done with the one before.
    private func next<Value>(_ receiver: LiveReceiver<Value>) -> LiveUpdate<Value>? {
        waking { woken in
            defer { releaseSettled(&woken) }
            return receiver.take(&woken)
        }
    }

    /// Tells of an error, unless the subscription has been cancelled.
    private func tell<Value>(
        _ handler: LiveReceiver<Value>.Handler, _ error: any Error, _ receiver: LiveReceiver<Value>
    ) {
        if locked({ receiver.handler != nil }) { handler.onError?(error) }
    }

    /// Whether a receiver's task has nothing left to do.
    private func ends<Value>(_ receiver: LiveReceiver<Value>) -> Bool {
        let (isDone, told) = waking {
            woken -> (Bool, (LiveReceiver<Value>.Handler, (any Error)?)?) in
            if !receiver.hasTask { return (true, nil) }
            if !receiver.isEmpty { return (false, nil) }
            if let end = receiver.end, let handler = receiver.handler {
                receiver.handler = nil
                woken.release(handler)
                return (false, (handler, end))
            }
            receiver.hasTask = false
            receiver.handledFor = nil
            busy[receiver.id] = nil
            for waiter in receiver.quiet { woken.append(waiter) }
            receiver.quiet = []
            releaseSettled(&woken)
            return (true, nil)
        }
        if let (handler, error) = told { handler.onEnd(error) }
        return isDone
    }

    // MARK: Taking

    /// The next result of a sequence.
    func next<Value>(
        _ receiver: LiveReceiver<Value>, of node: ValueNode<Value>
    ) async -> Result<LiveUpdate<Value>?, any Error> {
        while true {
            if Task.isCancelled {
                leave(receiver, node)
                return .success(nil)
            }
            let found = waking { woken -> Result<LiveUpdate<Value>?, any Error>? in
                if let update = receiver.take(&woken) { return .success(update) }
                guard let end = receiver.end else { return nil }
                return end.map { .failure($0) } ?? .success(nil)
            }
            if let found { return found }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let goesOn = locked {
                        if !receiver.isEmpty || receiver.isOver || Task.isCancelled { return true }
                        precondition(receiver.waiter == nil, "two tasks share one iterator")
                        receiver.waiter = continuation
                        return false
                    }
                    if goesOn { continuation.resume() }
                }
            } onCancel: {
                locked { receiver.takeWaiter() }?.resume()
            }
        }
    }

    /// Waits for the first result of a query.
    ///
    /// - Throws: what its first run has thrown; what has ended it; `StoreError` (`stopped`); `CancellationError`.
    func firstResult<Value>(of node: ValueNode<Value>) async throws {
        while true {
            try Task.checkCancellation()
            let (isThere, failure) = locked {
                (node.hasRun, node.isOver ? node.failure ?? StoreError(.stopped) : nil)
            }
            if let failure { throw failure }
            if isThere { return }
            let number = locked { nextID() }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let goesOn = locked {
                        if node.hasRun || Task.isCancelled { return true }
                        node.firstWaiters[number] = continuation
                        return false
                    }
                    if goesOn { continuation.resume() }
                }
            } onCancel: {
                locked { node.firstWaiters.removeValue(forKey: number) }?.resume()
            }
        }
    }

    // MARK: Waiting

    /// Waits until a receiver's handler does not run any more.
    ///
    /// In the handler itself it does not wait, nor in one for which that handler waits.
    func isQuiet<Value>(_ receiver: LiveReceiver<Value>) async {
        let (waits, own) = waking { woken -> (Bool, Watcher?) in
            guard let own = current else { return (true, nil) }
            if own === receiver || isWaiting(receiver.id, for: own.id) { return (false, nil) }
            quietWaits[own.id, default: []].insert(receiver.id)
            settling[own.id, default: 0] += 1
            releaseSettled(&woken)
            return (true, own)
        }
        guard waits else { return }
        await withCheckedContinuation { continuation in
            let isQuiet = locked {
                if receiver.hasTask { receiver.quiet.append(continuation) }
                return !receiver.hasTask
            }
            if isQuiet { continuation.resume() }
        }
        guard let own else { return }
        locked {
            quietWaits[own.id]?.remove(receiver.id)
            if quietWaits[own.id]?.isEmpty == true { quietWaits[own.id] = nil }
            noLongerSettles(own)
        }
    }

    /// Whether a handler waits, itself or through others, until another one is quiet; under the lock.
    private func isWaiting(_ id: UInt64, for other: UInt64) -> Bool {
        var (seen, next): (Set<UInt64>, [UInt64]) = ([id], [id])
        while let each = next.popLast() {
            for waited in quietWaits[each] ?? [] where seen.insert(waited).inserted {
                if waited == other { return true }
                next.append(waited)
            }
        }
        return false
    }

    private func noLongerSettles(_ own: Watcher) {
        settling[own.id] = settling[own.id].flatMap { $0 > 1 ? $0 - 1 : nil }
    }

    /// Waits until nothing is left to do that follows from the commits through `position`.
    ///
    /// - Throws: `CancellationError`.
    func isDone(through position: Position) async throws {
        let (own, number) = locked { () -> (Watcher?, UInt64) in
            let own = current
            if let own { settling[own.id, default: 0] += 1 }
            return (own, nextID())
        }
        defer { if let own { locked { noLongerSettles(own) } } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = waking { woken in
                    if Task.isCancelled { return true }
                    if own == nil {
                        settlers.insert(continuation, number, through: position)
                    } else {
                        settlingHandlers.insert(continuation, number, through: position)
                    }
                    // Throttled queries do not wait for their time now.
                    machine.flush(through: position)
                    if hasReady { work() }
                    releaseSettled(&woken)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            locked { settlers.remove(number) ?? settlingHandlers.remove(number) }?
                .resume(throwing: CancellationError())
        }
    }

    /// Lets those go on for whom nothing is left to do; under the lock.
    func releaseSettled(_ woken: inout Woken) {
        if !settlers.isEmpty {
            woken.append(settlers.release { isDone(through: $0) { _ in false } })
        }
        if !settlingHandlers.isEmpty {
            woken.append(settlingHandlers.release { isDone(through: $0) { settling[$0] != nil } })
        }
    }

    private func isDone(through position: Position, besides isLeftOut: (UInt64) -> Bool) -> Bool {
        if let first = inbox.first, first <= position { return false }
        if position == LiveHub.end, !orphans.isEmpty { return false }
        return joining.isEmpty && !machine.owes(through: position)
            && !busy.values.contains { $0.owes(through: position) && !isLeftOut($0.id) }
    }
}

/// How much a handler is given before others on its actor have their turn.
struct DeliveryBatch {
    private static let countMax = 16
    private static let timeMax = Duration.milliseconds(2)

    private var count = 0
    private var start = ContinuousClock.now

    /// Whether it is time for others; if so, the next batch begins.
    mutating func isFull() -> Bool {
        if count == 0 { start = .now }
        count += 1
        guard count > DeliveryBatch.countMax || ContinuousClock.now - start > DeliveryBatch.timeMax
        else { return false }
        count = 0
        return true
    }
}
