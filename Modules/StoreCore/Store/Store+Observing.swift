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
        return try await inTurn { context in
            try writers.enter()
            defer { writers.leave() }
            sweepSeats()
            return (try seat(observer, interest, context), snapshotForWriter())
        }
    }

    /// Attaches an observer without suspending, from anywhere, the body of a write included.
    ///
    /// Every commit that is put in place after this returns is told. Without a turn in the writers' queue the calling
    /// thread waits for whoever is writing: for those who have to be there at once, and come seldom.
    ///
    /// - Returns: its registration; another one for the same place if it was attached already.
    /// - Throws: `StoreError` (`stopped`). Nothing is attached then.
    public func attachNow(_ observer: any CommitObserver) throws -> ObserverRegistration {
        let interest = observer.interest
        return try writers.unmarked {
            let taken = underWriter.pointee.observers.first { $0.isSeat(of: observer) }
            if let taken { return registration(taken) }
            return try seat(observer, interest, StoreContext.current)
        }
    }

    /// Gives an observer its place.
    ///
    /// Under W.
    private func seat(
        _ observer: any CommitObserver, _ interest: CommitInterest, _ context: StoreContext?
    ) throws -> ObserverRegistration {
        // A store that is closed for writing only can be watched.
        if underWriter.pointee.closed?.reason != .poisoned { try checkOpen(context) }
        let seat = ObserverSeat(observer, interest, desk)
        underWriter.pointee.observers.append(seat)
        desk.observerCount.wrappingAdd(1, ordering: .relaxed)
        refreshInterests()
        return registration(seat)
    }

    /// A registration holds its seat, and neither knows the store: a weak reference to it would make each use of the
    /// store dearer.
    private func registration(_ seat: ObserverSeat) -> ObserverRegistration {
        ObserverRegistration { [desk] in
            // The observer is released outside the lock: its end may cancel registrations too.
            guard let gone = seat.leave() else { return }
            // The next writer clears the seat away: that takes W, which nobody waits for only to leave.
            desk.observerCount.wrappingSubtract(1, ordering: .relaxed)
            desk.haveSeatsChanged.store(true, ordering: .releasing)
            withExtendedLifetime(gone) {}
        } interestHasChanged: { [desk] in
            seat.hasNewInterest.store(true, ordering: .relaxed)
            desk.haveSeatsChanged.store(true, ordering: .releasing)
        }
    }

    /// Clears away the seats of those who have left, and asks those anew whose interest has changed.
    ///
    /// Under W, before a commit begins.
    @inline(__always)
    func sweepSeats() {
        if desk.haveSeatsChanged.load(ordering: .relaxed) { sweepChangedSeats() }
    }

    @inline(never)
    private func sweepChangedSeats() {
        guard desk.haveSeatsChanged.exchange(false, ordering: .acquiring) else { return }
        underWriter.pointee.observers.removeAll(where: \.isVacant)
        for seat in underWriter.pointee.observers { seat.renewInterest() }
        refreshInterests()
    }

    /// Keeps observers from leaving until they are told of the commit that is just being put in place.
    ///
    /// Under W and S, at the last moment of the version before.
    @inline(__always)
    func beginTelling() {
        if !underWriter.pointee.observers.isEmpty { desk.beginTelling() }
    }

    /// Tells the observers of a commit that has been applied.
    ///
    /// Under W, after `beginTelling`. Who is cancelled by an observer before it is not told any more.
    @inline(never)
    func tellObservers(_ commit: Commit) {
        // Those who are attached meanwhile are not told of this one.
        for index in underWriter.pointee.observers.indices {
            underWriter.pointee.observers[index].tell(commit)
        }
        desk.endTelling()
    }

    /// Works out which buckets' old images somebody wants.
    ///
    /// Under W.
    func refreshInterests() {
        catalog.forEachDefined { identity in
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
            if underWriter.pointee.closed == nil || underWriter.pointee.isEnding {
                underWriter.pointee.closed = StoreError(.poisoned)
                underWriter.pointee.isEnding = false
                isPoisoned.store(true, ordering: .relaxed)
            }
        }
    }

    /// Runs `body` as the only writer: everybody else's writes wait, in order, until it returns.
    ///
    /// For a last retry that must not lose again. The body writes through the store as usual; reads are not affected.
    /// A body that stops the store gives up its turn with that, and so does one that has not returned when the store
    /// has waited for it long enough.
    ///
    /// - Parameters:
    ///   - deadline: until when to wait for the turn, on the store's clock, and when the turn ends even if the body goes
    ///     on: its writes wait like anybody's then. Nil: for as long as it takes.
    ///   - error: what is thrown if the turn has not come by then.
    ///   - body: runs when all who have come before are through.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; before it begins, `StoreError` (`stopped`, `nestedWrite`, `writesForbidden`), `error`
    ///   at the deadline, and `CancellationError` in a task that is cancelled before its turn has come.
    public func exclusively<R>(
        by deadline: Timestamp? = nil, orThrow error: (any Error)? = nil,
        _ body: () async throws -> R
    ) async throws -> R {
        if isStopped { throw StoreError(.stopped) }
        let context = StoreContext.current
        if context?.hasTurn(in: writers) == true { return try await body() }
        try checkWritable(context)
        try await writers.takeTurn(by: deadline, on: clock, orThrow: error)
        let turn = WriterTurn(writers)
        writers.hold(turn)
        let watch = deadline.map { deadline in
            Task.detached { [clock] in
                if (try? await clock.sleep(until: deadline, tolerance: nil)) != nil { turn.end() }
            }
        }
        defer {
            watch?.cancel()
            turn.end()
        }
        // Whoever has got past the queue before is let through; nobody is who comes now.
        try writers.unmarked {
            // Reading in turn is possible on a store that is closed for writing only.
            if underWriter.pointee.closed?.reason != .poisoned { try checkOpen(context) }
        }
        return try await StoreContext.with({ $0.enter(turn) }, body)
    }
}
