import StoreCore

extension Subscriber {
    /// Takes no more events; what has been taken is still delivered, and what has gathered at once.
    ///
    /// What waits for another attempt has none.
    func close() {
        let sleeper = lock.withLock {
            state.isClosed = true
            workOn()
            return state.sleeper
        }
        sleeper?.cancel()
    }

    /// Returns once there is no task, or once it has been given up.
    func hasEnded() async {
        await withCheckedContinuation { continuation in
            let isOver = lock.withLock {
                if !state.hasTask || state.isGivenUp { return true }
                state.ended.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Cancels the handler, and lets go those who wait for its end: it may never come.
    func giveUp() {
        cancel()
        let (task, ended, quiet, waiters) = lock.withLock {
            state.isGivenUp = true
            defer {
                state.ended = []
                state.quiet = []
                state.waiters = [:]
            }
            return (state.task, state.ended, state.quiet, state.waiters)
        }
        task?.cancel()
        for waiter in ended + quiet { waiter.resume() }
        for waiter in waiters.values {
            waiter.continuation.resume(throwing: SubscriptionError(settings.name, .ended))
        }
    }

    /// Begins no handler any more: it forgets what it has not begun with.
    ///
    /// A handler that runs goes on to its end; it has no further attempt.
    func cancel() {
        let (tasks, released, replays, handler, backlog) = lock.withLock {
            () -> ([Task<Void, Never>?], Released?, [Delivery], Handler?, EventQueue) in
            state.isClosed = true
            state.isCancelled = true
            let backlog = state.queue.takeAll()
            defer {
                state.replays = []
                state.timer = nil
                state.handler = nil
            }
            return ([state.timer, state.sleeper], release(), state.replays, state.handler, backlog)
        }
        // What it holds is released outside the lock: it may hold subscriptions. So is the backlog: writers wait here.
        withExtendedLifetime((handler, backlog)) {}
        for task in tasks { task?.cancel() }
        released?.resume()
        for replay in replays {
            replay.replay?.resume(throwing: SubscriptionError(settings.name, .ended))
        }
    }

    /// Returns once no handler runs; at once in the handler itself.
    func isQuiet() async {
        if Delivery.currentSubscriber === self { return }
        await withCheckedContinuation { continuation in
            let isQuiet = lock.withLock {
                if !state.isHandling || state.isGivenUp { return true }
                state.quiet.append(continuation)
                return false
            }
            if isQuiet { continuation.resume() }
        }
    }

    /// Has another task go on with the next event, once the handler that runs has returned.
    ///
    /// One that waits for its next attempt has it at once.
    func restart() {
        let task = lock.withLock { () -> Task<Void, Never>? in
            guard state.hasTask, !state.isCancelled else { return nil }
            if let sleeper = state.sleeper { return sleeper }
            state.isRestarting = true
            return state.task
        }
        // Outside the lock: what the handler does when it is cancelled may ask for the subscription.
        task?.cancel()
    }

    /// Whether there is a task, which may be in a handler.
    var isWorking: Bool { lock.withLock { state.hasTask } }

    /// Gives the handler once more what it failed at, before the next event.
    ///
    /// `begin` is asked when nothing else is in the way; if it says no, nothing happens.
    ///
    /// - Throws: what the handler throws; `SubscriptionError` (`ended`).
    func replay(_ delivery: Delivery, _ begin: () -> Bool) async throws {
        let isOwn = Delivery.currentSubscriber === self
        try await withCheckedThrowingContinuation { continuation in
            let outcome: Result<Void, any Error>? = lock.withLock {
                if state.isClosed || isOwn {
                    return .failure(SubscriptionError(settings.name, .ended))
                }
                guard begin() else { return .success(()) }
                state.replays.append(
                    Delivery(
                        self, delivery.last, earlier: .list(delivery.events.dropLast()),
                        replay: continuation))
                workOn()
                return nil
            }
            if let outcome { continuation.resume(with: outcome) }
        }
    }
}

extension Subscriber {
    /// Returns once nothing is left to do through a position.
    ///
    /// - Throws: `SubscriptionError` (`handlerHangs`) when `reportHanging` finds so; `CancellationError`.
    func drain(through position: Position, forHandler: Bool) async throws {
        let box = WaiterBox()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isDone = lock.withLock {
                    if Task.isCancelled || state.isDone(through: position, forHandler: forHandler) {
                        return true
                    }
                    box.id = state.add(
                        .init(
                            position: position, isHandler: forHandler, continuation: continuation))
                    return false
                }
                if isDone { continuation.resume() }
            }
            try Task.checkCancellation()
        } onCancel: {
            let waiter = lock.withLock { box.id.flatMap { state.waiters.removeValue(forKey: $0) } }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Hands over what has gathered through a position.
    ///
    /// - Returns: through which position to drain, so that all of that is done; nil if it is done already. It lies further
    ///   on where events were made one with later ones. From now on they are not, or that would go on for ever.
    func beginDrain(through position: Position, forHandler: Bool) -> Position? {
        lock.withLock {
            let position = max(position, state.queue.seal() ?? position)
            if state.queue.firstPosition.map({ $0 <= position }) ?? false { flush() }
            return state.isDone(through: position, forHandler: forHandler) ? nil : position
        }
    }

    /// What others wait for, if a handler is busy.
    var whatIsAwaited: String? {
        lock.withLock {
            guard case .handling(let delivery, _) = state.phase else { return nil }
            let event = delivery.last
            return "the handler of \(settings.name) with \(event.topic) of commit \(event.position)"
        }
    }

    /// Has those who wait for a handler that has been busy since this instant or longer wait no more.
    ///
    /// - Returns: since when a handler has been busy that is not reported yet.
    func reportHanging(since instant: Timestamp) -> Timestamp? {
        let (begun, error, waiters) = lock.withLock {
            () -> (Timestamp?, SubscriptionError?, [SubscriberState.Waiter]) in
            // One that waits for others itself is not reported, however long it has been busy.
            guard case .handling(_, let begun) = state.phase, state.settling == 0 else {
                return (nil, nil, [])
            }
            guard let error = hanging(since: instant) else { return (begun, nil, []) }
            defer { state.waiters = [:] }
            return (nil, error, Array(state.waiters.values))
        }
        if let error {
            for waiter in waiters { waiter.continuation.resume(throwing: error) }
        }
        return begun
    }

    /// What is to be said of a handler that has been busy since this instant or longer; under the lock.
    private func hanging(since instant: Timestamp) -> SubscriptionError? {
        guard case .handling(let delivery, let since) = state.phase, since <= instant,
            state.settling == 0
        else { return nil }
        let event = delivery.last
        return SubscriptionError(
            settings.name,
            .handlerHangs(topic: event.topic, position: event.position, since: since))
    }

    /// What is wrong, if something is.
    func fault(since instant: Timestamp) -> String? {
        lock.withLock {
            if let error = hanging(since: instant) ?? state.figures.overflow {
                return error.description
            }
            guard case .backingOff(let until) = state.phase else { return nil }
            return "subscription \(settings.name) waits until \(until) to try an event again"
        }
    }

    /// Counts the calls of `settle()` that the own handler is in: meanwhile it counts as done for other handlers.
    func changeSettling(by step: Int) {
        let done = lock.withLock {
            state.settling += step
            return state.takeDone()
        }
        for waiter in done { waiter.resume() }
    }
}

/// Where a waiter is found again; under its subscriber's lock.
private final class WaiterBox: @unchecked Sendable {
    var id: Int?
}
