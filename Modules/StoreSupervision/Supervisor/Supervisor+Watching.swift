extension Supervisor {
    /// How the supervisor is at the moment.
    ///
    /// It is degraded while a child is being restarted or has been left behind, and names the first of these. It has failed
    /// if its start did, or if restarts exceeded the limit.
    public var health: Health { lock.withLock { machine.health } }

    /// The health at the moment, and then whatever it becomes.
    ///
    /// Who is slow sees the latest and not what was between. The sequence is registered when this returns, is for one
    /// consumer, and finishes when the supervisor has ended.
    public func healthUpdates() -> AsyncStream<Health> {
        watch(.bufferingNewest(1)) { supervisor, stream in
            .health(stream, supervisor.machine.health)
        }
    }

    /// What happens from now on, in order.
    ///
    /// The sequence is registered when this returns, is for one consumer, and finishes when the supervisor has ended. Who
    /// is slower than what happens loses the oldest events.
    ///
    /// - Parameter capacity: how many events wait for the consumer at most, at least 1.
    /// - Returns: a sequence of its own for each call.
    public func events(bufferingNewest capacity: Int = 256) -> AsyncStream<SupervisorEvent> {
        watch(.bufferingNewest(max(1, capacity))) { _, stream in .events(stream) }
    }

    /// Registers a stream; it is forgotten when its consumer lets go of it.
    private func watch<Element>(
        _ policy: AsyncStream<Element>.Continuation.BufferingPolicy,
        _ watcher: (Supervisor, AsyncStream<Element>.Continuation) -> Watcher
    ) -> AsyncStream<Element> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Element.self, bufferingPolicy: policy)
        let number = lock.withLock { nextNumber() }
        continuation.onTermination = { [weak self] _ in self?.forgetWatcher(number) }
        lock.withLock {
            let watcher = watcher(self, continuation)
            effects.append(.watch(number, watcher))
            // There is nobody left to finish it.
            if case .ended = machine.phase { effects.append(.finish([])) }
        }
        perform()
        return stream
    }

    private func forgetWatcher(_ number: Int) {
        lock.withLock { effects.append(.unwatch(number)) }
        perform()
    }
}
