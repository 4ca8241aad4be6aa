import Synchronization

/// Where a store's observers are told of commits, and leave.
///
/// The lock is taken when a commit is put in place and held until all are told of it. Who leaves takes it too, but no
/// writer lock, which the body of a `Store.write` may hold for long: so what anybody can see has been told before
/// somebody has left, and nothing is told afterwards.
///
/// Who leaves takes nothing else meanwhile, and everybody else holds W: it is safe to wait for it under S.
final class ObserverDesk: @unchecked Sendable {
    private let writers: WriterQueue
    private let lock = Lock()
    // Changed under W or the lock, and read without: no look at the store waits for a writer.
    let observerCount = Atomic<Int>(0)
    /// Whether an observer has left whose seat is still on the list, or one has another interest.
    let haveSeatsChanged = Atomic<Bool>(false)
    // Under W: whether who holds that has this lock too.
    private var isTelling = false

    init(_ writers: WriterQueue) { self.writers = writers }

    /// Under W.
    func beginTelling() {
        lock.lock()
        isTelling = true
    }

    /// Under W.
    func endTelling() {
        isTelling = false
        lock.unlock()
    }

    /// Runs `body` with nobody telling anything but perhaps the caller.
    func withLock<R>(_ body: () -> R) -> R {
        if writers.isHeldHere, isTelling { return body() }
        return lock.withLock(body)
    }
}

/// An observer's place in a store.
final class ObserverSeat: @unchecked Sendable {
    // Under W.
    private(set) var interest: CommitInterest {
        didSet { takesAll = interest.isUnlimited }
    }
    /// Whether every commit touches the interest.
    private var takesAll: Bool
    /// Whether the observer is to be asked for its interest once more.
    let hasNewInterest = Atomic<Bool>(false)
    private let desk: ObserverDesk
    // Under the desk's lock.
    private var observer: (any CommitObserver)?

    init(_ observer: any CommitObserver, _ interest: CommitInterest, _ desk: ObserverDesk) {
        self.observer = observer
        self.interest = interest
        takesAll = interest.isUnlimited
        self.desk = desk
    }

    func isSeat(of other: any CommitObserver) -> Bool { desk.withLock { observer === other } }

    /// Asks the observer for its interest, if that has changed; under W.
    func renewInterest() {
        guard hasNewInterest.exchange(false, ordering: .acquiring) else { return }
        let asked = desk.withLock { observer }
        if let asked { interest = asked.interest }
    }

    /// Whether the observer has left.
    var isVacant: Bool { desk.withLock { observer == nil } }

    /// Tells the observer of a commit that touches its interest.
    ///
    /// Under W, between the beginning and the end of telling.
    func tell(_ commit: Commit) {
        guard let observer, takesAll || interest.matches(commit.storage) else { return }
        observer.didCommit(commit)
    }

    /// Tells the observer that the store has stopped; under the same locks.
    func tellEnd() { observer?.storeDidStop() }

    /// Ends the observer's part; returns it, to be released by the caller, or nil if it had left.
    func leave() -> (any CommitObserver)? {
        desk.withLock {
            defer { observer = nil }
            return observer
        }
    }
}
