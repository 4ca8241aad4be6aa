import StoreCore

// A live query's life, without its tasks, its clock and its lock
// ==============================================================
//
//            wake                takeReady              begin                 end
//   current ──────►  ready  ──────────────►  to be run  ──────►  running  ──────────►  current, or ready again
//                    │    ▲                                         │ wake: it is stale at once when it ends
//         too early  ▼    │  timeIsUp, flush
//                   waiting
//
// What a query is stale for, and what it runs for, is a debt: the commits from which it follows, by the first and the last of
// them. A run of a state settles what the state contains. What came after that stays owed, or is owed again.
//
// Who comes is shown the state of that moment, which is the newest result as long as no commit through that moment is
// owed; otherwise the query is run on that very state first.

/// Which live queries are to be run, and for the sake of what.
struct LiveMachine {
    /// Commits from which something is still to follow.
    struct Debt {
        var first: Position
        var last: Position
        var cause = MergedCause()

        /// What is owed to nobody's commit: a first run, or one after a deadline.
        static let nobodys = Debt(first: .start, last: .start)

        mutating func formUnion(_ other: Debt) {
            first = min(first, other.first)
            last = max(last, other.last)
            cause.formUnion(other.cause)
        }
    }

    struct Query {
        let coalescing: Coalescing
        /// The state of its last run, or of the one that is under way.
        fileprivate(set) var position = Position.start
        fileprivate(set) var instant = Timestamp(microseconds: .min)
        /// What it is stale for.
        fileprivate(set) var stale: Debt?
        /// What it runs for; nil: it does not run.
        fileprivate(set) var runs: Debt?
        /// A deadline that has passed of what it shows.
        fileprivate(set) var due: Timestamp?
        /// When its last run began.
        fileprivate(set) var lastStart: Timestamp?

        var isClose: Bool { coalescing == .everyCommit }
    }

    private var queries: [UInt64: Query] = [:]
    /// Stale queries that do not run: those that are to be run, and those that have to wait for their time.
    private(set) var ready: Set<UInt64> = []
    private(set) var waiting: Set<UInt64> = []
    private(set) var running: Set<UInt64> = []
    /// Those whose every state is shown, and of whom nobody knows what they will have read of the next one.
    private(set) var open: Set<UInt64> = []
    /// Commits that came while runs were under way that had begun before.
    private(set) var recent = KeptCommits()
    /// How many are about to come, or have come and wait to be shown the state of that moment.
    var arrivals = 0

    subscript(id: UInt64) -> Query? { queries[id] }
    var count: Int { queries.count }

    /// Whether what is committed may concern somebody of whom that cannot be said yet.
    var awaitsReads: Bool { !running.isEmpty || arrivals > 0 }

    // MARK: Coming and going

    /// A query has come: it is to be run.
    mutating func add(_ id: UInt64, _ coalescing: Coalescing) {
        queries[id] = Query(coalescing: coalescing, stale: Debt.nobodys)
        ready.insert(id)
    }

    /// A query is gone.
    mutating func remove(_ id: UInt64) {
        queries[id] = nil
        ready.remove(id)
        waiting.remove(id)
        running.remove(id)
        open.remove(id)
    }

    // MARK: Waking

    /// Something that a query has read has changed; whether it was not stale before.
    @discardableResult
    mutating func wake(_ id: UInt64, for debt: Debt) -> Bool {
        guard let index = queries.index(forKey: id) else { return false }
        let isNew = queries.values[index].stale == nil
        if isNew {
            queries.values[index].stale = debt
        } else {
            queries.values[index].stale?.formUnion(debt)
        }
        if isNew, queries.values[index].runs == nil { ready.insert(id) }
        return isNew
    }

    /// The deadline of something that a query has read has passed.
    mutating func wake(_ id: UInt64, at deadline: Timestamp) {
        guard let query = queries[id], query.instant < deadline else { return }
        queries[id]?.due = max(query.due ?? deadline, deadline)
        wake(id, for: .nobodys)
    }

    /// A commit is to be shown by itself.
    mutating func keep(_ id: UInt64, _ commit: Commit) {
        open.insert(id)
        let position = commit.position
        wake(id, for: Debt(first: position, last: position, cause: MergedCause(commit)))
    }

    // MARK: Running

    /// Takes out the queries that may be run now: from here on, they run.
    ///
    /// Who is stale for a commit through `flushed` waits no longer for its time; `wait` is told of those that have to, and
    /// until when.
    mutating func takeReady(
        at now: Timestamp, flushedThrough flushed: Position?,
        _ wait: (_ id: UInt64, _ due: Timestamp) -> Void
    ) -> [UInt64] {
        var taken: [UInt64] = []
        for id in ready.sorted() {
            guard let query = queries[id], let stale = query.stale else { continue }
            if case .throttle(let interval) = query.coalescing.rule, let last = query.lastStart,
                last + interval > now, flushed.map({ stale.first > $0 }) ?? true
            {
                waiting.insert(id)
                wait(id, last + interval)
                continue
            }
            queries[id]?.runs = stale
            queries[id]?.stale = nil
            running.insert(id)
            if query.isClose { open.insert(id) }
            taken.append(id)
        }
        ready = []
        return taken
    }

