import Synchronization

extension Store {
    /// Watches for deadlines that are nearer than the one that somebody waits for.
    ///
    /// For sweepers, which sleep until the next deadline of all: an observer would cost every commit more than such a
    /// comparison. Cancel the watch when it is no longer needed.
    ///
    /// - Parameter wake: called once after each `arm(until:)`, when a nearer deadline has been stored. It may be called
    ///   under the writer lock: it must be brief, and must not use the store.
    /// - Returns: the watch; it notes deadlines from now on.
    public func watchDeadlines(_ wake: @escaping @Sendable () -> Void) -> DeadlineWatch {
        let watch = DeadlineWatch(deadlines, wake)
        deadlines.add(watch)
        return watch
    }
}

/// Someone's sleep until the next deadline, which a nearer one ends.
///
/// To look at the state and to sleep without missing anything: `reset()`, look for the nearest deadline, `arm(until:)`
/// with it, sleep unless that says no.
public final class DeadlineWatch: @unchecked Sendable {
    private let board: DeadlineBoard
    private let wake: @Sendable () -> Void
    private let lock = Lock()
    // All of it under `lock`.
    private var nearest = Int64.max
    private var isArmed = false
    private var isCancelled = false
    /// Deadlines before this are of interest.
    fileprivate private(set) var threshold = Int64.max

    init(_ board: DeadlineBoard, _ wake: @escaping @Sendable () -> Void) {
        self.board = board
        self.wake = wake
    }

    /// Begins anew: from here on every deadline that is stored is noted.
    public func reset() {
        lock.withLock {
            nearest = .max
            isArmed = false
            threshold = isCancelled ? .min : .max
        }
        board.refresh()
    }

    /// Waits for deadlines before `deadline`.
    ///
    /// - Parameter deadline: the nearest one known; nil if there is none at all.
    /// - Returns: false if a nearer one has been stored since `reset()`, or the watch has been cancelled: look again.
    public func arm(until deadline: Timestamp?) -> Bool {
        let deadline = deadline?.microseconds ?? .max
        let mayWait = lock.withLock {
            guard !isCancelled, nearest >= deadline else { return false }
            isArmed = true
            threshold = deadline
            return true
        }
        if mayWait { board.refresh() }
        return mayWait
    }

    /// Ends the watch.
    public func cancel() {
        lock.withLock {
            isCancelled = true
            isArmed = false
            threshold = .min
        }
        board.remove(self)
    }

    /// A record with this deadline has been stored.
    fileprivate func note(_ deadline: Int64) {
        let isDue = lock.withLock {
            guard deadline < threshold else { return false }
            nearest = min(nearest, deadline)
            defer { isArmed = false }
            return isArmed
        }
        if isDue { wake() }
    }

    fileprivate var currentThreshold: Int64 { lock.withLock { threshold } }
}

/// The watches of a store, and the one number that a commit looks at.
///
/// **No deadline is missed.** A commit is put in place under S, and only then is the threshold read, without a lock.
/// Between `reset()` and `arm(until:)` the threshold is beyond every deadline, and whoever looks at the state in between
/// takes S. So either the look comes after the commit, and sees it; or the commit takes S after the look, sees the
/// threshold that was set before it, and notes its deadline. `arm` compares what was noted with what was seen under the
/// watch's own lock: a note before it makes `arm` say no, one after it wakes. A threshold that was read before `arm` lowered
/// it notes too much, and the lock sorts that out.
final class DeadlineBoard: @unchecked Sendable {
    private let limit = Atomic<Int64>(.min)
    private let lock = Lock()
    // Under `lock`.
    private var watches: [DeadlineWatch] = []

    /// Deadlines before this are of interest to somebody; none is while nobody watches.
    @inline(__always)
    var threshold: Int64 { limit.load(ordering: .relaxed) }

    fileprivate func add(_ watch: DeadlineWatch) {
        lock.withLock { watches.append(watch) }
        refresh()
    }

    fileprivate func remove(_ watch: DeadlineWatch) {
        lock.withLock { watches.removeAll { $0 === watch } }
        refresh()
    }

    fileprivate func refresh() {
        lock.withLock {
            limit.store(
                watches.map(\.currentThreshold).max() ?? .min, ordering: .sequentiallyConsistent)
        }
    }

    /// Tells those who watch of a deadline that has been stored, if it is before the threshold.
    @inline(__always)
    func note(_ deadline: Int64) {
        if deadline < threshold { tell(deadline) }
    }

    @inline(never)
    private func tell(_ deadline: Int64) {
        for watch in lock.withLock({ watches }) { watch.note(deadline) }
    }
}

extension CommitBuilder {
    /// Tells those who watch of the nearest deadline that the commit has stored.
    @inline(__always)
    func noteDeadlines() {
        guard store.deadlines.threshold != .min else { return }
        var nearest = Int64.max
        for index in pending.entries.indices {
            guard let new = pending.entries[index].new else { continue }
            nearest = min(nearest, RecordRef(new).expiresAt)
        }
        store.deadlines.note(nearest)
    }
}
