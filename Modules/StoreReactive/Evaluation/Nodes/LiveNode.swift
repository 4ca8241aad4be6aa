import StoreCore

/// What is the same for live queries with results of whatever type.
///
/// Everything of it is under the hub's lock, but for what never changes.
class LiveNode: @unchecked Sendable {
    let id: UInt64
    let name: String
    let parameters: String
    let coalescing: Coalescing
    /// By what others find it who ask for the same; nil where nobody can.
    let key: NodeKey?
    /// Those who hold it or have subscribed to it.
    var members = 0
    /// What its last run has read; that of the runs before too, as long as it fails.
    var reads = ReadSet()
    /// Names of buckets that its last run has asked for in vain.
    var absent: Set<String> = []
    /// The run that is under way, or the last one.
    weak var run: QueryRun?
    /// Whether a run is under way; of a query that is over, it may still be.
    var isUnderWay = false
    /// The state of its last run, when it is over.
    var lastPosition = Position.start
    /// Whether its last run has failed; set between its runs, so that a run may read it without the lock.
    var isFailing = false
    /// Whether nobody watches it any more, or it can not go on.
    var isOver = false
    /// Sleeps until the next run may begin.
    var timer: Task<Void, Never>?
    /// Commits that are to be shown one by one, with the state after each.
    var backlog = Line<(commit: Commit, snapshot: Snapshot)>()
    /// Commits that concern what is kept up to date, since its last run.
    var pending = KeptCommits()
    var figures = LiveFigures()
    /// Who waits for the first result.
    var firstWaiters: [UInt64: CheckedContinuation<Void, Never>] = [:]

    init(
        _ id: UInt64, _ name: String, _ parameters: String, _ coalescing: Coalescing,
        _ key: NodeKey?
    ) {
        self.id = id
        self.name = name
        self.parameters = parameters
        self.coalescing = coalescing
        self.key = key
    }

    var isClose: Bool { coalescing == .everyCommit }

    func releaseFirstWaiters(_ woken: inout Woken) {
        for waiter in firstWaiters.values { woken.append(waiter) }
        firstWaiters = [:]
    }
}

/// One query with its parameters, kept up to date for everybody who watches it.
///
/// Everything of it is under the hub's lock, but for what it runs.
protocol ResultNode: LiveNode {
    /// Whether its first run has ended.
    var hasRun: Bool { get }
    /// The result to which the next one is compared.
    var previous: (any Sendable)? { get }
    var receiverCount: Int { get }
    /// Whether its result is kept up to date from what is committed.
    var isMaintained: Bool { get }
    /// Whether somebody has come who has not been shown anything yet.
    var hasArrivals: Bool { get }
    /// The first of the states that those who have come are to be shown, and that no result has reached yet.
    var awaitedState: Snapshot? { get }
    /// Brings the result up to date at once, if that takes next to no time; otherwise `evaluate` has to.
    func advance(_ run: QueryRun) -> NodeResult?
    /// Runs the query; what it returns takes the result in, under the lock.
    func evaluate(_ run: QueryRun) async -> NodeResult
    /// Shows the present result to those who have come and are to be shown that one.
    func welcome(_ hub: LiveHub, _ woken: inout Woken)
    /// Tells everybody that nothing comes any more.
    func close(_ error: (any Error)?, _ hub: LiveHub, _ woken: inout Woken)
}

/// What is to be done when the lock has been left.
struct Woken {
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private var settlers: [CheckedContinuation<Void, any Error>] = []
    /// Values and handlers of others: their ends may call anything.
    private var released: [Any] = []
    /// What is not needed any more: whom it calls may do anything, too.
    private var cancelled: [QueryRun] = []
    private var timers: [Task<Void, Never>] = []

    mutating func append(_ waiter: CheckedContinuation<Void, Never>?) {
        if let waiter { waiters.append(waiter) }
    }

    mutating func append(_ settled: [CheckedContinuation<Void, any Error>]) {
        settlers += settled
    }

    mutating func release(_ value: Any) { released.append(value) }

    mutating func release(_ commits: [Commit]) {
        if !commits.isEmpty { released.append(commits) }
    }

    mutating func cancel(_ run: QueryRun?) {
        if let run { cancelled.append(run) }
    }

    mutating func cancel(_ timer: Task<Void, Never>?) {
        if let timer { timers.append(timer) }
    }

    func resume() {
        for waiter in waiters { waiter.resume() }
        for settler in settlers { settler.resume() }
        for run in cancelled { run.cancel() }
        for timer in timers { timer.cancel() }
        withExtendedLifetime(released) {}
    }
}

/// What has come of a run.
struct NodeResult {
    let hasFailed: Bool
    /// Whether what it has read is what the runs before had read.
    var keepsReads = false
    /// Takes the result in, under the lock, and tells the receivers; whether it was another one.
    let accept: (LiveHub, inout Woken) -> Bool
}

/// By what those who ask for the same find one another.
///
/// Parameters are anybody's: they are hashed and compared outside of the lock only.
struct NodeKey: Equatable, @unchecked Sendable {
    /// What is left of a key to look by.
    struct Digest: Hashable {
        let body: ObjectIdentifier
        let coalescing: Coalescing
        let hash: Int
    }

    let digest: Digest
    // Hashable and Sendable parameters, of whatever type.
    private let parameters: AnyHashable

    init(body: ObjectIdentifier, parameters: AnyHashable, coalescing: Coalescing) {
        self.parameters = parameters
        digest = Digest(body: body, coalescing: coalescing, hash: parameters.hashValue)
    }
}
