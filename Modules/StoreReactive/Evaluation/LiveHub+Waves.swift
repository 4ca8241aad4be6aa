import StoreCore

extension LiveHub {
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
            while hasWork() {
                if let wave = await nextWave() { begin(wave) }
            }
        } while await findsMore()
    }

    /// Whether there is something to do after all, before the worker ends.
    func findsMore() async -> Bool {
        for _ in 0..<LiveHub.looksMax {
            if !inbox.isEmpty { return true }
            await Task.yield()
        }
        return waking { woken in
            if hasReady || !inbox.retire() { return true }
            welcome(&woken)
            releaseSettled(&woken)
            return false
        }
    }

    /// Looks at what has been committed; whether there are queries to be run.
    ///
    /// Most commits concern nobody: they cost no snapshot.
    func hasWork() -> Bool {
        waking { woken in
            defer {
                welcome(&woken)
                releaseSettled(&woken)
            }
            let hasTaken = judgeQueue(through: Position(.max))
            return hasReady || hasTaken
        }
    }

    /// Takes a state, and the queries that are to be run on it.
    func nextWave() async -> LiveWave? {
        let first = locked { prepareRuns { _ in true } }
        if first.isEmpty { return nil }
        guard let store, let snapshot = try? store.snapshot() else {
            // The store has stopped; everybody is told of that.
            waking { woken in
                for node in first { ended(node) }
                releaseSettled(&woken)
            }
            return nil
        }
        // A commit is in the state before its writer, still under W, has told of it.
        while inbox.told < snapshot.position, !locked({ isClosed }) { await Task.yield() }
        let now = store.now
        return waking { woken in
            judgeQueue(through: snapshot.position)
            // Those that turn out to be concerned only now are shown the same state.
            let more = prepareRuns { $0.hasRun && $0.coalescing != .everyCommit }
            var wave = LiveWave(began: now)
            for node in first + more {
                if stale.remove(node.id) != nil { node.runsFor = min(node.runsFor, node.staleFor) }
                if let run = beginRun(of: node, in: store, snapshot, &woken) {
                    node.lastStart = now
                    wave.runs.append((node, run))
                } else {
                    ended(node)
                }
            }
            welcome(&woken)
            releaseSettled(&woken)
            return wave
        }
    }

    /// Marks the queries that may be run now as running: from here on no commit is passed over; under the lock.
    private func prepareRuns(_ isWanted: (LiveNode) -> Bool) -> [LiveNode] {
        var ready: [LiveNode] = []
        for id in stale.sorted() {
            guard let node = nodes[id], isWanted(node), mayRun(node) else { continue }
            stale.remove(id)
            node.runsFor = node.staleFor
            node.runsCause = node.staleCause
            running[id] = node
            if node.coalescing == .everyCommit { runningClosely += 1 }
            ready.append(node)
        }
        return ready
    }

    /// Looks at what has been committed through `position`; under the lock.
    @discardableResult
    private func judgeQueue(through position: Position) -> Bool {
        let taken = inbox.take(through: position)
        for (commit, snapshot) in taken {
            judge(commit)
            if let snapshot { keep(commit, snapshot) }
            if !running.isEmpty { recent.append(commit) }
        }
        inbox.haveKept(taken.count { $0.snapshot != nil })
        return !taken.isEmpty
    }

    /// Begins a run of a query, on the state that is its turn; under the lock.
    ///
    /// Nil if there is nothing new to be shown.
    private func beginRun(
        of node: LiveNode, in store: Store, _ snapshot: Snapshot, _ woken: inout Woken
    ) -> QueryRun? {
        if node.isOver { return nil }
        woken.cancel(node.timer)
        node.timer = nil
        var state = snapshot
        var commits = node.takePending()
        if node.coalescing == .everyCommit, node.hasRun {
            guard let (commit, own) = nextState(of: node, &woken) else { return nil }
            state = own
            commits = [commit]
        }
        node.position = state.position
        let run = QueryRun(store, state, after: node.previous, node.hasRun ? commits : nil)
        node.run = run
        return run
    }

    var hasReady: Bool { stale.contains { id in nodes[id].map(mayRun) ?? false } }

    /// Whether a query's result is that of the state after the commits through `position`; under the lock.
    func isCurrent(_ node: LiveNode, through position: Position) -> Bool {
        running[node.id] == nil && !stale.contains(node.id)
            && inbox.first.map { $0 > position } ?? true
    }

    /// Shows results to those who have come; under the lock.
    func welcome(_ woken: inout Woken) {
        for id in joining where nodes[id]?.welcome(self, &woken) ?? true { joining.remove(id) }
    }

    /// Finds the queries that a commit concerns.
    func judge(_ commit: Commit) {
        index.forEachMeeting(commit) { id, meeting in
            guard let node = nodes[id], node.coalescing != .everyCommit,
                commit.position > node.position
            else { return }
            node.notePending(commit)
            wake(node, commit, WakeReason(commit.position, meeting))
        }
        guard !absent.isEmpty else { return }
        for name in commit.definedNames {
            for id in absent[name] ?? [] {
                guard let node = nodes[id], node.coalescing != .everyCommit,
                    commit.position > node.position
                else { continue }
                wake(
                    node, commit, WakeReason(commit.position, "bucket \(name) has been defined"))
            }
        }
    }

    func wake(_ node: LiveNode, _ commit: Commit, _ reason: @autoclosure () -> WakeReason) {
        guard stale.insert(node.id).inserted else { return }
        node.staleFor = commit.position
        node.staleCause = commit.causation
        node.figures.wakeUps += 1
        node.figures.lastWake = reason()
    }

    /// Keeps a state for those of whom every one is shown.
    func keep(_ commit: Commit, _ snapshot: Snapshot) {
        for node in nodes.values
        where node.coalescing == .everyCommit && commit.position > node.position {
            if node.backlog.isEmpty { node.staleFor = commit.position }
            node.backlog.append(commit, snapshot)
            stale.insert(node.id)
            staleClosely.insert(node.id)
        }
    }

    /// Whether a stale query may be run now; one that has to wait gets a timer.
    func mayRun(_ node: LiveNode) -> Bool {
        if running[node.id] != nil || node.isOver { return false }
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

    func timeIsUp(_ id: UInt64) {
        locked {
            guard let node = nodes[id], node.timer != nil else { return }
            node.timer = nil
            if stale.contains(id) { work() }
        }
    }

    /// Begins the runs of a wave.
    ///
    /// What takes next to no time is done at once: a task of its own would cost more.
    func begin(_ wave: LiveWave) {
        let context = queryContext
        for (node, run) in wave.runs {
            if let result = node.advance(run) {
                finish(node, run, result, began: wave.began)
                continue
            }
            let task = Task.detached { [self] in
                await context.run {
                    let result = await LiveHub.$query.withValue(run) { await node.evaluate(run) }
                    finish(node, run, result, began: wave.began)
                }
            }
            run.goesOn(in: task)
        }
    }

    /// The next of the commits that were kept for a query to be shown, with its state.
    func nextState(
        of node: LiveNode, _ woken: inout Woken
    ) -> (commit: Commit, snapshot: Snapshot)? {
        while let (commit, snapshot) = node.backlog.next(&woken) {
            guard commit.position > node.position, concerns(node, commit) else { continue }
            node.runsFor = commit.position
            node.runsCause = commit.causation
            node.figures.wakeUps += 1
            node.figures.lastWake = WakeReason(
                commit.position, "a change of what it had read")
            return (commit, snapshot)
        }
        return nil
    }

    func concerns(_ node: LiveNode, _ commit: Commit) -> Bool {
        node.reads.intersects(commit)
            || !node.absent.isEmpty && commit.definedNames.contains { node.absent.contains($0) }
    }

    /// A run is over, whatever has come of it; under the lock.
    func ended(_ node: LiveNode) {
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
    func trimRecent() {
        // Nobody waits for what comes of a query that is over.
        guard running.values.contains(where: { !$0.isOver }) else {
            recent = []
            recentKept = 0
            return
        }
        if recent.count >= 64, recent.count > recentKept {
            let seen = running.values.filter { !$0.isOver }.map(\.position).min() ?? .start
            recent.removeAll { $0.position <= seen }
            // Each costs the same, however many are kept.
            recentKept = 2 * recent.count
        }
    }

    func finish(
        _ node: LiveNode, _ run: QueryRun, _ result: NodeResult, began: Timestamp
    ) {
        let reads = run.recorder.readSet
        let absent = run.absent
        let end = store?.now ?? began
        waking { woken in
            node.figures.runs += 1
            node.figures.lastCost = began.duration(to: end)
            if result.hasFailed { node.figures.failures += 1 }
            node.isFailing = result.hasFailed
            if !node.isOver {
                if !result.keepsReads {
                    note(node, reads, absent, isAdded: result.hasFailed)
                    catchUp(node)
                }
                let isFirst = !node.hasRun
                if result.accept(self, &woken), !isFirst { node.figures.changes += 1 }
            }
            ended(node)
            welcome(&woken)
            if !stale.isEmpty { work() }
            releaseSettled(&woken)
        }
    }

    /// Looks at what was committed while a query was run, in the light of what it has read; under the lock.
    private func catchUp(_ node: LiveNode) {
        if node.coalescing == .everyCommit { return }
        // What was noted by the reads of before is among it.
        node.pending = []
        for commit in recent where commit.position > node.position && concerns(node, commit) {
            node.notePending(commit)
            wake(node, commit, WakeReason(commit.position, "a change while it ran"))
        }
    }

    /// Notes what a query has read; under the lock.
    func note(
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
        inbox.watch(reads, closely: node.coalescing == .everyCommit)
        index.insert(reads, as: node.id, needsOldImages: node.isMaintained)
        for name in absent { self.absent[name, default: []].insert(node.id) }
        renewInterest()
    }

    func forget(_ node: LiveNode) {
        inbox.unwatch(node.reads, closely: node.coalescing == .everyCommit)
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
}

/// Queries that are run on one state.
struct LiveWave {
    let began: Timestamp
    var runs: [(node: LiveNode, run: QueryRun)] = []
}
