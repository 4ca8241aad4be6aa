import StoreCore

/// One query with its parameters, kept up to date for everybody who watches it.
///
/// Everything of it is under the hub's lock, but for what it runs.
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
    /// The state of its last run, or of the one that is under way.
    var position = Position.start
    /// The run that is under way, or the last one.
    weak var run: QueryRun?
    /// The first commit for the sake of which it is stale; the start for a query that is new.
    var staleFor = Position.start
    /// The first commit for the sake of which it runs.
    var runsFor = Position.start
    /// What led to these two.
    var staleCause: Causation?
    var runsCause: Causation?
    /// Whether its last run has failed; set between its runs, so that a run may read it without the lock.
    var isFailing = false
    /// Whether nobody watches it any more, or it can not go on.
    var isOver = false
    /// When its last run began.
    var lastStart: Timestamp?
    /// Sleeps until the next run may begin.
    var timer: Task<Void, Never>?
    /// Commits that are to be shown one by one, with the state after each.
    var backlog = Backlog()
    /// Commits that concern what is kept up to date, since its last run; nil where there are too many to go by.
    var pending: [Commit]? = []
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

    /// Whether its first run has ended.
    var hasRun: Bool { fatalError("a node is of a kind") }
    /// The result to which the next one is compared.
    var previous: (any Sendable)? { nil }
    var receiverCount: Int { fatalError("a node is of a kind") }
    /// Whether its result is kept up to date from what is committed.
    var isMaintained: Bool { false }
    /// Brings the result up to date at once, if that takes next to no time; otherwise `evaluate` has to.
    func advance(_ run: QueryRun) -> NodeResult? { nil }
    /// Runs the query; what it returns takes the result in, under the lock.
    func evaluate(_ run: QueryRun) async -> NodeResult { fatalError("a node is of a kind") }
    /// Shows the present result to those who have come; whether nobody of them has to wait any longer.
    func welcome(_ hub: LiveHub, _ woken: inout Woken) -> Bool {
        fatalError("a node is of a kind")
    }
    /// Tells everybody that nothing comes any more.
    func close(_ error: (any Error)?, _ hub: LiveHub, _ woken: inout Woken) {
        fatalError("a node is of a kind")
    }

    func releaseFirstWaiters(_ woken: inout Woken) {
        for waiter in firstWaiters.values { woken.append(waiter) }
        firstWaiters = [:]
    }
}

/// What is to be done when the lock has been left.
struct Woken {
    private var waiters: [CheckedContinuation<Void, Never>] = []
    /// Values and handlers of others: their ends may call anything.
    private var released: [Any] = []
    /// What is not needed any more: whom it calls may do anything, too.
    private var cancelled: [QueryRun] = []
    private var timers: [Task<Void, Never>] = []

    mutating func append(_ waiter: CheckedContinuation<Void, Never>?) {
        if let waiter { waiters.append(waiter) }
    }

    mutating func release(_ value: Any) { released.append(value) }

    mutating func cancel(_ run: QueryRun?) {
        if let run { cancelled.append(run) }
    }

    mutating func cancel(_ timer: Task<Void, Never>?) {
        if let timer { timers.append(timer) }
    }

    func resume() {
        for waiter in waiters { waiter.resume() }
        for run in cancelled { run.cancel() }
        for timer in timers { timer.cancel() }
        withExtendedLifetime(released) {}
    }
}

extension LiveNode {
    /// More commits than this are not gone through one by one.
    static let pendingMax = 4_096

    /// Notes a commit that what is kept up to date has to go through.
    func notePending(_ commit: Commit) {
        guard isMaintained, let count = pending?.count else { return }
        if count < LiveNode.pendingMax { pending?.append(commit) } else { pending = nil }
    }

    /// What has to be gone through, which is nobody else's from now on.
    func takePending() -> [Commit]? {
        defer { pending = [] }
        return pending
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

/// Commits with the states that they have left, in order.
struct Backlog {
    private var entries: [(commit: Commit, snapshot: Snapshot)?] = []
    private var first = 0

    var isEmpty: Bool { first >= entries.count }
    /// The first of the commits.
    var position: Position? { isEmpty ? nil : entries[first]?.commit.position }

    mutating func append(_ commit: Commit, _ snapshot: Snapshot) {
        entries.append((commit, snapshot))
    }

    mutating func next(_ woken: inout Woken) -> (commit: Commit, snapshot: Snapshot)? {
        guard !isEmpty, let next = entries[first] else { return nil }
        // Whoever is shown it lets go of it.
        entries[first] = nil
        woken.release(next)
        first += 1
        if first == entries.count || first >= 64 && first * 2 >= entries.count {
            entries.removeFirst(first)
            first = 0
        }
        return next
    }
}
