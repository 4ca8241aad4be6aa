import StoreCore

// A subscriber's life, without its tasks and its lock
// ===================================================
//
//             offer                     begin                   finish
//   queue  ──────────►  task wanted  ──────────►  handling  ──────────────►  the next one, or no task
//                                                  │      ▲
//                                          it threw│      │the wait is over
//                                                  ▼      │
//                                                 backing off
//
// An event leaves the queue at the moment in which it counts as delivered: when a handler is begun with it. So whoever
// cancels comes before that moment or after it, and a task that is replaced between two events neither loses one nor
// repeats one. A subscriber without work has no task at all.

/// What a subscriber has before it, and what it is doing.
struct SubscriberState {
    enum Phase {
        /// No handler runs.
        case idle
        /// A handler is busy.
        case handling(Delivery, since: Timestamp)
        /// A handler has thrown and will be called again.
        case backingOff(until: Timestamp)
    }

    /// Someone who waits until nothing through a position is left to do.
    struct Waiter {
        let position: Position
        /// Whether it is a handler that waits, of this subscriber or another one.
        let isHandler: Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    var queue: EventQueue
    /// Dead letters on their way back to the handler.
    var replays: [Delivery] = []
    var phase = Phase.idle
    /// Whether there is a task that looks for work.
    var hasTask = false
    var task: Task<Void, Never>?
    /// Takes no more events.
    var isClosed = false
    /// Begins no handler any more.
    var isCancelled = false
    /// The task gives way to another one.
    var isRestarting = false
    /// How many calls of `settle()` its own handler waits for.
    var settling = 0
    /// Gathered events are handed over now, however few they are.
    var isFlushing = false
    /// Hands over what has gathered when its time has come.
    var timer: Task<Void, Never>?
    /// Tells the timer from those before it, whose time may come too late.
    var timerNumber = 0
    /// Waits out the time to the next attempt.
    var sleeper: Task<Void, Never>?
    /// Nobody waits for the handler that runs any more.
    var isGivenUp = false
    var waiters: [Int: Waiter] = [:]
    /// Who waits until no handler runs.
    var quiet: [CheckedContinuation<Void, Never>] = []
    /// Who waits until there is no task.
    var ended: [CheckedContinuation<Void, Never>] = []
    var figures = SubscriptionFigures()
    /// Nil once the subscription is cancelled: what the handler holds may hold the subscription.
    var handler: Subscriber.Handler?
    private var nextWaiter = 0

    init(_ queue: EventQueue, _ handler: Subscriber.Handler?) {
        self.queue = queue
        self.handler = handler
    }

    /// Whether a handler runs, or is about to run again.
    var isHandling: Bool {
        if case .idle = phase { false } else { true }
    }

    /// Whether there is something to begin with now.
    func hasWork(_ batching: Batching?) -> Bool {
        if isCancelled { return false }
        if !replays.isEmpty { return true }
        guard let batching else { return !queue.isEmpty }
        return queue.count >= batching.countMax || (!queue.isEmpty && (isFlushing || isClosed))
    }

    /// Takes what the handler is to be given next out of the queue.
    mutating func begin(_ subscriber: Subscriber, _ batching: Batching?) -> Delivery? {
        // What was to be handed over may have undone itself meanwhile.
        if queue.isEmpty { isFlushing = false }
        guard !isRestarting, hasWork(batching) else { return nil }
        if !replays.isEmpty { return replays.removeFirst() }
        guard let batching else { return queue.popFirst().map { Delivery(subscriber, $0) } }
        if queue.count <= batching.countMax { return takeAll(subscriber) }
        var events: [Event] = []
        while events.count < batching.countMax, let event = queue.popFirst() {
            events.append(event)
        }
        if queue.isEmpty { isFlushing = false }
        let earliest = events.map(\.earliest).min()
        return events.popLast().map {
            Delivery(subscriber, $0, earlier: .list(events), earliest: earliest)
        }
    }

    /// A batch of all that waits: whoever writes waits for this, however much it is.
    private mutating func takeAll(_ subscriber: Subscriber) -> Delivery? {
        isFlushing = false
        var taken = queue.takeAll()
        // Of events that are several in one, the first may be any.
        let earliest = taken.isCoalescing ? Position.start : taken.firstPosition
        return taken.popLast().map {
            Delivery(subscriber, $0, earlier: .queue(taken), earliest: earliest)
        }
    }

    // MARK: Waiting

    /// Whether nothing is left to do through a position.
    ///
    /// A handler that waits for its next attempt counts as done; for another handler, which it may be waiting for, so
    /// does one that waits for others itself.
    func isDone(through position: Position, forHandler: Bool) -> Bool {
        if settling > 0, forHandler { return true }
        switch phase {
        case .backingOff: return true
        case .handling(let delivery, _) where delivery.earliest <= position: return false
        case .handling, .idle: break
        }
        if isCancelled { return true }
        guard replays.isEmpty else { return false }
        return queue.firstPosition.map { $0 > position } ?? true
    }

    mutating func add(_ waiter: Waiter) -> Int {
        nextWaiter += 1
        waiters[nextWaiter] = waiter
        return nextWaiter
    }

    /// Those who have nothing to wait for any more.
    mutating func takeDone() -> [CheckedContinuation<Void, any Error>] {
        if waiters.isEmpty { return [] }
        var done: [CheckedContinuation<Void, any Error>] = []
        for (id, waiter) in waiters
        where isDone(through: waiter.position, forHandler: waiter.isHandler) {
            done.append(waiter.continuation)
            waiters[id] = nil
        }
        return done
    }
}

/// What a subscription has done so far.
struct SubscriptionFigures {
    var delivered = 0
    var failed = 0
    var dropped = 0
    var coalesced = 0
    /// The last position whose event was handed over.
    var position = Position.start
    var overflow: SubscriptionError?
}
