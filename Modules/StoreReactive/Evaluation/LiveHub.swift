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
// Writers wait for the queue's lock alone. One lock is over all the rest; it is taken after those of the store and before
// the queue's, and nothing of anybody else's runs under it.

/// A store's part that keeps live queries up to date.
final class LiveHub: CommitObserver, @unchecked Sendable {
    static let componentName = "reactive"

    /// The run whose code the current task's is.
    @TaskLocal static var query: QueryRun?

    private let lock = Lock()
    weak var store: Store?
    let inbox = LiveInbox()
    // All of what follows under `lock`.
    /// Commits that waves have looked at while runs were under way that have begun before.
    var recent: [Commit] = []
    var recentKept = 0
    var nodes: [UInt64: LiveNode] = [:]
    /// Those that are shared, in the order in which they came, and how often one has.
    var shared: [NodeKey.Digest: [LiveNode]] = [:]
    var sharedCount = 0
    /// The bodies of definitions, by name; each keeps its identity from being another's.
    var definitions: [String: AnyObject] = [:]
    let index = ReadSetIndex()
    /// Queries that have asked for a bucket of this name in vain.
    var absent: [String: Set<UInt64>] = [:] {
        didSet {
            if absent.isEmpty && oldValue.isEmpty { return }
            let closely = absent.filter { _, ids in
                ids.contains { nodes[$0]?.coalescing == .everyCommit }
            }
            inbox.awaitBuckets(Set(absent.keys), closely: Set(closely.keys))
        }
    }
    /// Runs that have begun, or are about to, and not ended; and how many of those whose every state is shown.
    var running: [UInt64: LiveNode] = [:] { didSet { tellInbox() } }
    var runningClosely = 0 { didSet { tellInbox() } }
    /// Of those: queries that have states before them.
    var staleClosely: Set<UInt64> = [] { didSet { tellInbox() } }
    /// Queries with somebody who has come and has not been shown anything yet.
    var joining: Set<UInt64> = []
    /// Queries that are to be run as soon as they may.
    var stale: Set<UInt64> = []
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
                forQueries: .forComponent(
                    forbidding: "inside a query, which only reads",
                    forbiddingReads: QueryContext.readsForbidden))
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

    var interest: CommitInterest { inbox.interest }

    func didCommit(_ commit: Commit) {
        if inbox.receive(commit, { try? store?.snapshot() }) { startWorker() }
    }

    /// Has the inbox take in what runs may turn out to have read.
    private func tellInbox() {
        // What a run reads that is still to come, of a state before a commit, nobody knows.
        inbox.awaitReads(!running.isEmpty, closely: runningClosely > 0 || !staleClosely.isEmpty)
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
