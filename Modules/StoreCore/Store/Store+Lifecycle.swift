import Synchronization

extension Store {
    /// Whether `stop()` was called.
    public var isStopped: Bool { state.read { $0.isStopped } }

    /// Stops the store: components end in reverse order of their start, and every later use throws
    /// `StoreError` (`stopped`).
    ///
    /// Snapshots that are held stay readable.
    ///
    /// May be called again, and from several tasks at once: each call returns when all has ended, writes under way
    /// included. A component must not call it inside its own `stop()`, which it would wait for.
    public func stop() async { await ending.run { await self.end() } }

    private func end() async {
        for component in components.takeAll(closing: false).reversed() { await component.stop() }
        await inTurnWhateverComes {
            // What the store lets go of is released outside the lock.
            let gone = writers.marked {
                let seats = underWriter.pointee.observers
                let gates = underWriter.pointee.gates
                underWriter.pointee.closed = StoreError(.stopped)
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
        // Those that came in meanwhile.
        for component in components.takeAll(closing: true).reversed() { await component.stop() }
    }

    /// Runs `body` at the head of the writers' queue, or at once inside an exclusive turn.
    func inTurnWhateverComes(_ body: () -> Void) async {
        if StoreContext.current?.hasTurn(in: writers) == true { return body() }
        await writers.takeTurn()
        defer { writers.passTurn() }
        body()
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

/// Something that happens once, however many ask for it, and that all of them wait for.
final class Ending: @unchecked Sendable {
    private let lock = Lock()
    // Under `lock`.
    private var task: Task<Void, Never>?

    func run(_ body: @escaping @Sendable () async -> Void) async {
        let task = lock.withLock {
            let task = self.task ?? Task { await body() }
            self.task = task
            return task
        }
        await task.value
    }
}
