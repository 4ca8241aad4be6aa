import Synchronization

/// A schema-validated, indexed, transactional store in memory.
///
/// A store is a set of buckets of records. Every change is one `Commit`, applied whole or not at all; readers never
/// wait for more than the moment in which a commit is put in place, and a `Snapshot` holds everything as it was at one
/// position and one instant. Several stores may live side by side.
///
/// ```swift
/// let store = try await Store.start("shop")
/// let users = try await store.defineBucket(
///     "users", key: "id", schema: ["id": .string(generated: .uuid), "name": .string(required: true)])
/// let alice = try await users.insert(["name": "Alice"])
/// ```
public final class Store: Sendable {
    /// The store's name; for people, unique or not.
    public let name: String
    /// Which history of commits the store carries on; the same for as long as it runs.
    public let identity: StoreIdentity

    let state: VersionedState
    let writers: WriterQueue
    let desk: ObserverDesk
    /// The clock that says when something is overdue; components sleep on it.
    public let clock: any StoreClock
    let identifiers: any IDGenerator
    /// Past commits, and how far they are durable.
    public let history: any CommitHistory
    /// The history, if it is the ring in memory.
    let ring: RingHistory?
    let catalog: Catalog
    let components: ComponentList
    let lazyPins = LazyPinList()
    let deadlines = DeadlineBoard()
    let ending = Ending()
    let causes: CauseBoard
    let waitLimit: WaitLimit
    // Changed under W, and read without it: no look at the store waits for a writer.
    let isPoisoned = Atomic<Bool>(false)
    private let writerState: WriterStateBox

    /// What changes under W only.
    struct WriterState {
        var observers: [ObserverSeat] = []
        var gates: [any CommitGate] = []
        var lastTimestamp: Timestamp
        var generation: UInt64 = 0
        /// Why nothing can be written any more.
        var closed: StoreError?
        /// Whether the store is closed only for those who are none of its components: they are stopping.
        var isEnding = false
        /// Whether old images are kept whatever observers ask for.
        var keepsOldImages = false
    }

    /// Memory of its own, so that reaching it under W needs no exclusivity check.
    final class WriterStateBox: @unchecked Sendable {
        let pointer: UnsafeMutablePointer<WriterState>
        init(_ state: WriterState) {
            pointer = .allocate(capacity: 1)
            pointer.initialize(to: state)
        }
        deinit {
            pointer.deinitialize(count: 1)
            pointer.deallocate()
        }
    }

    @inline(__always)
    var underWriter: UnsafeMutablePointer<WriterState> { writerState.pointer }

    init(_ configuration: StoreConfiguration) {
        name = configuration.name
        identity = configuration.identity
        writers = WriterQueue()
        desk = ObserverDesk(writers)
        clock = configuration.clock
        identifiers = configuration.identifiers
        state = VersionedState(
            seed: configuration.seed,
            slowQueries: SlowQueryLog(
                over: configuration.slowQueryDuration, keeping: configuration.slowQueriesMax))
        catalog = Catalog()
        components = ComponentList()
        causes = CauseBoard(causesMax: configuration.causesMax)
        waitLimit = WaitLimit(configuration.waitLimit)
        if let history = configuration.history {
            self.history = history
            ring = nil
        } else {
            let ring = RingHistory(
                countMax: configuration.historyCountMax, bytesMax: configuration.historyBytesMax,
                after: 0)
            self.history = ring
            self.ring = ring
        }
        writerState = WriterStateBox(
            WriterState(
                gates: configuration.gates, lastTimestamp: Timestamp(microseconds: .min),
                keepsOldImages: configuration.keepsOldImages))
    }

    deinit {
        // Let go without `stop()`: whatever still runs is ended, without anybody to wait for it.
        let running = components.close().entries
        let seats = underWriter.pointee.observers
        guard !running.isEmpty || !seats.isEmpty else { return }
        Task.detached { [writers, desk, waitLimit] in
            for entry in running.reversed() {
                _ = await waitLimit.isKept { await entry.component.stop() }
                entry.life.end()
            }
            writers.marked {
                desk.beginTelling()
                defer { desk.endTelling() }
                for seat in seats { seat.tellEnd() }
            }
            for seat in seats { _ = seat.leave() }
        }
    }

    /// Starts a store.
    ///
    /// - Parameters:
    ///   - name: for people; by default `store-1`, `store-2` and so on.
    ///   - options: see `StoreOption`; upper modules add their own.
    /// - Returns: the store, running.
    /// - Throws: what an option, the loader or a component throws, and `DefinitionError` (`restoredData`) for what a
    ///   loader gave, or an identity, that no store can have left behind; nothing is left running then.
    public static func start(
        _ name: String? = nil, _ options: StoreOption...
    ) async throws -> Store {
        try await start(name, options)
    }

    /// Starts a store with options that were put together elsewhere.
    public static func start(_ name: String? = nil, _ options: [StoreOption]) async throws -> Store
    {
        precondition(
            RecordRef.isAsExpected && ValueWords.agrees,
            "records lie in memory in a way that is not known here")
        var configuration = StoreConfiguration(name: name ?? StoreNames.next())
        for option in options { try option.configure(&configuration) }
        let restoration = StateRestoration()
        if let loader = configuration.loader {
            try await loader.load(into: restoration)
            try restoration.check()
            if let identity = restoration.identity { configuration.identity = identity }
            if let last = restoration.contents.timestamp {
                configuration.clock = configuration.clock.goingOn(from: last)
            }
        }
        try configuration.identity.check(at: restoration.contents.position)
        let store = Store(configuration)
        if configuration.loader != nil { try store.restore(restoration) }
        do {
            for component in configuration.components { try await store.addComponent(component) }
        } catch {
            await store.stop()
            throw error
        }
        return store
    }

    /// The position of the last commit.
    public var position: Position {
        state.read { Position(UInt64(bitPattern: $0.position)) }
    }

    /// The current instant on the store's clock; never before the last commit.
    ///
    /// It never reaches the end of time, which is the deadline of what has none.
    public var now: Timestamp { min(clock.now, Timestamp(microseconds: .max - 1)) }
}
