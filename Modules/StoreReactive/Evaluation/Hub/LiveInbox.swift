import StoreCore

/// Where commits wait for the worker, and what says which of them are worth it.
///
/// Its lock is the only one that a writer waits for, and is held for a few instructions: what is done about a commit is
/// done under the hub's lock, which is taken before this one.
final class LiveInbox: @unchecked Sendable {
    typealias Entry = InboxQueue<Snapshot>.Entry

    private let lock = Lock()
    // All of it under the lock.
    private var queue = InboxQueue<Snapshot>()
    /// How many commits with the state after them wait, or have been taken out and not been handed on yet.
    private var closeCount = 0
    /// The newest commit of which the store has told.
    private var newest = Position.start
    /// How many queries have read something of a bucket, by its generation; and of those whose every state is shown.
    private var watched = WatchCounts()
    private var watchedClosely = WatchCounts()
    /// How many queries wait for a bucket, by its name; and of those whose every state is shown.
    private var absent: [String: Int] = [:]
    private var absentClosely: [String: Int] = [:]
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
                || defines(commit, absentClosely)
        {
            return nil
        }
        newest = commit.position
        guard !isClosed,
            isClose || awaitsReads || watched.concern(commit) || defines(commit, absent)
        else { return false }
        queue.append(commit, state)
        if state != nil { closeCount += 1 }
        return startsWorker()
    }

    private func defines(_ commit: Commit, _ names: [String: Int]) -> Bool {
        !names.isEmpty && commit.definedNames.contains { names[$0] != nil }
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

    /// Takes the first commits through `position` out, and what is known of those that were too many.
    ///
    /// What is to be shown of them closely counts until `haveKept`.
    func take(
        through position: Position, changesMax: Int
    ) -> (entries: [Entry], lost: LostCommits?) {
        lock.withLock {
            (queue.take(through: position, changesMax: changesMax), queue.takeLost())
        }
    }

    /// States of commits that were taken out have been handed to those to whom they are to be shown.
    func haveKept(_ count: Int) {
        if count > 0 { lock.withLock { closeCount = max(0, closeCount - count) } }
    }

    var isEmpty: Bool { lock.withLock { queue.isEmpty } }
    var count: Int { lock.withLock { queue.length } }
    var told: Position { lock.withLock { newest } }
    /// The first commit that waits.
    var first: Position? { lock.withLock { queue.first } }

    // MARK: What is worth it

    func watch(_ reads: ReadSet, _ names: Set<String>, closely: Bool) {
        lock.withLock {
            watched.add(reads)
            if closely { watchedClosely.add(reads) }
            for name in names {
                absent[name, default: 0] += 1
                if closely { absentClosely[name, default: 0] += 1 }
            }
        }
    }

    func unwatch(_ reads: ReadSet, _ names: Set<String>, closely: Bool) {
        lock.withLock {
            watched.remove(reads)
            if closely { watchedClosely.remove(reads) }
            for name in names {
                LiveInbox.remove(name, from: &absent)
                if closely { LiveInbox.remove(name, from: &absentClosely) }
            }
        }
    }

    private static func remove(_ name: String, from counts: inout [String: Int]) {
        guard let count = counts[name] else { return }
        counts[name] = count > 1 ? count - 1 : nil
    }

    func awaitReads(_ any: Bool, closely: Bool) {
        lock.withLock {
            awaitsReads = any
            awaitsReadsClosely = closely
        }
    }

    /// Takes nothing in any more; what was there.
    func close() -> [Entry] {
        lock.withLock {
            isClosed = true
            closeCount = 0
            return queue.removeAll()
        }
    }
}
