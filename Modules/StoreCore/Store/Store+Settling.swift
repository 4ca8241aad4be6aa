extension Store {
    /// Returns once everything that follows from the commits so far has been done, commits that follow from
    /// commits included.
    ///
    /// Every component is drained through the last commit that follows, by its causes, from those before the call, until
    /// there is no further one. What others commit meanwhile is not waited for, however much that is.
    ///
    /// - Throws: `StoreError`: `doesNotSettle` if commits caused others until one write was refused for it (see
    ///   ``StoreOption/causes(max:)``), also before the call if nobody was told; `timedOut` if that takes longer than
    ///   ``StoreOption/waitLimit(_:)`` in real time, with those that are waited for; `stopped`. What a component's
    ///   drain throws; `CancellationError`.
    public func settle() async throws {
        if isStopped { throw StoreError(.stopped) }
        let tracker = causes.track(components.lives) { position }
        defer { causes.forget(tracker) }
        let settling = Settling(
            components: components, desk: desk, causes: causes, tracker: tracker)
        let result = try await waitLimit.outcome { () -> Result<Void, any Error> in
            do { return .success(try await settling.run()) } catch { return .failure(error) }
        } late: {
            let awaited = causes.awaited(tracker).map(\.whatIsAwaited)
            return .failure(StoreError(.timedOut(waitingFor: awaited)))
        }
        try result.get()
    }
}

/// One call of `settle()`.
///
/// It does not hold the store: it may be left behind with a drain that does not return.
private struct Settling: Sendable {
    let components: ComponentList
    let desk: ObserverDesk
    let causes: CauseBoard
    let tracker: CauseBoard.Tracker

    func run() async throws {
        let origin = causes.frontier(tracker)
        var passes = 0
        while true {
            let position = causes.frontier(tracker)
            // What can be seen may not have been told yet.
            desk.withLock {}
            try await drain(through: position, from: origin)
            if let line = causes.endless(tracker) { throw StoreError(.doesNotSettle(line)) }
            if causes.frontier(tracker) == position { return }
            // Each pass meets with the next commits of a line: more passes than causes are drains that cause themselves.
            passes += 1
            if passes > causes.causesMax {
                throw StoreError(causes.line(tracker).map { .doesNotSettle($0) } ?? .doesNotSettle)
            }
        }
    }

    /// Drains all components, those that are slow beside the others.
    private func drain(through position: Position, from origin: Position) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (component, life) in components.living {
                group.addTask {
                    causes.beginDrain(component, for: tracker)
                    defer { causes.endDrain(component, life, for: tracker) }
                    try await StoreContext.with({ $0.drainOrigin = origin }) {
                        try await component.drain(through: position)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

extension StoreComponent {
    /// What is said of a component that lets others wait.
    var whatIsAwaited: String {
        let awaited = awaited
        return awaited.isEmpty
            ? "component \(name)" : "component \(name): \(awaited.joined(separator: ", "))"
    }
}
