/// Commits on their way to someone who works at a pace of his own.
///
/// A mailbox is an observer: attach it, and take commits from it in a task. It belongs to the store's side, so it
/// outlives the task: whoever takes over goes on with the next commit, without a gap and without repeating one.
public final class CommitMailbox: CommitObserver, @unchecked Sendable {
    /// What happens when a mailbox is full.
    public enum Overflow: Sendable, Hashable {
        /// There is no limit.
        case unbounded
        /// The oldest commits give way; `droppedCount` says how many did.
        case dropOldest(capacity: Int)
        /// The mailbox closes; `next()` delivers what is in it and then throws.
        case fail(capacity: Int)
    }

    /// Which commits are wanted.
    public let interest: CommitInterest
    private let overflow: Overflow
    private let lock = Lock()

    // All of it under `lock`.
    private var queue: [Commit?] = []
    private var first = 0
    /// Who waits for a commit, longest first, by the number of their call.
    private var waiters: [(number: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
    private var lastNumber: UInt64 = 0
    private var isClosed = false
    private var hasFailed = false
    private var dropped = 0
    private var takenThrough = Position.start

    /// - Parameters:
    ///   - interest: which commits are wanted.
    ///   - overflow: capacities count commits and are at least 1.
    public init(_ interest: CommitInterest = .all, overflow: Overflow = .unbounded) {
        self.interest = interest
        self.overflow = overflow
    }

    /// Takes a commit in.
    public func didCommit(_ commit: Commit) {
        let woken = lock.withLock { () -> [CheckedContinuation<Void, Never>] in
            guard !isClosed else { return [] }
            switch overflow {
            case .dropOldest(let capacity) where queue.count - first >= max(1, capacity):
                _ = removeFirst()
                dropped += 1
            case .fail(let capacity) where queue.count - first >= max(1, capacity):
                isClosed = true
                hasFailed = true
                return takeWaiters()
            default: break
            }
            queue.append(commit)
            return waiters.isEmpty ? [] : [waiters.removeFirst().continuation]
        }
        for waiter in woken { waiter.resume() }
    }

    /// Closes the mailbox: what is in it is still delivered.
    public func storeDidStop() { close() }

    private func takeWaiters() -> [CheckedContinuation<Void, Never>] {
        defer { waiters = [] }
        return waiters.map(\.continuation)
    }

    private func removeFirst() -> Commit? {
        guard first < queue.count else { return nil }
        let commit = queue[first]
        queue[first] = nil
        first += 1
        if first >= 64, first * 2 >= queue.count {
            queue.removeFirst(first)
            first = 0
        }
        return commit
    }

    /// The next commit, if one is there.
    public func tryNext() -> Commit? {
        lock.withLock {
            guard let commit = removeFirst() else { return nil }
            takenThrough = commit.position
            return commit
        }
    }

    /// The next commit; waits for it.
    ///
    /// Nil once the mailbox is closed and empty, as it is when its store has stopped, or the task is cancelled.
    ///
    /// Several tasks may wait: each commit goes to one of them, who has waited longest.
    ///
    /// - Throws: `StoreError` (`mailboxFull`) if the mailbox overflowed and its policy is `.fail`.
    public func next() async throws -> Commit? {
        while true {
            if Task.isCancelled {
                passOn()
                return nil
            }
            if let commit = tryNext() { return commit }
            let (isOver, failed) = lock.withLock { (isClosed && first >= queue.count, hasFailed) }
            if isOver {
                if failed { throw StoreError(.mailboxFull) }
                return nil
            }
            await somethingNew()
        }
    }

    private func somethingNew() async {
        let number = lock.withLock {
            lastNumber += 1
            return lastNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = lock.withLock {
                    if first < queue.count || isClosed || Task.isCancelled { return true }
                    waiters.append((number, continuation))
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            let waiter = lock.withLock {
                let place = waiters.firstIndex { $0.number == number }
                return place.map { waiters.remove(at: $0).continuation }
            }
            waiter?.resume()
        }
    }

    /// Wakes the next one in line: who is cancelled may have been woken for a commit that is still there.
    private func passOn() {
        let next = lock.withLock {
            first < queue.count && !waiters.isEmpty ? waiters.removeFirst().continuation : nil
        }
        next?.resume()
    }

    /// Ends the mailbox: no commit comes in any more, and who waits gets nil.
    public func close() {
        let woken = lock.withLock {
            isClosed = true
            return takeWaiters()
        }
        for waiter in woken { waiter.resume() }
    }

    /// How many commits wait.
    public var count: Int { lock.withLock { queue.count - first } }

    /// How many commits gave way to newer ones.
    public var droppedCount: Int { lock.withLock { dropped } }

    /// The last commit that was taken.
    public var position: Position { lock.withLock { takenThrough } }
}
