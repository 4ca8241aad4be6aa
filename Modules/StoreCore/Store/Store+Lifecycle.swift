import Synchronization

extension Store {
    /// Whether the store has stopped: reads and writes throw.
    ///
    /// While its components stop, it has not yet.
    public var isStopped: Bool { state.read { $0.isStopped } }

    /// Stops the store, after which every use throws `StoreError` (`stopped`).
    ///
    /// 1. Writes under way are waited for, exclusive turns included; whoever wants to write from then on is refused.
    /// 2. Components end in reverse order of their start. What they still write themselves is taken, and reads go on.
    /// 3. Reads end, and observers are told.
    ///
    /// Snapshots that are held stay readable.
    ///
    /// It always returns: after ``StoreOption/waitLimit(_:)`` in real time an exclusive turn ends, whose body may go on,
    /// and a component that has not ended is left behind. ``health`` says so then.
    ///
    /// May be called again, and from several tasks at once: each call returns when all has ended. Two callers are what
    /// the end has to wait for, and do not wait for it themselves: who has the exclusive turn gives it up, and a call
    /// from a component's own `start`, `stop` or tasks returns at once.
    public func stop() async {
        let context = StoreContext.current
        let end = ending.begin { await self.end() }
        if context?.isComponent(of: writers) == true { return }
        context?.turn(in: writers)?.end()
        await end.value
    }

    private func end() async {
        let (entries, departing) = await closeInTurn()
        for component in departing { await waitForEnd(of: component) }
        for entry in entries.reversed() {
            if entry.isStarted {
                await end(entry.component, entry.life)
            } else {
                await waitForEnd(of: entry.component)
            }
        }
        // What the store lets go of is released outside the lock.
        let gone = writers.marked {
            let seats = underWriter.pointee.observers
            let gates = underWriter.pointee.gates
            underWriter.pointee.closed = StoreError(.stopped)
            underWriter.pointee.isEnding = false
            underWriter.pointee.observers = []
            underWriter.pointee.gates = []
            state.stop()
            desk.beginTelling()
            defer { desk.endTelling() }
            for seat in seats { seat.tellEnd() }
            return (seats.map { $0.leave() }, gates)
        }
        withExtendedLifetime(gone) {}
    }

    /// Closes the store once the writes under way are done, or have had their time.
    private func closeInTurn() async -> (
        entries: [ComponentList.Entry], departing: [any StoreComponent]
    ) {
        let turn = Task.detached { [writers] in await writers.takeTurn() }
        defer {
            Task.detached { [writers] in
                await turn.value
                writers.passTurn()
            }
        }
        if await waitLimit.isKept(by: { await turn.value }) { return closeForOthers() }
        components.report(
            .failed(
                "an exclusive turn had not ended after \(waitLimit.duration): let its body end"),
            of: "writers")
        // Closed first: those who have waited behind it are refused, one after another.
        let closed = closeForOthers()
        writers.endExclusiveTurn()
        return closed
    }

    /// Returns once a component that somebody else sees to has ended, or has had its time.
    private func waitForEnd(of component: any StoreComponent) async {
        _ = await waitLimit.isKept { [components] in
            await components.hasDeparted(component)
        } late: { [components, waitLimit] in
            components.leaveBehind(component, after: waitLimit)
        }
    }

    /// Refuses all writes but the components' own, and takes the components, none of which is added any more.
    private func closeForOthers() -> (
        entries: [ComponentList.Entry], departing: [any StoreComponent]
    ) {
        writers.unmarked {
            if underWriter.pointee.closed == nil {
                underWriter.pointee.closed = StoreError(.stopped)
                underWriter.pointee.isEnding = true
            }
        }
        return components.close()
    }

    /// How the store and its components are.
    ///
    /// Waits for no writer.
    public var health: StoreHealth {
        let isPoisoned = isPoisoned.load(ordering: .relaxed)
        let stopped = isStopped
        return StoreHealth(
            state: stopped ? .stopped : (isPoisoned ? .readOnly : .running),
            components: components.all.map { ($0.name, $0.health) } + components.reports)
    }

    /// Takes note of how something is that is no component, such as a subscription that was refused.
    ///
    /// It stands in ``health`` under its name until that is reported to be healthy; of many names the newest 64.
    public func report(_ health: ComponentHealth, of name: String) {
        components.report(health, of: name)
    }
}

/// How a store is.
public struct StoreHealth: Sendable {
    /// What a store can do.
    public enum State: String, Sendable {
        case running
        /// A write could not be completed: reads go on, writes throw.
        case readOnly
        case stopped
    }

    /// What the store can do.
    public let state: State
    /// The components in order of their start, and behind them what was reported of others: subscriptions that were
    /// refused, and what the end of the store could not wait for any longer.
    public let components: [(name: String, health: ComponentHealth)]

    /// Whether the store runs and all its components are healthy.
    public var isHealthy: Bool {
        state == .running && components.allSatisfy { $0.health == .healthy }
    }
}

/// Something that happens once, however many ask for it, and that all of them can wait for.
final class Ending: @unchecked Sendable {
    private let lock = Lock()
    // Under `lock`.
    private var task: Task<Void, Never>?

    /// Begins it unless that has happened, in a task that inherits nothing of who happens to ask first.
    func begin(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        lock.withLock {
            let task = self.task ?? Task.detached { await body() }
            self.task = task
            return task
        }
    }
}
