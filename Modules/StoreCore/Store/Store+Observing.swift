import Synchronization

extension Store {
    /// Attaches an observer.
    ///
    /// - Returns: its registration, and the state from which it goes on: the first commit that it is told of is the one
    ///   after the snapshot's position. Nothing lies between the two.
    /// - Throws: `StoreError` (`stopped`, `nestedWrite`, `writesForbidden`), and `CancellationError` in a task that is
    ///   cancelled already. Nothing is attached then.
    public func attach(
        _ observer: any CommitObserver
    ) async throws -> (registration: ObserverRegistration, snapshot: Snapshot) {
        let interest = observer.interest
        return try await inTurn { _ in
            try writers.enter()
            defer { writers.leave() }
            // A store that is closed for writing only can be watched.
            if let closed = underWriter.pointee.closed, closed.reason == .stopped { throw closed }
            let token = Store.tokens.wrappingAdd(1, ordering: .relaxed).newValue
            underWriter.pointee.observers.append(
                ObserverEntry(observer: observer, interest: interest, token: token))
            refreshInterests()
            let registration = ObserverRegistration { [weak self] in self?.detach(token) }
            return (registration, snapshotForWriter())
        }
    }

    private static let tokens = Atomic<UInt64>(0)

    private func detach(_ token: UInt64) {
        // The observer is released outside the lock: its end may cancel registrations too.
        let gone = writers.unmarked {
            let gone = underWriter.pointee.observers.filter { $0.token == token }
            underWriter.pointee.observers.removeAll { $0.token == token }
            underWriter.pointee.detachments += 1
            refreshInterests()
            return gone
        }
        withExtendedLifetime(gone) {}
    }

    /// Works out which buckets' old images somebody wants.
    ///
    /// Under W.
    func refreshInterests() {
        for identity in catalog.identities {
            identity.wantsOldImages = wantsOldImages(of: identity.reference.name)
        }
    }

    func wantsOldImages(of bucket: String) -> Bool {
        underWriter.pointee.keepsOldImages
            || underWriter.pointee.observers.contains { $0.interest.wantsOldImages(of: bucket) }
    }

    /// Adds a gate; it is asked after those that are there.
    ///
    /// - Throws: `StoreError` (`stopped`, `poisoned`, `nestedWrite`, `writesForbidden`), and `CancellationError` in a
    ///   task that is cancelled already. The gate is not added then.
    public func add(_ gate: any CommitGate) async throws {
        try await inTurn { context in
            try commitNow(context) { _ in underWriter.pointee.gates.append(gate) }
        }
    }

    /// Closes the store for writing after a failure that leaves it unknown what is durable.
    ///
    /// Reads go on.
    ///
    /// For the component that keeps the log: writes throw `StoreError` (`poisoned`) from now on.
    /// Waits for no turn: whoever has it may be waiting for the very write that has failed.
    public func poison() async {
        writers.unmarked {
            if underWriter.pointee.closed == nil {
                underWriter.pointee.closed = StoreError(.poisoned)
            }
        }
    }

    /// Runs `body` as the only writer: everybody else's writes wait, in order, until it returns.
    ///
    /// For a last retry that must not lose again. The body writes through the store as usual; reads are not affected.
    public func exclusively<R>(_ body: () async throws -> R) async throws -> R {
        if isStopped { throw StoreError(.stopped) }
        if StoreContext.current?.hasTurn(in: writers) == true { return try await body() }
        try checkWritable(StoreContext.current)
        await writers.takeTurn()
        // Whoever has got past the queue before is let through; nobody is who comes now.
        writers.unmarked {}
        let turn = WriterTurn(writers)
        defer {
            turn.end()
            writers.passTurn()
        }
        return try await StoreContext.with({ $0.turns.append(turn) }, body)
    }
}
