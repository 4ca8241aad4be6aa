extension Supervisor {
    /// Where a task runs: in which child of which supervisor.
    ///
    /// Tasks that a child makes inherit it.
    struct Home: Sendable {
        let supervisor: Supervisor
        let serial: Int
    }

    /// The child that the current task belongs to, and the children in whose tasks that one's supervisor was started.
    @TaskLocal static var homes: [Home] = []

    /// Tells the machine what happened, and does what it wants.
    ///
    /// - Returns: whether the child that reported its setup may go on.
    @discardableResult
    func submit(_ input: MachineInput) -> Bool {
        let proceeds = lock.withLock { take(input) }
        perform()
        return proceeds
    }

    /// The part of `submit` that is done under the lock: tasks are made here, so that none ends before it is known.
    func take(_ input: MachineInput) -> Bool {
        var proceeds = false
        if case .ended(let instance, _) = input { tasks[instance] = nil }
        if case .timerFired(let timer) = input { timers[timer] = nil }
        for output in machine.handle(input, now: clock.elapsed()) {
            switch output {
            case .admit(let serial): children[serial] = arriving
            case .launch(let serial, let instance): launch(serial, instance)
            case .proceed: proceeds = true
            case .cancel(let instance):
                if let task = tasks[instance] { effects.append(.cancel(task)) }
            case .setTimer(let timer, let duration): setTimer(timer, duration)
            case .cancelTimer(let timer):
                if let task = timers.removeValue(forKey: timer) { effects.append(.cancel(task)) }
            case .forget(let serial):
                if let child = children.removeValue(forKey: serial) {
                    effects.append(.release(child))
                }
            case .discard(let error): effects.append(.release(error))
            case .answer(let request, let error):
                if let continuation = requests.removeValue(forKey: request) {
                    effects.append(.answer(continuation, error))
                }
            case .event(let event): effects.append(.event(event))
            case .health(let health): effects.append(.health(health))
            case .finished:
                effects.append(.finish(Array(endWaiters.values)))
                endWaiters = [:]
                effects.append(.release(children))
                children = [:]
                ancestors = []
            }
        }
        return proceeds
    }

    private func launch(_ serial: Int, _ instance: Int) {
        guard let child = children[serial] else { return }
        let homes = ancestors + [Home(supervisor: self, serial: serial)]
        tasks[instance] = Task.detached { [self] in
            var failure: ChildFailure?
            do {
                try await Self.$homes.withValue(homes) {
                    try await child.setup?()
                    if submit(.setupReturned(instance: instance)) { try await child.run() }
                }
            } catch {
                failure = ChildFailure(error)
            }
            submit(.ended(instance: instance, failure))
        }
    }

    private func setTimer(_ timer: Int, _ duration: Duration) {
        // Counted from here, not from when the task comes to run.
        let deadline = machine.now + duration
        timers[timer] = Task.detached { [self] in
            // A sleep that is cut short is one whose timer is not wanted any more.
            guard (try? await clock.sleep(deadline)) != nil else { return }
            submit(.timerFired(timer))
        }
    }

    /// Does what waits to be done outside the lock: one thread at a time, in order.
    ///
    /// Cancelling and resuming may run code of others, which may call the supervisor; it then only adds to the list.
    func perform() {
        while let act = lock.withLock({ nextAct() }) {
            act()
            lock.withLock { isPerforming = false }
        }
    }

    private func nextAct() -> (() -> Void)? {
        guard !isPerforming, !effects.isEmpty else { return nil }
        let batch = effects
        effects = []
        isPerforming = true
        let acts = batch.map(act)
        return { for act in acts { act() } }
    }

    /// What an effect comes to; the list of watchers is used under the lock only.
    private func act(for effect: Effect) -> () -> Void {
        switch effect {
        case .cancel(let task): return { task.cancel() }
        case .release(let something): return { withExtendedLifetime(something) {} }
        case .answer(let continuation, let error): return { continuation.resume(returning: error) }
        case .watch(let number, let watcher):
            watchers[number] = watcher
            guard case .health(let stream, let now) = watcher else { return {} }
            return { stream.yield(now) }
        case .unwatch(let number):
            let watcher = watchers.removeValue(forKey: number)
            return { withExtendedLifetime(watcher) {} }
        case .event(let event):
            let streams = watchers.values.compactMap(\.events)
            return { for stream in streams { stream.yield(event) } }
        case .health(let health):
            let streams = watchers.values.compactMap(\.health)
            return { for stream in streams { stream.yield(health) } }
        case .finish(let waiters):
            let all = watchers.values.map { $0 }
            watchers = [:]
            return {
                for watcher in all { watcher.finish() }
                for waiter in waiters { waiter.resume() }
            }
        }
    }
}

extension Supervisor.Watcher {
    fileprivate var events: AsyncStream<SupervisorEvent>.Continuation? {
        if case .events(let stream) = self { stream } else { nil }
    }

    fileprivate var health: AsyncStream<Supervisor.Health>.Continuation? {
        if case .health(let stream, _) = self { stream } else { nil }
    }

    func finish() {
        events?.finish()
        health?.finish()
    }
}
