import StoreCore

// From a commit to those who watch
// ================================
//
//   a commit     the observer puts it in the inbox and returns                                    under W
//   the worker   takes some commits out of the inbox, finds the queries that have read what has changed, yields, and
//                goes on; it takes one snapshot for all who are stale, and begins a run of each: a wave
//   a run        reads that snapshot, in a task of its own, for as long as it likes
//   its end      what the run has read takes the place of what the run before had; if a commit since the
//                snapshot meets it, the query is stale at once; the result goes to those who watch
//
// So nothing is missed between a run and the registration of what it has read, and nobody sees a result that belongs to
// no position. A query has one run at a time, so its results come in the order of their positions.
//
// What is to be run and for the sake of what is decided by `LiveMachine`, which knows no task, no clock and no lock. The hub
// is the shell around it: one lock, which is taken after those of the store and before the inbox's. Nothing of anybody
// else's runs or is released under it, and no more than some commits are judged while it is held. Writers wait for the
// inbox's lock alone.

/// A store's part that keeps live queries up to date.
final class LiveHub: CommitObserver, @unchecked Sendable {
    static let componentName = "reactive"

    /// The run whose code the current task's is.
    @TaskLocal static var query: QueryRun?

    private let lock = Lock()
    weak var store: Store?
    let inbox = LiveInbox()
    // All of what follows under `lock`.
    var machine = LiveMachine() { didSet { tellInbox() } }
    var nodes: [UInt64: any ResultNode] = [:]
    /// Those that are shared, in the order in which they came, and how often one has.
    var shared: [NodeKey.Digest: [any ResultNode]] = [:]
    var sharedCount = 0
    /// The bodies of definitions, by name; each keeps its identity from being another's.
    var definitions: [String: AnyObject] = [:]
    let index = ReadSetIndex()
    /// The names of queries that are over, and whose last run is under way: the end of the store waits for those.
    var orphans: [UInt64: String] = [:]
    /// Queries that have asked for a bucket of this name in vain.
    var absent: [String: Set<UInt64>] = [:]
    /// Queries for which somebody has come who has not been shown anything yet; and of those, the ones that neither run
    /// nor are to be run: once all commits have been judged, it is known that they need not.
    var joining: Set<UInt64> = []
    var joiningIdle: Set<UInt64> = []
    /// What the inbox has been told last.
    private var awaitsReads = (any: false, closely: false)
    /// Those whose handlers are being called, or will be, and how often they wait for others.
    var busy: [UInt64: Watcher] = [:]
    var settling: [UInt64: Int] = [:]
    /// For whom handlers wait to be quiet.
    var quietWaits: [UInt64: Set<UInt64>] = [:]
    var settlers = SettlerQueue<CheckedContinuation<Void, any Error>>()
    /// Handlers that settle: they count as done themselves, and so do others that wait.
    var settlingHandlers = SettlerQueue<CheckedContinuation<Void, any Error>>()
    var deadlines = DeadlineLook()
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
        let now = (any: machine.awaitsReads, closely: !machine.open.isEmpty)
        if now == awaitsReads { return }
        awaitsReads = now
        inbox.awaitReads(now.any, closely: now.closely)
    }

    func storeDidStop() { close() }

    // MARK: Reports

    var statuses: [LiveQueryStatus] {
        locked { nodes.values.sorted { $0.id < $1.id }.map(statusNow) }
    }

    func status(of node: any ResultNode) -> LiveQueryStatus { locked { statusNow(node) } }

    private func statusNow(_ node: any ResultNode) -> LiveQueryStatus {
        let figures = node.figures
        return LiveQueryStatus(
            name: node.name, parameters: node.parameters, coalescing: node.coalescing,
            subscribers: node.receiverCount, runs: figures.runs, wakeUps: figures.wakeUps,
            changes: figures.changes, failures: figures.failures, lastCost: figures.lastCost,
            position: machine[node.id]?.position ?? node.lastPosition, lastWake: figures.lastWake)
    }
}
