import StoreCore

extension LiveHub {
    /// More changes are not judged, and more queries not brought up to date, before others have their turn.
    static let batchMax = 256

    // MARK: The worker

    /// Sees to it that somebody works; under the lock.
    func work() {
        if !isClosed, inbox.needsWorker() { startWorker() }
    }

    func startWorker() {
        let context = context
        Task.detached { [weak self] in
            await context.run { await self?.runWaves() }
        }
    }

    func runWaves() async {
        repeat {
            while true {
                let hasJudged = judgeSome(through: Position(.max))
                let hasRun = await runWave()
                if !hasJudged && !hasRun { break }
                // Bodies, handlers and everybody else want this thread too.
                await Task.yield()
            }
        } while await findsMore()
    }

    /// Whether there is something to do after all, before the worker ends.
    private func findsMore() async -> Bool {
        for _ in 0..<LiveHub.looksMax {
            if !inbox.isEmpty { return true }
            await Task.yield()
        }
        return waking { woken in
            if hasReady || !inbox.retire() { return true }
            welcomeIdle(&woken)
            releaseSettled(&woken)
            return false
        }
    }

    var hasReady: Bool { !machine.ready.isEmpty }

    /// Runs those that may be run now, on one state; whether there were any.
    private func runWave() async -> Bool {
        guard let clock else { return false }
        let now = clock.now
        let (nodes, isFresh) = locked {
            let nodes = takeReady(at: now)
            // Who is shown what has been kept needs no state of now.
            return (nodes, nodes.contains { !$0.isClose || $0.backlog.isEmpty || isDue($0) })
        }
        if nodes.isEmpty { return false }
        var wave = LiveWave(began: now)
        if isFresh {
            guard let store, let snapshot = try? store.snapshot() else {
                giveUp(nodes)
                return true
            }
            await judge(through: snapshot.position)
            wave.snapshot = snapshot
        }
        guard let store else {
            giveUp(nodes)
            return true
        }
        var count = 0
        for node in nodes {
            await run(node, in: store, &wave, &count)
        }
        return true
    }

    /// The store has stopped; everybody is told of that.
    private func giveUp(_ nodes: [any ResultNode]) {
        waking { woken in
            for node in nodes { ended(node, &woken) }
            releaseSettled(&woken)
        }
    }

    /// Marks the queries that may be run now as running: from here on no commit is passed over; under the lock.
    private func takeReady(at now: Timestamp) -> [any ResultNode] {
        if !hasReady { return [] }
        let flushed = [settlers.greatest, settlingHandlers.greatest].compactMap { $0 }.max()
        let taken = machine.takeReady(at: now, flushedThrough: flushed) { id, due in
            nodes[id].map { wake($0, at: due) }
        }
        return taken.compactMap { nodes[$0] }
    }

    /// Has a query that waits for its time woken then; under the lock.
    private func wake(_ node: any ResultNode, at due: Timestamp) {
        guard node.timer == nil, let clock else { return }
        node.timer = Task.detached { [weak self, id = node.id] in
            guard (try? await clock.sleep(until: due, tolerance: nil)) != nil else { return }
            self?.timeIsUp(id)
        }
    }

    private func timeIsUp(_ id: UInt64) {
        locked {
            nodes[id]?.timer = nil
            if machine.timeIsUp(id) { work() }
        }
    }

    // MARK: Runs

    /// Begins a run of a query.
    ///
    /// What takes next to no time is done at once: a task of its own would cost more.
    private func run(
        _ node: any ResultNode, in store: Store, _ wave: inout LiveWave, _ count: inout Int
    ) async {
        var next = waking { woken in begin(node, in: store, wave, &woken) }
        while let run = next {
            guard let result = node.advance(run) else { return goOn(node, run, wave.began) }
            finish(node, run, result, began: wave.began)
            count += 1
            if count % 16 == 0 { await Task.yield() }
            // The states that have been kept, one after another.
            guard node.isClose, count < LiveHub.batchMax else { return }
            next = waking { woken in
                if node.backlog.isEmpty || !machine.takeNow(node.id) { return nil }
                return begin(node, in: store, wave, &woken)
            }
        }
    }

    private func goOn(_ node: any ResultNode, _ run: QueryRun, _ began: Timestamp) {
        let (context, queryContext) = (context, queryContext)
        let task = Task.detached { [self] in
            let result = await queryContext.run {
                await LiveHub.$query.withValue(run) { await node.evaluate(run) }
            }
            // What is read from here on is no part of the body.
            await context.run { finish(node, run, result, began: began) }
        }
        run.goesOn(in: task)
    }

    /// Begins a run of a query, on the state that is its turn; under the lock.
    ///
    /// Nil if there is nothing new to be shown.
    private func begin(
        _ node: any ResultNode, in store: Store, _ wave: LiveWave, _ woken: inout Woken
    ) -> QueryRun? {
        if node.isOver { return nil }
        woken.cancel(node.timer)
        node.timer = nil
        var commits: [Commit]?
        let state: Snapshot
        if node.isClose, node.hasRun, let (commit, own) = nextState(of: node, &woken) {
            state = own
            commits = [commit]
            machine.begin(
                node.id, showing: commit, own.instant, before: node.backlog.first?.commit.position,
                now: wave.began)
        } else {
            guard let fresh = wave.snapshot, !node.isClose || !node.hasRun || isDue(node) else {
                ended(node, &woken)
                welcome(node, &woken)
                releaseSettled(&woken)
                return nil
            }
            // Who has come is shown the state of that moment first.
            let awaited = node.awaitedState.flatMap { $0.position < fresh.position ? $0 : nil }
            state = node.hasRun ? awaited ?? fresh : fresh
            commits = node.isClose ? [] : pendingCommits(of: node, through: state.position)
            machine.begin(node.id, at: state.position, state.instant, now: wave.began)
        }
        let run = QueryRun(store, state, after: node.previous, node.hasRun ? commits : nil)
        node.run = run
        node.isUnderWay = true
        return run
    }

