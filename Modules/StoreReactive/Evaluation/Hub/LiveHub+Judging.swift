import StoreCore

extension LiveHub {
    /// Judges what has been committed through `position`, and gives way now and then.
    func judge(through position: Position) async {
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
    func judgeSome(through position: Position) -> Bool {
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
    func meet(
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

    func wake(
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
                lost.concern(node.reads)
            else { continue }
            if node.isMaintained { woken.release(node.pending.lose(through: lost.debt.last)) }
            wake(
                node, for: lost.debt,
                WakeReason(lost.debt.last, "more changes than are gone through one by one"))
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
