import StoreCore

extension LiveHub {
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

    func runWaves() async {
        repeat {
            while let wave = beginWave() { begin(wave) }
        } while await findsMore()
    }

    /// Whether there is something to do after all, before the worker ends.
    func findsMore() async -> Bool {
        for _ in 0..<LiveHub.looksMax {
            if locked({ !queue.isEmpty }) { return true }
            await Task.yield()
        }
        return waking { woken in
            if !queue.isEmpty || hasReady { return true }
            hasWorker = false
            welcome(&woken)
            releaseSettled(&woken)
            return false
        }
    }

    /// Looks at what has been committed; the queries that are to be run now.
    func beginWave() -> [LiveNode]? {
        waking { woken in
            defer {
                welcome(&woken)
                releaseSettled(&woken)
            }
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

    var hasReady: Bool { stale.contains { id in nodes[id].map(mayRun) ?? false } }

    /// Whether a query's result is that of the state after the commits through `position`; under the lock.
    func isCurrent(_ node: LiveNode, through position: Position) -> Bool {
        running[node.id] == nil && !stale.contains(node.id)
            && queue.first.map { $0.commit.position > position } ?? true
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

    func wake(_ node: LiveNode, _ commit: Commit, _ reason: () -> String) {
        guard stale.insert(node.id).inserted else { return }
        node.staleFor = commit.position
        node.figures.wakeUps += 1
        node.figures.lastWake = WakeReason(position: commit.position, description: reason())
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

    /// Begins the runs of a wave, all on one state.
    func begin(_ wave: [LiveNode]) {
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

    /// The next state that a query is to be shown of those that were kept for it.
    func nextState(of node: LiveNode, _ woken: inout Woken) -> Snapshot? {
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
        if running.isEmpty {
            recent = []
        } else if recent.count >= 64, recent.count > recentKept {
            let seen = running.values.map(\.position).min() ?? .start
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
            if !node.isOver {
                note(node, reads, absent, isAdded: result.hasFailed)
                if node.coalescing != .everyCommit, !stale.contains(node.id) {
                    for commit in recent
                    where commit.position > node.position && concerns(node, commit) {
                        wake(node, commit) { "a change while it ran" }
                    }
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
        watched.add(reads)
        if node.coalescing == .everyCommit { watchedClosely.add(reads) }
        index.insert(reads, as: node.id)
        for name in absent { self.absent[name, default: []].insert(node.id) }
        renewInterest()
    }

    func forget(_ node: LiveNode) {
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
    func renewInterest() {
        var interest = index.interest
        interest.buckets = nil
        if interest == wanted { return }
        wanted = interest
        registration?.interestHasChanged()
    }
}
