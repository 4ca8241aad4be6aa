import StoreCore

/// Where commits wait for the worker, and what says which of them are worth it.
///
/// Its lock is the only one that a writer waits for, and is held for a few instructions: what is done about a commit is
/// done under the hub's lock, which is taken before this one.
final class LiveInbox: @unchecked Sendable {
    private let lock = Lock()
    // All of it under the lock.
    private var queue: [(commit: Commit, snapshot: Snapshot?)] = []
    /// Of those: commits with the state after them.
    private var closeCount = 0
    /// The newest commit of which the store has told.
    private var newest = Position.start
    /// How many queries have read something of a bucket, by its generation; and of those whose every state is shown.
    private var watched = WatchCounts()
    private var watchedClosely = WatchCounts()
    /// The names of buckets that queries wait for, and those whose every state is shown.
    private var absent: Set<String> = []
    private var absentClosely: Set<String> = []
    /// Whether runs are under way, which may turn out to have read anything.
    private var awaitsReads = false
    /// Whether it is not known yet what those will have read whose every state is shown.
    private var awaitsReadsClosely = false
    private var hasWorker = false
    private var isClosed = false
    private var wanted = CommitInterest.all

    // MARK: Writers

    /// Every commit, with the old images that decide whom it concerns.
    ///
    /// A writer asks for it.
    var interest: CommitInterest {
        get { lock.withLock { wanted } }
        set { lock.withLock { wanted = newValue } }
    }

    /// Takes a commit in.
    ///
    /// - Returns: whether a worker has to be started.
    func receive(_ commit: Commit, _ snapshot: () -> Snapshot?) -> Bool {
        if let starts = lock.withLock({ take(commit, nil) }) { return starts }
        // Sees exactly this commit: the writer tells observers before anybody else may write.
        let state = snapshot()
        return lock.withLock { take(commit, state, isClose: true) ?? false }
    }

    /// Takes a commit in, if it is worth it; nil if the state after it is needed for that.
    private func take(_ commit: Commit, _ state: Snapshot?, isClose: Bool = false) -> Bool? {
        if !isClose, !isClosed,
            awaitsReadsClosely || closeCount > 0 || watchedClosely.concern(commit)
                || !absentClosely.isEmpty && !absentClosely.isDisjoint(with: commit.definedNames)
        {
            return nil
        }
        newest = commit.position
        guard !isClosed,
            isClose || awaitsReads || watched.concern(commit)
                || !absent.isEmpty && !absent.isDisjoint(with: commit.definedNames)
        else { return false }
        queue.append((commit, state))
        if state != nil { closeCount += 1 }
        return startsWorker()
    }

    /// Notes that no commit through `position` is still to be told of.
    func begin(after position: Position) {
        lock.withLock { newest = max(newest, position) }
    }

    // MARK: The worker

    /// Whether a worker has to be started, which there is from now on.
    func needsWorker() -> Bool { lock.withLock { !isClosed && startsWorker() } }

    private func startsWorker() -> Bool {
        defer { hasWorker = true }
        return !hasWorker
    }

    /// Lets the worker go, unless there are commits.
    func retire() -> Bool {
        lock.withLock {
            if !queue.isEmpty { return false }
            hasWorker = false
            return true
        }
    }

    /// Takes the commits through `position` out; what is to be shown of them closely counts until `haveKept`.
    func take(through position: Position) -> [(commit: Commit, snapshot: Snapshot?)] {
        lock.withLock {
            let count = queue.prefix { $0.commit.position <= position }.count
            let taken = Array(queue.prefix(count))
            if count == queue.count { queue = [] } else { queue.removeFirst(count) }
            return taken
        }
    }

    /// States of commits that were taken out have been handed to those to whom they are to be shown.
    func haveKept(_ count: Int) {
        if count > 0 { lock.withLock { closeCount = max(0, closeCount - count) } }
    }

    var isEmpty: Bool { lock.withLock { queue.isEmpty } }
    var count: Int { lock.withLock { queue.count } }
    var told: Position { lock.withLock { newest } }
    /// The first commit that waits.
    var first: Position? { lock.withLock { queue.first?.commit.position } }

    // MARK: What is worth it

    func watch(_ reads: ReadSet, closely: Bool) {
        lock.withLock {
            watched.add(reads)
            if closely { watchedClosely.add(reads) }
        }
    }

    func unwatch(_ reads: ReadSet, closely: Bool) {
        lock.withLock {
            watched.remove(reads)
            if closely { watchedClosely.remove(reads) }
        }
    }

    func awaitBuckets(_ names: Set<String>, closely: Set<String>) {
        lock.withLock {
            absent = names
            absentClosely = closely
        }
    }

    func awaitReads(_ any: Bool, closely: Bool) {
        lock.withLock {
            awaitsReads = any
            awaitsReadsClosely = closely
        }
    }

    /// Takes nothing in any more; what was there.
    func close() -> [(commit: Commit, snapshot: Snapshot?)] {
        lock.withLock {
            defer { queue = [] }
            isClosed = true
            closeCount = 0
            return queue
        }
    }
}
