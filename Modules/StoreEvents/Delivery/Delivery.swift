/// What a handler is given at once.
enum Delivery: Sendable {
    case one(Event)
    case batch([Event])

    var events: [Event] {
        switch self {
        case .one(let event): [event]
        case .batch(let events): events
        }
    }

    /// The last event; a delivery has at least one.
    var last: Event {
        switch self {
        case .one(let event): event
        case .batch(let events): events[events.count - 1]
        }
    }

    var count: Int {
        switch self {
        case .one: 1
        case .batch(let events): events.count
        }
    }
}

/// A handler has thrown.
public struct DeliveryFailure: Sendable {
    /// The subscription's name.
    public let subscription: String
    /// What the handler was given: one event, or a batch.
    public let events: [Event]
    /// What it has thrown.
    public let error: any Error
    /// How often it has been given this by now.
    public let attempts: Int
    /// Whether it will be given it once more; if not, it is a dead letter now.
    public let isRetried: Bool
}