    /// The time of a query has come; whether it waits for that.
    mutating func timeIsUp(_ id: UInt64) -> Bool {
        if waiting.remove(id) == nil { return false }
        ready.insert(id)
        return true
    }

    /// Those who wait for their time and are stale for commits through `position` wait no longer.
    mutating func flush(through position: Position) {
        for id in waiting where queries[id]?.stale.map({ $0.first <= position }) ?? false {
            waiting.remove(id)
            ready.insert(id)
        }
    }

    /// A run of the state at `position` begins.
    mutating func begin(
        _ id: UInt64, at position: Position, _ instant: Timestamp, now: Timestamp
    ) {
        guard var query = queries[id], var runs = query.runs else { return }
        query.position = position
        query.instant = instant
        query.lastStart = now
        // All that is in the state is shown now; the rest is not.
        if let stale = query.stale { runs.formUnion(stale) }
        query.stale = nil
        if runs.last > position {
            query.stale = Debt(
                first: max(runs.first, position.next), last: runs.last, cause: runs.cause)
        }
        if let due = query.due {
            if due <= instant { query.due = nil } else { query.stale = query.stale ?? .nobodys }
        }
        query.runs = runs
        queries[id] = query
    }

    /// A run of the state that one commit has left begins; `next` is the next that is kept to be shown by itself.
    mutating func begin(
        _ id: UInt64, showing commit: Commit, _ instant: Timestamp, before next: Position?,
        now: Timestamp
    ) {
        guard var query = queries[id] else { return }
        let position = commit.position
        query.position = position
        query.instant = instant
        query.lastStart = now
        query.runs = Debt(first: position, last: position, cause: MergedCause(commit))
        query.stale = next.map { Debt(first: $0, last: $0) }
        if let due = query.due {
            if due <= instant { query.due = nil } else { query.stale = query.stale ?? .nobodys }
        }
        queries[id] = query
    }

    /// A run is over, whatever has come of it; `next` is the first commit that is kept to be shown by itself.
    mutating func end(_ id: UInt64, before next: Position? = nil) {
        running.remove(id)
        guard queries[id] != nil else { return }
        queries[id]?.runs = nil
        if let next {
            let debt = Debt(first: next, last: next)
            let isDue = queries[id]?.due != nil
            queries[id]?.stale = isDue ? Debt(first: .start, last: next) : debt
        } else {
            open.remove(id)
        }
        if queries[id]?.stale != nil { ready.insert(id) }
    }

    /// Takes a query out of those that are to be run, to be run at once.
    mutating func takeNow(_ id: UInt64) -> Bool {
        guard ready.remove(id) != nil, let stale = queries[id]?.stale else { return false }
        queries[id]?.runs = stale
        queries[id]?.stale = nil
        running.insert(id)
        return true
    }

    // MARK: Commits meanwhile

    /// Keeps a commit for those who run, or are about to be run, on a state before it.
    ///
    /// `arrived` is the first state that somebody who has come is to be shown. What is kept no longer is returned.
    mutating func note(_ commit: Commit, firstArrival arrived: () -> Position?) -> [Commit] {
        guard awaitsReads else { return [] }
        let (queries, running) = (queries, running)
        return recent.append(commit) {
            let seen = running.lazy.compactMap { queries[$0]?.position }.min() ?? commit.position
            return min(seen, arrived() ?? seen)
        }
    }

    /// Notes that commits through `position` will not be told of.
    mutating func lose(through position: Position) -> [Commit] {
        awaitsReads ? recent.lose(through: position) : []
    }

    /// Lets commits go that nobody needs.
    mutating func forgetRecent() -> [Commit] {
        awaitsReads || recent.isEmpty ? [] : recent.removeAll()
    }

    // MARK: What is owed

    /// Whether the newest result of a query is that of the state after the commits through `position`.
    ///
    /// Of the commits from `first` on, nobody knows yet whom they concern.
    func isCurrent(_ id: UInt64, through position: Position, firstUnjudged first: Position?)
        -> Bool
    {
        guard let query = queries[id] else { return true }
        return !(query.runs.map { $0.first <= position } ?? false)
            && !(query.stale.map { $0.first <= position } ?? false)
            && first.map { $0 > position } ?? true
    }

    /// Whether a query is stale for a commit through `position`, or runs for one.
    func owes(through position: Position) -> Bool {
        ready.contains { isStale($0, position) } || waiting.contains { isStale($0, position) }
            || running.contains { id in
                queries[id]?.runs.map { $0.first <= position } ?? false || isStale(id, position)
            }
    }

    private func isStale(_ id: UInt64, _ position: Position) -> Bool {
        queries[id]?.stale.map { $0.first <= position } ?? false
    }
}
