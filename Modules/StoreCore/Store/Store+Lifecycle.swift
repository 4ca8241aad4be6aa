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
        await writers.takeTurn()
        let (entries, departing) = closeForOthers()
        writers.passTurn()
        for component in departing { await components.hasDeparted(component) }
        for entry in entries.reversed() {
            if entry.isStarted {
                await end(entry.component, entry.life)
            } else {
                await components.hasDeparted(entry.component)
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

    /// Returns once everything that follows from the commits so far has been done, commits that follow from
    /// commits included: every component is drained through the current position until a whole pass leaves it.
    ///
    /// - Throws: `StoreError` (`doesNotSettle`) if commits go on causing further commits, with their causes;
    ///   `StoreError` (`stopped`); what a component's drain throws.
    public func settle() async throws {
        if isStopped { throw StoreError(.stopped) }
        for _ in 0..<Store.settlePassesMax {
            let position = position
            // What can be seen may not have been told yet.
            desk.withLock {}
            for component in components.all { try await component.drain(through: position) }
            if self.position == position { return }
        }
        let last = try? ring?.recent(after: Position(position.value - 1), limit: 1).last
        let chain = last?.causation?.chain.map(\.label).joined(separator: " ← ")
        throw StoreError(chain.map { .doesNotSettle($0) } ?? .doesNotSettle)
    }

    static let settlePassesMax = 1_000

    /// How the store and its components are.
    ///
    /// Waits for no writer.
    public var health: StoreHealth {
        let isPoisoned = isPoisoned.load(ordering: .relaxed)
        let stopped = isStopped
        return StoreHealth(
            state: stopped ? .stopped : (isPoisoned ? .readOnly : .running),
            components: components.all.map { ($0.name, $0.health) })
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
    /// The components in order of their start.
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
