import StoreCore

extension LiveHub {
    /// More changes are not judged, and more queries not brought up to date, before others have their turn.
    private static let batchMax = 256

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

    // MARK: Judging

    /// Judges what has been committed through `position`, and gives way now and then.
    private func judge(through position: Position) async {
        // A commit is in the state before its writer, still under W, has told of it.
        while inbox.told < position, !locked({ isClosed }) { await Task.yield() }
        while let first = inbox.first, first <= position {
            judgeSome(through: position)
            await Task.yield()
        }
    }

    /// Judges some of what has been committed; whether there was anything.
    ///
    /// Most commits concern nobody: they cost no snapshot.
    @discardableResult
    private func judgeSome(through position: Position) -> Bool {
        waking { woken in
            let (entries, lost) = inbox.take(through: position, changesMax: LiveHub.batchMax)
            if let lost { judge(lost, &woken) }
            for entry in entries { judge(entry.commit, entry.state, &woken) }
            inbox.haveKept(entries.count { $0.state != nil })
            woken.release(entries)
            welcomeIdle(&woken)
            releaseSettled(&woken)
            return !entries.isEmpty || lost != nil
        }
    }

    /// Finds the queries that a commit concerns.
    private func judge(_ commit: Commit, _ state: Snapshot?, _ woken: inout Woken) {
        let expired = commit.expiredThrough
        index.forEachMeeting(commit) { id, meeting in
            guard let node = nodes[id] else { return }
            // What it does not show any more is only cleared away.
            if let expired, !node.isMaintained, let instant = machine[id]?.instant,
                instant >= expired
            {
                return
            }
            meet(node, commit, state, WakeReason(commit.position, meeting), &woken)
        }
        if !absent.isEmpty {
            for name in commit.definedNames {
                for id in absent[name] ?? [] {
                    let reason = WakeReason(commit.position, "bucket \(name) has been defined")
                    if let node = nodes[id] { meet(node, commit, state, reason, &woken) }
                }
            }
        }
        if let state {
            // What those read next is not known yet.
            for id in machine.open { nodes[id].map { keep(commit, state, for: $0) } }
        }
        woken.release(machine.note(commit, firstArrival: firstArrival))
    }

    /// The first state of which somebody who has come is to be shown; under the lock.
    private func firstArrival() -> Position? {
        joining.lazy.compactMap { self.nodes[$0]?.awaitedState?.position }.min()
    }

    /// A commit concerns a query.
    private func meet(
        _ node: any ResultNode, _ commit: Commit, _ state: Snapshot?,
        _ reason: @autoclosure () -> WakeReason, _ woken: inout Woken
    ) {
        let position = commit.position
        guard let query = machine[node.id], position > query.position else { return }
        if node.isClose {
            if let state { keep(commit, state, for: node) }
            return
        }
        if node.isMaintained { woken.release(node.pending.append(commit)) }
        let debt = LiveMachine.Debt(first: position, last: position, cause: MergedCause(commit))
        wake(node, for: debt, reason())
    }

    private func wake(
        _ node: any ResultNode, for debt: LiveMachine.Debt, _ reason: @autoclosure () -> WakeReason
    ) {
        guard machine.wake(node.id, for: debt) else { return }
        node.figures.wakeUps += 1
        node.figures.lastWake = reason()
    }

    /// Keeps a state for who is to be shown each.
    private func keep(_ commit: Commit, _ state: Snapshot, for node: any ResultNode) {
        guard let query = machine[node.id], commit.position > query.position,
            node.backlog.last.map({ $0.commit.position < commit.position }) ?? true
        else { return }
        node.backlog.append((commit, state))
        machine.keep(node.id, commit)
    }

