public import StoreCore

/// How a subscription is doing.
public struct SubscriptionStatus: Sendable, Hashable {
    /// What a subscription is doing.
    public enum Activity: Sendable, Hashable {
        /// It has nothing to do at the moment.
        case idle
        /// Its handler is busy with an event of this topic and position since this instant.
        case handling(topic: String, position: Position, since: Timestamp)
        /// Its handler has thrown, and is given the event again at this instant.
        case backingOff(until: Timestamp)
        /// It is told of nothing any more.
        case ended
    }

    /// What it is called.
    public let name: String
    /// What it wants to hear of.
    public let pattern: String
    /// What it is doing.
    public let activity: Activity
    /// Events that wait.
    public let waiting: Int
    /// How many commits lie between the first event that waits and the newest commit; 0 when none waits.
    public let lag: Int
    /// Events that a handler has been begun with, or that have been taken from the sequence.
    public let delivered: Int
    /// Deliveries that have become dead letters.
    public let failed: Int
    /// Events that gave way to newer ones.
    public let dropped: Int
    /// Events that have become one with others.
    public let coalesced: Int
    /// The position of the last event that was delivered.
    public let position: Position
    /// Why it has ended, if that was a fault.
    public let error: SubscriptionError?
}

extension SubscriptionStatus {
    /// That of a subscription that has ended before it began.
    init(ended name: String, _ pattern: String, by error: SubscriptionError) {
        self.init(
            name: name, pattern: pattern, activity: .ended, waiting: 0, lag: 0, delivered: 0,
            failed: 0, dropped: 0, coalesced: 0, position: .start, error: error)
    }
}

extension Subscriber {
    func status(_ newest: Position) -> SubscriptionStatus {
        lock.withLock {
            SubscriptionStatus(
                name: settings.name, pattern: settings.interest.pattern.text, activity: activity,
                waiting: state.queue.count, lag: state.queue.lag(behind: newest),
                delivered: state.figures.delivered, failed: state.figures.failed,
                dropped: state.figures.dropped, coalesced: state.figures.coalesced,
                position: state.figures.position, error: state.figures.overflow)
        }
    }

    private var activity: SubscriptionStatus.Activity {
        switch state.phase {
        case .handling(let delivery, let since):
            .handling(
                topic: delivery.last.topic, position: delivery.last.position, since: since)
        case .backingOff(let until): .backingOff(until: until)
        case .idle: state.isClosed && state.queue.isEmpty ? .ended : .idle
        }
    }
}

extension EventQueue {
    func lag(behind newest: Position) -> Int {
        guard let first = firstPosition, first <= newest else { return 0 }
        return Int(newest.value - first.value) + 1
    }
}
