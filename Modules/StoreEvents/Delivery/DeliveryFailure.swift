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
