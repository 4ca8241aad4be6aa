public import StoreCore

extension Subscription {
    /// Ends the task in which the handler of events runs, and goes on in a new one with the next event.
    ///
    /// No event is lost, and none is repeated. A handler that waits for its next attempt has it at once. One that
    /// runs is cancelled and waited for; what it throws then makes its event a dead letter. Nothing happens to a
    /// subscription to something else than events.
    public func restart() { (origin as? EventPlace)?.subscriber?.restart() }

    /// How it is doing; nil for a subscription to something else than events.
    ///
    /// One that could not begin has ended, and has done nothing; its `error` says why.
    public var status: SubscriptionStatus? { (origin as? EventPlace)?.status }

    convenience init(_ place: EventPlace) {
        self.init(
            named: place.name, origin: place, isActive: { place.isActive },
            cancel: { place.cancel() }, isQuiet: { await place.subscriber?.isQuiet() })
    }
}

/// A handler's place among a store's subscribers to events.
struct EventPlace: Sendable {
    let name: String
    private let pattern: String
    private let hub: EventHub?
    let subscriber: Subscriber?
    private let error: SubscriptionError?

    init(_ hub: EventHub, _ subscriber: Subscriber) {
        name = subscriber.settings.name
        pattern = subscriber.settings.interest.pattern.text
        self.hub = hub
        self.subscriber = subscriber
        error = nil
    }

    /// One that has ended before it began.
    init(ended settings: Subscriber.Settings, by error: SubscriptionError) {
        name = settings.name
        pattern = settings.interest.pattern.text
        hub = nil
        subscriber = nil
        self.error = error
    }

    var isActive: Bool {
        guard let subscriber else { return false }
        return subscriber.lock.withLock { !subscriber.state.isClosed }
    }

    func cancel() {
        guard let hub, let subscriber else { return }
        hub.leave(subscriber)
        subscriber.cancel()
    }

    var status: SubscriptionStatus {
        guard let hub, let subscriber else {
            let error = error ?? SubscriptionError(name, .ended)
            return SubscriptionStatus(ended: name, pattern, by: error)
        }
        return subscriber.status(hub.newest)
    }
}
