extension Supervisor {
    /// Starts the children, in order; returns when the setup of each has returned.
    ///
    /// If a setup throws or takes too long, the children before it are stopped in reverse order, and the supervisor has
    /// ended.
    ///
    /// - Throws: `SupervisorError`: `setupFailed` or `setupTimedOut` with the child; `duplicateChild` if two of the
    ///   children have one id; `restartsExceeded` if those that ran failed too often meanwhile; `stopped` if it was told
    ///   to stop; in all of these cases it has ended, or is about to. `alreadyStarted` changes nothing.
    public func start() async throws(SupervisorError) {
        let homes = Self.homes
        try await ask { request in
            if case .idle = machine.phase { ancestors = homes }
            return .start(request: request)
        }
    }

    /// Starts the children and returns when the supervisor has ended.
    ///
    /// If the task is cancelled, the children are stopped, and it returns when they are.
    ///
    /// - Throws: `SupervisorError` as `start()` and `waitUntilStopped()` do; `CancellationError` if the task was cancelled,
    ///   after everything has stopped.
    public func run() async throws {
        let refusal: SupervisorError? = await withTaskCancellationHandler {
            do throws(SupervisorError) {
                try await start()
            } catch {
                // Anything else is also why the supervisor ends.
                if error.reason == .alreadyStarted { return error }
            }
            await end(isCancellable: false)
            return nil
        } onCancel: {
            submit(.stop)
        }
        try Task.checkCancellation()
        if let error = refusal ?? lock.withLock({ endingError }) { throw error }
    }

    /// Stops all children in reverse order, each cancelled and waited for before the one before it; returns when they have
    /// ended.
    ///
    /// A child that does not end within its grace period is left behind. Calling it again, or from several tasks, is fine.
    /// From a task of a child it returns at once, since that child is among those waited for.
    public func stop() async {
        submit(.stop)
        guard home == nil else { return }
        await end(isCancellable: false)
    }

    /// Returns when the supervisor has ended, at the wish of somebody or because of the children marked as significant.
    ///
    /// - Throws: `SupervisorError`: `restartsExceeded` with the child and what it threw last, or what made the start fail.
    ///   `CancellationError` if the task was cancelled, which does not stop the supervisor.
    public func waitUntilStopped() async throws {
        await end(isCancellable: true)
        let (hasEnded, error) = lock.withLock { (self.isOver, self.endingError) }
        if let error { throw error }
        if !hasEnded { throw CancellationError() }
    }

    /// The child of this supervisor in whose task this is called.
    var home: Int? { Self.homes.last { $0.supervisor === self }?.serial }

    private var isOver: Bool { if case .ended = machine.phase { true } else { false } }

    private var endingError: SupervisorError? {
        if case .ended(let error) = machine.phase { error } else { nil }
    }

    /// Waits until the supervisor has ended or, if that is wanted, the task is cancelled.
    private func end(isCancellable: Bool) async {
        let number = lock.withLock { nextNumber() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = lock.withLock {
                    if isOver || (isCancellable && Task.isCancelled) { return true }
                    endWaiters[number] = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            guard isCancellable else { return }
            lock.withLock { endWaiters.removeValue(forKey: number) }?.resume()
        }
    }

    /// Asks the machine for something and waits for its answer; what is about the asking child itself is not waited for.
    func ask(
        about id: String? = nil, adding child: Child? = nil, _ input: (Int?) -> MachineInput
    ) async throws(SupervisorError) {
        let homes = Self.homes
        let error: SupervisorError? = await withCheckedContinuation { continuation in
            let isOwn = lock.withLock {
                let subject = id.flatMap { machine.serials[$0] }
                let isOwn = homes.contains { $0.supervisor === self && $0.serial == subject }
                let request = isOwn ? nil : nextNumber()
                if let request { requests[request] = continuation }
                arriving = child
                _ = take(input(request))
                arriving = nil
                return isOwn
            }
            perform()
            if isOwn { continuation.resume(returning: nil) }
        }
        if let error { throw error }
    }
}
