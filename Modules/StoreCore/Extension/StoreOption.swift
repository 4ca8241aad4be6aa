/// An option of a store's start.
///
/// Upper modules add options by extension: `Store.start("shop", .persistence(in: directory), .expiry())`.
public struct StoreOption: Sendable {
    let configure: @Sendable (inout StoreConfiguration) throws -> Void

    /// - Parameter configure: changes the configuration; what it throws makes the start fail as it is.
    public init(_ configure: @escaping @Sendable (inout StoreConfiguration) throws -> Void) {
        self.configure = configure
    }

    /// The store's clock; the system's by default.
    public static func clock(_ clock: any StoreClock) -> StoreOption {
        StoreOption { $0.clock = clock }
    }

    /// What makes generated identifiers; random UUIDs (version 4) by default.
    public static func identifiers(_ generator: any IDGenerator) -> StoreOption {
        StoreOption { $0.identifiers = generator }
    }

    /// How much of the past is kept in memory, by default 256 commits or 8 MiB, whichever is less.
    public static func history(commits: Int, bytes: Int = 8 << 20) -> StoreOption {
        StoreOption {
            $0.historyCountMax = commits
            $0.historyBytesMax = bytes
        }
    }

    /// How many causes may lead to a write, by default 1 000: handlers that feed each other end there.
    ///
    /// The write that would be one more throws `StoreError` (`doesNotSettle`) with the line of causes, where it goes in a
    /// circle that circle once; whoever is told of commits is told of all of them. `settle()` throws the same.
    public static func causes(max: Int) -> StoreOption { StoreOption { $0.causesMax = max } }

    /// How long `settle()` waits, and `stop()` for each component, in real time, whatever the store's clock shows; by
    /// default 30 s.
    ///
    /// `settle()` then throws `StoreError` (`timedOut`), and `stop()` leaves behind what has not ended.
    public static func waitLimit(_ limit: Duration) -> StoreOption {
        StoreOption { $0.waitLimit = limit }
    }

    /// Which queries count as slow, by default those of 10 ms and more, and of how many shapes the worst is kept.
    ///
    /// With `keeping: 0` none is kept, and no query is timed. See ``Store/slowQueries``.
    public static func slowQueries(
        over duration: Duration = .milliseconds(10), keeping count: Int = 32
    ) -> StoreOption {
        StoreOption {
            $0.slowQueryDuration = duration
            $0.slowQueriesMax = count
        }
    }
}

/// What the options of a start decide.
public struct StoreConfiguration: Sendable {
    /// The store's name.
    public let name: String
    /// Which history of commits the store carries on; what a loader restores stands before it.
    public var identity = StoreIdentity()
    /// The store's clock.
    public var clock: any StoreClock = SystemClock()
    /// What makes generated identifiers.
    public var identifiers: any IDGenerator = RandomIDGenerator()
    /// Keeps past commits; the ring in memory if nil.
    public var history: (any CommitHistory)?
    /// How many commits the ring in memory keeps at most.
    public var historyCountMax = 256
    /// In bytes.
    public var historyBytesMax = 8 << 20
    /// Whether old images of every update and deletion are kept in the history from the start.
    public var keepsOldImages = false
    /// Restores the state before anybody uses the store.
    public var loader: (any StateLoader)?
    /// How many causes may lead to a write.
    var causesMax = 1_000
    /// How long the store waits for others, in real time.
    var waitLimit = Duration.seconds(30)
    /// From which duration on a query is slow.
    var slowQueryDuration = Duration.milliseconds(10)
    /// Of how many shapes the slowest query is kept.
    var slowQueriesMax = 32
    /// Hashes of keys and unique values; tests give secrets of their own.
    var seed = SeededHash()
    var gates: [any CommitGate] = []
    var components: [any StoreComponent] = []

    init(name: String) { self.name = name }

    /// Adds a gate; gates are asked in the order in which they were added.
    public mutating func add(_ gate: any CommitGate) { gates.append(gate) }

    /// Adds a component; it is started when the state is restored, after those added before it.
    public mutating func add(_ component: any StoreComponent) { components.append(component) }
}
