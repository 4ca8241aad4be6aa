import StoreCore

/// A handler's place among a store's subscribers.
///
/// It may be let go of: the subscription lives until `cancel()`, or until the store stops.
///
/// ```swift
/// store.on("bucket.orders.*") { event, topic in … }
///
/// let subscription = store.on("bucket.orders.*") { event, topic in … }
/// subscription.cancel()
/// ```
public final class Subscription: Sendable {
    /// What it is called in figures and errors.
    public let name: String
    private let pattern: String
    private let place: (hub: EventHub, subscriber: Subscriber)?

    init(_ hub: EventHub, _ subscriber: Subscriber) {
        name = subscriber.settings.name
        pattern = subscriber.settings.interest.pattern.text
        place = (hub, subscriber)
    }

    /// One that has ended before it began: its store had stopped.
    init(ended settings: Subscriber.Settings) {
        name = settings.name
        pattern = settings.interest.pattern.text
        place = nil
    }

    /// Whether the handler is still told of events.
    public var isActive: Bool {
        guard let subscriber = place?.subscriber else { return false }
        return subscriber.lock.withLock { !subscriber.state.isClosed }
    }

    /// Ends the subscription: no event is handed to the handler after this returns.
    ///
    /// What waits is forgotten. A handler that has been handed its event goes on to its end; on the handler's own actor
    /// it has begun by then. May be called again, and from the handler.
    public func cancel() {
        guard let (hub, subscriber) = place else { return }
        hub.leave(subscriber)
        subscriber.cancel()
    }

    /// Ends the subscription and waits until its handler does not run any more.
    ///
    /// In the handler itself it does not wait.
    public func cancelAndWait() async {
        cancel()
        await place?.subscriber.isQuiet()
    }

    /// Ends the task in which the handler runs, and goes on in a new one with the next event.
    ///
    /// No event is lost, and none is repeated. A handler that waits for its next attempt has it at once. One that
    /// runs is cancelled and waited for; what it throws then makes its event a dead letter.
    public func restart() { place?.subscriber.restart() }

    /// Ties the subscription to a variable: it ends when nobody holds what is returned.
    public func scoped() -> ScopedSubscription { ScopedSubscription(self) }

    /// How it is doing.
    ///
    /// One whose store had stopped before it began has ended, and has done nothing.
    public var status: SubscriptionStatus {
        guard let (hub, subscriber) = place else { return SubscriptionStatus(ended: name, pattern) }
        return subscriber.status(hub.newest)
    }
}

/// A subscription that ends when nobody holds this any more.
public final class ScopedSubscription: Sendable {
    /// The subscription.
    public let subscription: Subscription

    init(_ subscription: Subscription) { self.subscription = subscription }

    deinit { subscription.cancel() }

    /// Ends the subscription, as `Subscription.cancel()` does.
    public func cancel() { subscription.cancel() }
}
