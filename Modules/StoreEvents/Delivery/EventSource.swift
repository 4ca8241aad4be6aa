import StoreCore

/// The events that wait to be taken from a sequence.
final class EventSource: EventReceiver, @unchecked Sendable {
    let id: UInt64
    let name: String
    let interest: EventInterest
    var isSelective: Bool { interest.fields != nil }
    private let lock = Lock()
    // All of it under `lock`.
    private var queue: EventQueue
    private var figures = SubscriptionFigures()
    private var isClosed = false
    /// Who waits for an event, longest first, by the number of their call.
    private var waiters: [(number: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
    private var lastNumber: UInt64 = 0

    /// How often somebody who finds nothing looks again before waiting: a writer that is just about to write has nobody
    /// to wake then.
    private static let looksMax = 16

    /// With an error it has ended before it began.
    init(
        _ id: UInt64, _ name: String, _ interest: EventInterest, _ rule: BufferingRule,
        endedBy error: SubscriptionError? = nil
    ) {
        self.id = id
        self.name = name
        self.interest = interest
        queue = EventQueue(rule, interest.pattern.kinds)
        isClosed = error != nil
        // One whose store had stopped ends like any other.
        figures.overflow = error?.reason == .ended ? nil : error
    }

    func offer(_ event: Event) -> CheckedContinuation<Void, Never>? {
        lock.withLock {
            guard !isClosed else { return nil }
            switch queue.append(event) {
            case .taken: break
            case .displacing: figures.dropped += 1
            case .merged, .cancelledOut: figures.coalesced += 1
            case .refused:
                isClosed = true
                figures.overflow = SubscriptionError(name, .overflow(capacity: queue.count))
            }
            return waiters.isEmpty ? nil : waiters.removeFirst().continuation
        }
    }

    /// No event follows; what is there can still be taken.
    func close() {
        let woken = lock.withLock {
            isClosed = true
            defer { waiters = [] }
            return waiters
        }
        for waiter in woken { waiter.continuation.resume() }
    }

    /// What can be said without waiting.
    private enum Look {
        case event(Event)
        case ended(SubscriptionError?)
        case nothing
    }

    private func look() -> Look {
        lock.withLock {
            if let event = queue.popFirst() {
                figures.delivered += 1
                figures.position = event.position
                return .event(event)
            }
            return isClosed ? .ended(figures.overflow) : .nothing
        }
    }

    /// The next event; nil at the end.
    func next() async throws(SubscriptionError) -> Event? {
        var looks = 0
        while !Task.isCancelled {
            switch look() {
            case .event(let event): return event
            case .ended(let error):
                if let error { throw error }
                return nil
            case .nothing where looks < EventSource.looksMax:
                looks += 1
                await Task.yield()
            case .nothing:
                await somethingNew()
                looks = 0
            }
        }
        passOn()
        return nil
    }

    /// Wakes the next one in line: who is cancelled may have been woken for an event that is still there.
    private func passOn() {
        let next = lock.withLock {
            queue.isEmpty || waiters.isEmpty ? nil : waiters.removeFirst().continuation
        }
        next?.resume()
    }

    private func somethingNew() async {
        let number = lock.withLock {
            lastNumber += 1
            return lastNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isThere = lock.withLock {
                    if !queue.isEmpty || isClosed || Task.isCancelled { return true }
                    waiters.append((number, continuation))
                    return false
                }
                if isThere { continuation.resume() }
            }
        } onCancel: {
            let waiter = lock.withLock {
                let place = waiters.firstIndex { $0.number == number }
                return place.map { waiters.remove(at: $0).continuation }
            }
            waiter?.resume()
        }
    }

    func status(_ newest: Position) -> SubscriptionStatus {
        lock.withLock {
            SubscriptionStatus(
                name: name, pattern: interest.pattern.text,
                activity: isClosed && queue.isEmpty ? .ended : .idle, waiting: queue.count,
                lag: queue.lag(behind: newest), delivered: figures.delivered, failed: 0,
                dropped: figures.dropped, coalesced: figures.coalesced, position: figures.position,
                error: figures.overflow)
        }
    }
}