    private func isDue(_ node: any ResultNode) -> Bool { machine[node.id]?.due != nil }

    /// What has concerned a query since its last run; nil where that is not known.
    private func pendingCommits(of node: any ResultNode, through position: Position) -> [Commit]? {
        node.pending.take(after: machine[node.id]?.position ?? .start, through: position)
    }

    /// The next of the commits that were kept for a query to be shown, with its state.
    private func nextState(
        of node: any ResultNode, _ woken: inout Woken
    ) -> (commit: Commit, snapshot: Snapshot)? {
        while let next = node.backlog.popFirst() {
            woken.release(next)
            guard let query = machine[node.id], next.commit.position > query.position,
                concerns(next.commit, node.reads, node.absent)
            else { continue }
            node.figures.wakeUps += 1
            node.figures.lastWake = WakeReason(
                next.commit.position, "a change of what it had read")
            return next
        }
        return nil
    }

    private func concerns(_ commit: Commit, _ reads: ReadSet, _ absent: Set<String>) -> Bool {
        reads.intersects(commit)
            || !absent.isEmpty && commit.definedNames.contains { absent.contains($0) }
    }

    /// A run is over, whatever has come of it; under the lock.
    private func ended(_ node: any ResultNode, _ woken: inout Woken) {
        machine.end(node.id, before: node.backlog.first?.commit.position)
        woken.release(machine.forgetRecent())
    }

    private func finish(
        _ node: any ResultNode, _ run: QueryRun, _ result: NodeResult, began: Timestamp
    ) {
        let end = store?.now ?? began
        var news = News(run, result)
        if !result.keepsReads, !node.isClose { lookAhead(node, &news) }
        let looksAtDeadlines = waking { woken in
            node.isUnderWay = false
            orphans[node.id] = nil
            node.figures.runs += 1
            node.figures.lastCost = began.duration(to: end)
            if result.hasFailed { node.figures.failures += 1 }
            node.isFailing = result.hasFailed
            var isNewlyRead = false
            if !node.isOver {
                if !result.keepsReads {
                    note(node, news.reads, news.absent)
                    if !node.isClose { catchUp(node, &news, &woken) }
                }
                isNewlyRead = deadlines.add(node.id, node.reads.buckets, run.snapshot.instant)
                let isFirst = !node.hasRun
                if result.accept(self, &woken), !isFirst { node.figures.changes += 1 }
            }
            ended(node, &woken)
            welcome(node, &woken)
            if hasReady { work() }
            releaseSettled(&woken)
            return isNewlyRead
        }
        if looksAtDeadlines { renewDeadlines() }
    }

    /// What a run has found, and what has been committed meanwhile that concerns it.
    private struct News {
        var reads: ReadSet
        var absent: Set<String>
        let hasFailed: Bool
        /// Looked at through here.
        var through: Position
        var met: [Commit] = []

        init(_ run: QueryRun, _ result: NodeResult) {
            reads = run.recorder.readSet
            absent = run.absent
            hasFailed = result.hasFailed
            through = run.snapshot.position
        }
    }

    /// Looks at what was committed while a query was run, but for the last of it, which is left for the lock.
    private func lookAhead(_ node: any ResultNode, _ news: inout News) {
        let (reads, absent) = locked { (node.reads, node.absent) }
        // What has made it fail may be no matter of the store's.
        if news.hasFailed {
            news.reads.formUnion(reads)
            news.absent.formUnion(absent)
        }
        while true {
            let commits = locked { machine.recent.after(news.through) }
            if commits.count <= LiveHub.batchMax { return }
            look(at: commits, &news)
        }
    }

    private func look(at commits: ArraySlice<Commit>, _ news: inout News) {
        for commit in commits where concerns(commit, news.reads, news.absent) {
            news.met.append(commit)
        }
        news.through = commits.last?.position ?? news.through
    }

    /// Looks at what was committed while a query was run, in the light of what it has read; under the lock.
    private func catchUp(_ node: any ResultNode, _ news: inout News, _ woken: inout Woken) {
        guard let start = machine[node.id]?.position else { return }
        let (recent, told) = (machine.recent, inbox.told)
        // What was noted by the reads of before is among it.
        woken.release(node.pending.removeAll())
        guard recent.isComplete(after: start) else {
            if node.isMaintained { woken.release(node.pending.lose(through: told)) }
            let debt = LiveMachine.Debt(first: start.next, last: recent.lost ?? told)
            let reason = WakeReason(told, "more changes while it ran than are kept")
            return wake(node, for: debt, reason)
        }
        look(at: recent.after(news.through), &news)
        for commit in news.met {
            meet(node, commit, nil, WakeReason(commit.position, "a change while it ran"), &woken)
        }
    }
}

/// Queries that are run on one state.
struct LiveWave {
    let began: Timestamp
    /// That state; nil if each of them has one of its own.
    var snapshot: Snapshot?
}
