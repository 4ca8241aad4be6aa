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

    private let lock = Lock()
    private weak var store: Store?
    // All of it under `lock`.
    /// Commits that no wave has looked at, with the state after each where that is to be shown.
    var queue: [(commit: Commit, snapshot: Snapshot?)] = []
    /// Commits that waves have looked at while runs were under way that have begun before.
    var recent: [Commit] = []
    private var recentKept = 0
    var nodes: [UInt64: LiveNode] = [:]
    var shared: [NodeKey: LiveNode] = [:]
    var definitions: [String: ObjectIdentifier] = [:]
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
    /// Queries that are to be run as soon as they may.
    var stale: Set<UInt64> = []
    var hasWorker = false
    /// Those whose handlers are being called, or will be, and how often they wait for others.
    var busy: [UInt64: Watcher] = [:]
    var settling: [UInt64: Int] = [:]
    var settlers: [UInt64: Settler] = [:]
    private var lastID: UInt64 = 0
    private var isClosed = false
    private var registration: ObserverRegistration?
    /// What queries and handlers run in: it says that they belong to the store.
    let context: StoreContext
    private let queryContext: StoreContext
    private var clock: (any StoreClock)?
    /// Every commit, with the old images that decide whom it concerns.
    private var wanted = CommitInterest.all

    /// How often a worker that has run out of work looks again before it ends: a writer that is just about to write
    /// has no task to start then.
    private static let looksMax = 16

    private init(_ context: StoreContext?, forQueries queryContext: StoreContext?) {
        self.context = context ?? StoreContext()
        self.queryContext = queryContext ?? StoreContext()
    }

    /// The hub of a store, made with the first use.
    ///
    /// - Throws: `StoreError` (`stopped`).
    static func of(_ store: Store) throws -> LiveHub {
        let component = try store.component(named: componentName) {
            LiveHub(
                ownContext(), forQueries: ownContext(forbidding: "inside a query, which only reads")
            )
        }
        guard let hub = component as? LiveHub else {
            throw StoreError(.refused("a component of another kind is called “\(componentName)”"))
        }
        return hub
    }

    /// The component's context, without what is the matter of the task that happens to be the first to need it.
    private static func ownContext(forbidding place: String? = nil) -> StoreContext? {
        StoreContext.with({ values in
            values.transactionID = nil
            values.causation = nil
            values.causationSource = nil
            values.writesForbidden = place
            values.draftOwner = nil
            values.leaveTurns()
        }) { StoreContext.current }
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

    // MARK: The worker

    /// Sees to it that somebody works; under the lock.
    func work() {
        if hasWorker || isClosed { return }
        hasWorker = true
        let context = context
        Task.detached { [weak self] in
            await context.run { await self?.runWaves() }
        }
    }

    private func runWaves() async {
        repeat {
            while let wave = beginWave() { begin(wave) }
        } while await findsMore()
    }

    /// Whether there is something to do after all, before the worker ends.
    private func findsMore() async -> Bool {
        for _ in 0..<LiveHub.looksMax {
            if locked({ !queue.isEmpty }) { return true }
            await Task.yield()
        }
        return waking { woken in
            if !queue.isEmpty || hasReady { return true }
            hasWorker = false
            releaseSettled(&woken)
            return false
        }
    }

    /// Looks at what has been committed; the queries that are to be run now.
    private func beginWave() -> [LiveNode]? {
        waking { woken in
            defer { releaseSettled(&woken) }
            let taken = queue
            queue = []
            queuedClosely = 0
            for (commit, snapshot) in taken {
                judge(commit)
                if let snapshot { keep(commit, snapshot) }
                if !running.isEmpty { recent.append(commit) }
            }
            var ready: [LiveNode] = []
            for id in stale.sorted() {
                guard let node = nodes[id], mayRun(node) else { continue }
                stale.remove(id)
                node.isStale = false
                node.isRunning = true
                node.runsFor = node.staleFor
                // From here on no commit is passed over.
                running[id] = node
                ready.append(node)
            }
            runningClosely += ready.count { $0.coalescing == .everyCommit }
            if ready.isEmpty, taken.isEmpty { return nil }
            return ready
        }
    }

    private var hasReady: Bool { stale.contains { id in nodes[id].map(mayRun) ?? false } }

    /// Finds the queries that a commit concerns.
    private func judge(_ commit: Commit) {
        index.forEachMeeting(commit) { id, meeting in
            guard let node = nodes[id], node.coalescing != .everyCommit,
                commit.position > node.position
            else { return }
            wake(node, commit) { "\(meeting)" }
        }
        guard !absent.isEmpty else { return }
        for name in commit.definedNames {
            for id in absent[name] ?? [] {
                guard let node = nodes[id], node.coalescing != .everyCommit,
                    commit.position > node.position
                else { continue }
                wake(node, commit) { "bucket \(name) has been defined" }
            }
        }
    }

    private func wake(_ node: LiveNode, _ commit: Commit, _ reason: () -> String) {
        guard !node.isStale else { return }
        node.isStale = true
        node.staleFor = commit.position
        node.figures.wakeUps += 1
        node.figures.lastWake = WakeReason(position: commit.position, description: reason())
        stale.insert(node.id)
    }

    /// Keeps a state for those of whom every one is shown.
    private func keep(_ commit: Commit, _ snapshot: Snapshot) {
        for node in nodes.values
        where node.coalescing == .everyCommit && commit.position > node.position {
            if node.backlog.isEmpty { node.staleFor = commit.position }
            node.backlog.append(commit, snapshot)
            stale.insert(node.id)
            staleClosely.insert(node.id)
        }
    }

    /// Whether a stale query may be run now; one that has to wait gets a timer.
    private func mayRun(_ node: LiveNode) -> Bool {
        if node.isRunning || node.isOver { return false }
        guard case .throttle(let interval) = node.coalescing.rule, let last = node.lastStart,
            !settlers.values.contains(where: { $0.position >= node.staleFor }), let clock
        else { return true }
        let due = last + interval
        if clock.now >= due { return true }
        if node.timer == nil {
            node.timer = Task.detached { [weak self, id = node.id] in
                guard (try? await clock.sleep(until: due, tolerance: nil)) != nil else { return }
                self?.timeIsUp(id)
            }
        }
        return false
    }

    private func timeIsUp(_ id: UInt64) {
        locked {
            guard let node = nodes[id], node.timer != nil else { return }
            node.timer = nil
            if stale.contains(id) { work() }
        }
    }

    /// Begins the runs of a wave, all on one state.
    private func begin(_ wave: [LiveNode]) {
        if wave.isEmpty { return }
        guard let store, let snapshot = try? store.snapshot() else {
            // The store has stopped; everybody is told of that.
            return waking { woken in
                for node in wave { ended(node) }
                releaseSettled(&woken)
            }
        }
        let now = store.now
        let context = queryContext
        for node in wave {
            let next = waking { woken -> (run: QueryRun, isDue: Bool) in
                node.timer?.cancel()
                node.timer = nil
                node.lastStart = now
                let state = nextState(of: node, &woken) ?? snapshot
                let isDue =
                    !node.isOver
                    && (!node.hasRun || node.coalescing != .everyCommit || state !== snapshot)
                if isDue { node.position = state.position }
                let run = QueryRun(store, state, after: node.previous)
                node.run = run
                return (run, isDue)
            }
            guard next.isDue else {
                waking { woken in
                    ended(node)
                    releaseSettled(&woken)
                }
                continue
            }
            Task.detached { [self] in
                await context.run {
                    let result = await LiveHub.$query.withValue(next.run) {
                        await node.evaluate(next.run)
                    }
                    finish(node, next.run, result, began: now)
                }
            }
        }
    }

    /// The run whose code the current task's is.
    @TaskLocal static var query: QueryRun?

    /// The next state that a query is to be shown of those that were kept for it.
    private func nextState(of node: LiveNode, _ woken: inout Woken) -> Snapshot? {
        guard node.coalescing == .everyCommit, node.hasRun else { return nil }
        while let (commit, snapshot) = node.backlog.next(&woken) {
            guard commit.position > node.position, concerns(node, commit) else { continue }
            node.runsFor = commit.position
            node.figures.wakeUps += 1
            node.figures.lastWake = WakeReason(
                position: commit.position, description: "a change of what it had read")
            return snapshot
        }
        return nil
    }

    private func concerns(_ node: LiveNode, _ commit: Commit) -> Bool {
        node.reads.intersects(commit)
            || !node.absent.isEmpty && commit.definedNames.contains { node.absent.contains($0) }
    }

    /// A run is over, whatever has come of it; under the lock.
    private func ended(_ node: LiveNode) {
        node.isRunning = false
        running[node.id] = nil
        // What is done for it from now on follows from what is before it.
        if let next = node.backlog.position { node.staleFor = next }
        if node.coalescing == .everyCommit {
            runningClosely -= 1
            if node.backlog.isEmpty {
                staleClosely.remove(node.id)
            } else if !node.isOver {
                stale.insert(node.id)
            }
        }
        trimRecent()
    }

    /// Forgets the commits that every run has seen; under the lock.
    private func trimRecent() {
        if running.isEmpty {
            recent = []
        } else if recent.count >= 64, recent.count > recentKept {
            let seen = running.values.map(\.position).min() ?? .start
            recent.removeAll { $0.position <= seen }
            // Each costs the same, however many are kept.
            recentKept = 2 * recent.count
        }
    }

    private func finish(
        _ node: LiveNode, _ run: QueryRun, _ result: NodeResult, began: Timestamp
    ) {
        let reads = run.recorder.readSet
        let absent = run.absent
        let end = store?.now ?? began
        waking { woken in
            node.figures.runs += 1
            node.figures.lastCost = began.duration(to: end)
            if result.hasFailed { node.figures.failures += 1 }
            if !node.isOver {
                note(node, reads, absent, isAdded: result.hasFailed)
                if node.coalescing != .everyCommit, !node.isStale {
                    for commit in recent
                    where commit.position > node.position && concerns(node, commit) {
                        wake(node, commit) { "a change while it ran" }
                    }
                }
                let isFirst = !node.hasRun
                if result.accept(self, &woken), !isFirst { node.figures.changes += 1 }
            }
            ended(node)
            if !stale.isEmpty { work() }
            releaseSettled(&woken)
        }
    }

    /// Notes what a query has read; under the lock.
    private func note(
        _ node: LiveNode, _ reads: ReadSet, _ absent: Set<String>, isAdded: Bool
    ) {
        var reads = reads
        var absent = absent
        // What has made it fail may be no matter of the store's.
        if isAdded {
            reads.formUnion(node.reads)
            absent.formUnion(node.absent)
        }
        forget(node)
        node.reads = reads
        node.absent = absent
        watched.add(reads)
        if node.coalescing == .everyCommit { watchedClosely.add(reads) }
        index.insert(reads, as: node.id)
        for name in absent { self.absent[name, default: []].insert(node.id) }
        renewInterest()
    }

    private func forget(_ node: LiveNode) {
        watched.remove(node.reads)
        if node.coalescing == .everyCommit { watchedClosely.remove(node.reads) }
        index.remove(node.id)
        for name in node.absent {
            absent[name]?.remove(node.id)
            if absent[name]?.isEmpty == true { absent[name] = nil }
        }
        node.reads = ReadSet()
        node.absent = []
    }

    /// Has the store keep the old images of what is read; until it does, changes count as meeting every range.
    private func renewInterest() {
        var interest = index.interest
        interest.buckets = nil
        if interest == wanted { return }
        wanted = interest
        registration?.interestHasChanged()
    }

    // MARK: Joining and leaving

    func define(_ name: String, _ body: AnyObject) throws {
        try locked {
            if isClosed { throw StoreError(.stopped) }
            guard definitions[name] == nil else {
                throw LiveQueryError(query: name, reason: .alreadyDefined)
            }
            definitions[name] = ObjectIdentifier(body)
            bodies[name] = body
        }
    }

    /// Keeps bodies from giving their identity to others.
    private var bodies: [String: AnyObject] = [:]

    func undefine(_ name: String) -> Bool {
        waking { woken in
            guard let body = definitions.removeValue(forKey: name) else { return false }
            woken.release(bodies.removeValue(forKey: name) as Any)
            for node in nodes.values where node.key?.body == body {
                end(node, LiveQueryError(query: name, reason: .notDefined), &woken)
            }
            return true
        }
    }

    func check<Parameters, Value>(_ query: QueryDefinition<Parameters, Value>) throws {
        try locked { try check(query.name, ObjectIdentifier(query.body)) }
    }

    private func check(_ name: String, _ body: ObjectIdentifier) throws {
        if isClosed { throw StoreError(.stopped) }
        guard definitions[name] == body else {
            throw LiveQueryError(query: name, reason: .notDefined)
        }
    }

    /// The node for a query with its parameters, and a place in it for a sequence.
    func join<Value>(
        _ store: Store, _ key: NodeKey, _ definition: (String, ObjectIdentifier)?,
        _ make: (UInt64) -> ValueNode<Value>
    ) throws -> (ValueNode<Value>, LiveReceiver<Value>) {
        try attach(to: store)
        return try waking { woken in
            if isClosed { throw StoreError(.stopped) }
            if let definition { try check(definition.0, definition.1) }
            let known = shared[key].flatMap { $0 as? ValueNode<Value> }
            let node = known ?? make(nextID())
            if known == nil {
                nodes[node.id] = node
                shared[key] = node
                stale.insert(node.id)
                work()
            }
            node.members += 1
            return (node, sequenceReceiver(of: node, &woken))
        }
    }

    private func sequenceReceiver<Value>(
        of node: ValueNode<Value>, _ woken: inout Woken
    ) -> LiveReceiver<Value> {
        let receiver = LiveReceiver<Value>(
            nextID(), keepsAll: node.coalescing == .everyCommit, skipsFirst: false, handler: nil)
        node.join(receiver, self, &woken)
        return receiver
    }

    /// Another place for a sequence.
    func join<Value>(_ node: ValueNode<Value>) -> LiveReceiver<Value> {
        waking { sequenceReceiver(of: node, &$0) }
    }

    /// A place for a handler.
    func join<Value>(
        _ node: ValueNode<Value>, _ handler: LiveReceiver<Value>.Handler, skipsFirst: Bool
    ) throws -> LiveReceiver<Value> {
        try waking { woken in
            if isClosed { throw StoreError(.stopped) }
            if node.isOver { throw node.failure ?? StoreError(.stopped) }
            let receiver = LiveReceiver<Value>(
                nextID(), keepsAll: node.coalescing == .everyCommit, skipsFirst: skipsFirst,
                handler: handler)
            node.members += 1
            node.join(receiver, self, &woken)
            return receiver
        }
    }

    func leave<Value>(_ receiver: LiveReceiver<Value>, _ node: ValueNode<Value>) {
        waking { woken in
            woken.append(receiver.takeWaiter())
            let isHandler = receiver.handler != nil
            receiver.cancel(&woken)
            node.leave(receiver)
            if isHandler { release(node, &woken) }
        }
    }

    /// One of those who hold the query is gone.
    func release(_ node: LiveNode) { waking { release(node, &$0) } }

    private func release(_ node: LiveNode, _ woken: inout Woken) {
        node.members -= 1
        if node.members == 0 { end(node, nil, &woken) }
    }

    /// Ends a query; under the lock.
    func end(_ node: LiveNode, _ error: (any Error)?, _ woken: inout Woken) {
        if node.isOver { return }
        node.isOver = true
        woken.release(node)
        node.timer?.cancel()
        forget(node)
        woken.release(node.backlog)
        node.backlog = Backlog()
        nodes[node.id] = nil
        stale.remove(node.id)
        staleClosely.remove(node.id)
        if let key = node.key, shared[key] === node { shared[key] = nil }
        renewInterest()
        node.close(error, self, &woken)
        releaseSettled(&woken)
    }

    /// Sees to it that the store tells of its commits.
    private func attach(to store: Store) throws {
        if locked({ self.registration != nil }) { return }
        locked {
            self.store = store
            clock = store.clock
        }
        let registration = try store.attachNow(self)
        locked { self.registration = registration }
    }

    private func close() {
        waking { woken in
            isClosed = true
            woken.release((bodies, queue, recent))
            bodies = [:]
            definitions = [:]
            for node in nodes.values { end(node, nil, &woken) }
            queue = []
            queuedClosely = 0
            recent = []
            stale = []
            releaseSettled(&woken)
        }
    }

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

extension LiveHub: StoreComponent {
    var name: String { LiveHub.componentName }

    func start(on store: Store) async throws {
        try attach(to: store)
    }

    func stop() async {
        let registration = locked { self.registration }
        registration?.cancel()
        close()
        await isDone(through: Position(.max))
    }

    /// Waits until no query is stale or runs, and no handler is busy; what is throttled is run at once.
    ///
    /// A handler leaves itself out, and so does a query that calls this.
    func drain(through position: Position) async throws {
        if let run = LiveHub.query, locked({ running.values.contains { $0.run === run } }) {
            return
        }
        await isDone(through: position)
    }

    var statistics: Fields {
        locked {
            [
                "queries": .integer(Int64(nodes.count)),
                "waiting": .integer(Int64(queue.count)),
                "running": .integer(Int64(running.count)),
            ]
        }
    }
}

extension Commit {
    /// The names of buckets that the commit has defined, or defined anew.
    var definedNames: [String] {
        // Definitions come first.
        var names: [String] = []
        for change in changes {
            switch change {
            case .bucketDefined(let definition), .bucketUpdated(let definition):
                names.append(definition.name)
            case .bucketDropped, .autoincrement: break
            case .record: return names
            }
        }
        return names
    }
}