    /// Finds the queries that commits may concern of which only that is known; their results are worked out anew.
    private func judge(_ lost: LostCommits, _ woken: inout Woken) {
        woken.release(machine.lose(through: lost.debt.last))
        for node in nodes.values where !node.isClose {
            guard let query = machine[node.id], lost.debt.last > query.position,
                lost.concern(node.reads) || lost.buckets == nil
            else { continue }
            if node.isMaintained { woken.release(node.pending.lose(through: lost.debt.last)) }
            wake(
                node, for: lost.debt,
                WakeReason(lost.debt.last, "more changes than are gone through one by one"))
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
        let context = queryContext
        let task = Task.detached { [self] in
            await context.run {
                let result = await LiveHub.$query.withValue(run) { await node.evaluate(run) }
                finish(node, run, result, began: began)
            }
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
            return wake(node, for: debt, WakeReason(told, "more changes while it ran than are kept"))
        }
        look(at: recent.after(news.through), &news)
        for commit in news.met {
            meet(node, commit, nil, WakeReason(commit.position, "a change while it ran"), &woken)
        }
    }

    // MARK: What is read

    /// Notes what a query has read; under the lock.
    private func note(_ node: any ResultNode, _ reads: ReadSet, _ absent: Set<String>) {
        let kept = Set(reads.buckets)
        deadlines.remove(node.id, node.reads.buckets.filter { !kept.contains($0) })
        withdraw(node)
        node.reads = reads
        node.absent = absent
        inbox.watch(reads, absent, closely: node.isClose)
        index.insert(reads, as: node.id, needsOldImages: node.isMaintained)
        for name in absent { self.absent[name, default: []].insert(node.id) }
        renewInterest()
    }

    func forget(_ node: any ResultNode) {
        deadlines.remove(node.id, node.reads.buckets)
        withdraw(node)
    }

    private func withdraw(_ node: any ResultNode) {
        inbox.unwatch(node.reads, node.absent, closely: node.isClose)
        index.remove(node.id)
        for name in node.absent {
            absent[name]?.remove(node.id)
            if absent[name]?.isEmpty == true { absent[name] = nil }
        }
        node.reads = ReadSet()
        node.absent = []
    }

    /// Has the store keep the old images of what is read; until it does, changes count as meeting every range.
    func renewInterest() {
        var interest = index.interest
        interest.buckets = nil
        if interest == inbox.interest { return }
        inbox.interest = interest
        registration?.interestHasChanged()
    }

    // MARK: Those who have come

    /// Whether a query's result is that of the state after the commits through `position`; under the lock.
    func isCurrent(_ node: LiveNode, through position: Position) -> Bool {
        machine.isCurrent(node.id, through: position, firstUnjudged: inbox.first)
    }

    /// Shows results to those who have come; under the lock.
    func welcome(_ node: any ResultNode, _ woken: inout Woken) {
        guard joining.contains(node.id) else { return }
        node.welcome(self, &woken)
        if !node.hasArrivals {
            joining.remove(node.id)
            joiningIdle.remove(node.id)
        } else if machine[node.id]?.runs == nil, machine[node.id]?.stale == nil {
            joiningIdle.insert(node.id)
        }
    }

    /// The same where no run has to be waited for.
    private func welcomeIdle(_ woken: inout Woken) {
        for id in joiningIdle {
            guard let node = nodes[id] else { continue }
            welcome(node, &woken)
            // Who is to be run after all is seen to when that has ended.
            if machine[id]?.runs != nil || machine[id]?.stale != nil { joiningIdle.remove(id) }
        }
    }
}

extension Commit {
    /// The last deadline of the records that the commit clears away, if it does nothing else.
    var expiredThrough: Timestamp? {
        let records = records
        guard records.count == changes.count else { return nil }
        var last: Timestamp?
        for change in records {
            guard change.kind == .deleted, change.reason == .expired,
                let deadline = change.old?.expiresAt
            else { return nil }
            last = max(last ?? deadline, deadline)
        }
        return last
    }
}

/// Queries that are run on one state.
struct LiveWave {
    let began: Timestamp
    /// That state; nil if each of them has one of its own.
    var snapshot: Snapshot?
}
