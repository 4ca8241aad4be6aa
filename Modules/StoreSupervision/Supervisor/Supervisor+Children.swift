extension Supervisor {
    /// Adds a child behind the others and starts it; returns when its setup has returned.
    ///
    /// Before the supervisor is started, the child is added to those that will be.
    ///
    /// - Throws: `SupervisorError`: `duplicateChild`; `setupFailed` or `setupTimedOut`, and the child is not one of the
    ///   children then; `unknownChild` if it was removed meanwhile; `stopped`.
    public func add(_ child: Child) async throws(SupervisorError) {
        try await ask(adding: child) { request in .add(child.traits, request: request) }
    }

    /// Adds a child of a template and starts it.
    ///
    /// - Returns: the id that it was given: the template's name and a number.
    /// - Throws: `SupervisorError` as for any other child.
    @discardableResult
    public func add<Argument>(
        _ argument: Argument, from template: ChildTemplate<Argument>
    ) async throws(SupervisorError) -> String {
        let id = lock.withLock { newID(template.name) }
        try await add(template.child(id, argument))
        return id
    }

    private func newID(_ name: String) -> String {
        while true {
            let number = templateCounts[name, default: 0] + 1
            templateCounts[name] = number
            // Somebody may have chosen such an id by hand.
            if machine.serials["\(name)-\(number)"] == nil { return "\(name)-\(number)" }
        }
    }

    /// Stops a child and takes it off the list; returns when it has ended.
    ///
    /// In a task of the child itself it does not wait for that.
    ///
    /// - Throws: `SupervisorError`: `unknownChild`; `didNotEnd` if it outlived its grace period, and it is taken off the
    ///   list when it returns; `stopped`.
    public func remove(_ id: String) async throws(SupervisorError) {
        try await ask(about: id) { request in .remove(id, request: request) }
    }

    /// Stops a child, if it runs, and starts it; returns when its setup has returned.
    ///
    /// It concerns this child alone, whatever the strategy, and does not count towards the limit of restarts. A child
    /// that has ended is started again, and one that backs off is started at once. In a task of the child itself this
    /// returns without waiting.
    ///
    /// - Throws: `SupervisorError`: `unknownChild`; `didNotEnd` if it outlived its grace period: it is started when it
    ///   returns; `setupFailed` or `setupTimedOut`, which are then judged as any failure; `notStarted`; `stopped`.
    public func restart(_ id: String) async throws(SupervisorError) {
        try await ask(about: id) { request in .restart(id, request: request) }
    }

    /// What is known of each child, in the order of starting.
    ///
    /// - Complexity: O(n) for n children, under the supervisor's lock.
    public var statuses: [Child.Status] {
        lock.withLock { machine.order.compactMap { machine.slots[$0]?.status } }
    }

    /// What is known of one child; nil if there is none of this id.
    public func status(of id: String) -> Child.Status? {
        lock.withLock { machine.serials[id].flatMap { machine.slots[$0] }?.status }
    }

    /// How many children there are, whatever their state.
    public var count: Int { lock.withLock { machine.order.count } }
}
