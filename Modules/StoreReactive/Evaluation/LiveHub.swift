import StoreCore

// From a commit to those who watch
// ================================
//
//   a commit     the observer puts it in the queue and returns                                    under W
//   the worker   takes what is in the queue, finds the queries that have read what has changed,   one wave
//                takes one snapshot for all of those, and begins a run of each
//   a run        reads that snapshot, in a task of its own, for as long as it likes
//   its end      what the run has read takes the place of what the run before had; if a commit since the
//                snapshot meets it, the query is stale at once; the result goes to those who watch
//
// So nothing is missed between a run and the registration of what it has read, and nobody sees a result that belongs to
// no position. A query has one run at a time, so its results come in the order of their positions.
//
// One lock is over all of it; it is taken last, and nothing of anybody else's runs under it.

/// A store's part that keeps live queries up to date.
final class LiveHub: CommitObserver, @unchecked Sendable {
    static let componentName = "reactive"

    /// The run whose code the current task's is.
    @TaskLocal static var query: QueryRun?

    private let lock = Lock()
    weak var store: Store?
    // All of it under `lock`.
    /// Commits that no wave has looked at, with the state after each where that is to be shown.
    var queue: [(commit: Commit, snapshot: Snapshot?)] = []
    /// Commits that waves have looked at while runs were under way that have begun before.
    var recent: [Commit] = []
    var recentKept = 0
    var nodes: [UInt64: LiveNode] = [:]
    var shared: [NodeKey: LiveNode] = [:]
    /// The bodies of definitions, by name; each keeps its identity from being another's.
    var definitions: [String: AnyObject] = [:]
    let index = ReadSetIndex()
    /// Queries that have asked for a bucket of this name in vain.
    var absent: [String: Set<UInt64>] = [:]
    /// How many queries have read something of a bucket, by its generation; and of those whose every state is shown.
    var watched = WatchCounts()
    var watchedClosely = WatchCounts()
    /// Runs that have begun, or are about to, and not ended; and of those whose every state is shown.
    var running: [UInt64: LiveNode] = [:]
    var runningClosely = 0
    /// Of those: commits in the queue, and queries that have states before them.
    var queuedClosely = 0
    var staleClosely: Set<UInt64> = []
    /// Queries with somebody who has come and has not been shown anything yet.
    var joining: Set<UInt64> = []
    /// The newest commit that the hub was told of.
    private(set) var told = Position.start
    /// Queries that are to be run as soon as they may.
    var stale: Set<UInt64> = []
    var hasWorker = false
    /// Those whose handlers are being called, or will be, and how often they wait for others.
    var busy: [UInt64: Watcher] = [:]
    var settling: [UInt64: Int] = [:]
    var settlers: [UInt64: Settler] = [:]
    private var lastID: UInt64 = 0
    var isClosed = false
    var registration: ObserverRegistration?
    /// What queries and handlers run in: it says that they belong to the store.
    let context: StoreContext
    let queryContext: StoreContext
    var clock: (any StoreClock)?
    /// Every commit, with the old images that decide whom it concerns.
    var wanted = CommitInterest.all

    /// How often a worker that has run out of work looks again before it ends: a writer that is just about to write
    /// has no task to start then.
    static let looksMax = 16

    private init(_ context: StoreContext, forQueries queryContext: StoreContext) {
        self.context = context
        self.queryContext = queryContext
    }

    /// The hub of a store, made with the first use.
    ///
    /// - Throws: `StoreError` (`stopped`).
    static func of(_ store: Store) throws -> LiveHub {
        let component = try store.component(named: componentName) {
            LiveHub(
                .forComponent(),
                forQueries: .forComponent(forbidding: "inside a query, which only reads"))
        }
        guard let hub = component as? LiveHub else {
            throw StoreError(.refused("a component of another kind is called “\(componentName)”"))
        }
        return hub
    }

    static func existing(_ store: Store) -> LiveHub? {
        store.component(named: componentName) as? LiveHub
    }

    func locked<R>(_ body: () throws -> R) rethrows -> R { try lock.withLock(body) }

    /// Runs `body` under the lock, and resumes behind it whom it has gathered.
    func waking<R>(_ body: (inout Woken) throws -> R) rethrows -> R {
        var woken = Woken()
        defer { woken.resume() }
        return try lock.withLock { try body(&woken) }
    }

    func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    // MARK: Commits

    var interest: CommitInterest {
        locked { wanted }
    }

    func didCommit(_ commit: Commit) {
        // What a run reads that is still to come, of a state before this one, nobody knows.
        let isClose = locked {
            runningClosely > 0 || queuedClosely > 0 || !staleClosely.isEmpty
                || watchedClosely.concern(commit) || definesAbsent(commit, closely: true)
        }
        // Sees exactly this commit: the writer tells observers before anybody else may write.
        let snapshot = isClose ? try? store?.snapshot() : nil
        locked {
            told = commit.position
            // A run that is under way may turn out to have read anything.
            guard !running.isEmpty || isClose || watched.concern(commit) || definesAbsent(commit)
            else { return }
            queue.append((commit, snapshot))
            if snapshot != nil { queuedClosely += 1 }
            work()
        }
    }

    private func definesAbsent(_ commit: Commit, closely: Bool = false) -> Bool {
        if absent.isEmpty { return false }
        return commit.definedNames.contains { name in
            absent[name]?.contains { !closely || nodes[$0]?.coalescing == .everyCommit } ?? false
        }
    }

    func storeDidStop() { close() }

    // MARK: Reports

    var statuses: [LiveQueryStatus] {
        locked { nodes.values.sorted { $0.id < $1.id }.map(statusNow) }
    }

    func status(of node: LiveNode) -> LiveQueryStatus { locked { statusNow(node) } }

    private func statusNow(_ node: LiveNode) -> LiveQueryStatus {
        let figures = node.figures
        return LiveQueryStatus(
            name: node.name, parameters: node.parameters, coalescing: node.coalescing,
            subscribers: node.receiverCount, runs: figures.runs, wakeUps: figures.wakeUps,
            changes: figures.changes, failures: figures.failures, lastCost: figures.lastCost,
            position: node.position, lastWake: figures.lastWake)
    }
}
