import Synchronization

/// W, the writer lock, and the order of those who wait for it.
///
/// Short writers just take the lock. Whoever will hold it long takes the *turn* first; while the turn is taken, writers
/// that arrive suspend, in order, instead of blocking a thread of the pool, and get the turn one after another.
final class WriterQueue: @unchecked Sendable {
    /// Carried by a thread while it holds a store's writer lock: that store's queue.
    static let held = ThreadMark()

    private let writer = Lock()
    private let lock = Lock()
    private let isTaken = Atomic<Bool>(false)
    // Under `lock`: those who wait for the turn. `first` is the head of the line.
    private var waiters: [TurnWait] = []
    private var first = 0
    /// The turn that somebody holds across suspensions.
    private weak var exclusive: WriterTurn?

    /// Whether a writer that arrives now has to wait for its turn.
    @inline(__always)
    var hasQueue: Bool { isTaken.load(ordering: .acquiring) }

    /// Takes the writer lock.
    ///
    /// - Throws: `StoreError` (`nestedWrite`) if this thread holds a writer lock already.
    @inline(__always)
    func enter() throws {
        if WriterQueue.held.isSet { throw StoreError(.nestedWrite) }
        writer.lock()
        WriterQueue.held.set(self)
    }

    @inline(__always)
    func leave() {
        WriterQueue.held.set(nil)
        writer.unlock()
    }

    /// Whether the current thread holds this very lock.
    var isHeldHere: Bool { WriterQueue.held.holds(self) }

    /// Runs `body` under the writer lock, whatever else the thread holds: for looks and small changes that are no writes.
    ///
    /// Two stores whose observers look at each other at once would wait for ever: nothing of the library does so.
    func unmarked<R>(_ body: () throws -> R) rethrows -> R {
        if isHeldHere { return try body() }
        writer.lock()
        defer { writer.unlock() }
        return try body()
    }

    /// Runs `body` under the writer lock as a write does, on a thread that holds none.
    func marked<R>(_ body: () -> R) -> R {
        precondition(!WriterQueue.held.isSet, "a writer lock is held already")
        writer.lock()
        WriterQueue.held.set(self)
        defer { leave() }
        return body()
    }

    /// Takes the turn if it is free; who has to wait for it suspends.
    func takeTurnAtOnce() -> Bool {
        lock.withLock {
            if isTaken.load(ordering: .relaxed) { return false }
            isTaken.store(true, ordering: .releasing)
            return true
        }
    }

    /// Waits for the turn, in order of arrival.
    ///
    /// Cancellation does not end the wait.
    func takeTurn() async {
        let wait = TurnWait()
        _ = await enter(wait) { false }
    }

    /// Waits for the turn, in order of arrival, until the task is cancelled or the time is over.
    ///
    /// - Throws: `CancellationError`; `error` at the deadline.
    func takeTurn(
        by deadline: Timestamp?, on clock: any StoreClock, orThrow error: (any Error)?
    ) async throws {
        if takeTurnAtOnce() { return }
        let wait = TurnWait()
        let timer = deadline.map { deadline in
            Task.detached {
                do { try await clock.sleep(until: deadline, tolerance: nil) } catch { return }
                self.giveUp(wait)
            }
        }
        defer { timer?.cancel() }
        let isMine = await withTaskCancellationHandler {
            await enter(wait) { Task.isCancelled }
        } onCancel: {
            giveUp(wait)
        }
        if isMine { return }
        if !Task.isCancelled, let error { throw error }
        throw CancellationError()
    }

    /// Returns whether the turn has come; false where the wait was given up.
    private func enter(_ wait: TurnWait, unless isOver: () -> Bool) async -> Bool {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Bool, Never>) in
            let answer: Bool? = lock.withLock {
                if wait.isOver || isOver() { return false }
                if !isTaken.load(ordering: .relaxed) {
                    isTaken.store(true, ordering: .releasing)
                    return true
                }
                wait.continuation = continuation
                waiters.append(wait)
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    private func giveUp(_ wait: TurnWait) {
        let continuation = lock.withLock {
            wait.isOver = true
            return wait.continuation.take()
        }
        continuation?.resume(returning: false)
    }

    /// Takes note of a turn that is held across suspensions.
    func hold(_ turn: WriterTurn) { lock.withLock { exclusive = turn } }

    /// Ends the turn that somebody holds across suspensions; what the holder writes from then on waits, or is refused.
    func endExclusiveTurn() { lock.withLock { exclusive }?.end() }

    /// Passes the turn to the next in line.
    func passTurn() {
        let next: UnsafeContinuation<Bool, Never>? = lock.withLock {
            while first < waiters.count {
                // Some have given up.
                let next = waiters[first].continuation.take()
                first += 1
                if first >= 64, first * 2 >= waiters.count {
                    waiters.removeFirst(first)
                    first = 0
                }
                if let next { return next }
            }
            waiters.removeAll(keepingCapacity: true)
            first = 0
            isTaken.store(false, ordering: .releasing)
            return nil
        }
        next?.resume(returning: true)
    }
}

/// Somebody who waits for the turn; all of it under the lock of the queue.
private final class TurnWait: @unchecked Sendable {
    var continuation: UnsafeContinuation<Bool, Never>?
    var isOver = false
}

/// The right to write while others wait: held by a task across suspensions.
final class WriterTurn: Sendable {
    private let queue: WriterQueue
    private let isOver = Atomic<Bool>(false)

    var hasEnded: Bool { isOver.load(ordering: .acquiring) }

    init(_ queue: WriterQueue) { self.queue = queue }

    /// Whether this is the turn in `queue`, now.
    ///
    /// Tasks that outlive it inherit the turn, but not the right.
    func isIn(_ queue: WriterQueue) -> Bool {
        self.queue === queue && !hasEnded
    }

    /// Ends the turn, and passes it on if it had not ended yet.
    func end() {
        if !isOver.exchange(true, ordering: .acquiringAndReleasing) { queue.passTurn() }
    }
}
