/// Whether a subscriber is shown the result that there is when it comes.
public enum InitialResult: Sendable, Hashable {
    /// It is the first thing that is delivered.
    case deliver
    /// Only what comes after it is delivered.
    case skip
}

/// A handler's place among those who watch a live query.
///
/// It may be let go of: the subscription lives until `cancel()`, or until the store stops.
public final class LiveSubscription: Sendable {
    private let cancelling: @Sendable () -> Void
    private let quieting: @Sendable () async -> Void
    private let looking: @Sendable () -> Bool

    /// Holds no `Live`: the handler keeps the query up to date, and only as long as it is told of results.
    init<Value>(_ hub: LiveHub, _ node: ValueNode<Value>, _ receiver: LiveReceiver<Value>) {
        cancelling = { hub.leave(receiver, node) }
        quieting = { await hub.isQuiet(receiver) }
        looking = { hub.locked { !receiver.isOver } }
    }

    /// Whether the handler is still told of results.
    public var isActive: Bool { looking() }

    /// Ends the subscription: the handler is not called any more after this returns, but for a call that has begun.
    ///
    /// May be called again, and from the handler.
    public func cancel() { cancelling() }

    /// Ends the subscription, and waits until its handler does not run any more.
    ///
    /// In the handler itself it does not wait.
    public func cancelAndWait() async {
        cancel()
        await quieting()
    }

    /// Ties the subscription to a variable: it ends when nobody holds what is returned.
    public func scoped() -> ScopedLiveSubscription { ScopedLiveSubscription(self) }
}

/// A subscription that ends when nobody holds this any more.
public final class ScopedLiveSubscription: Sendable {
    /// The subscription.
    public let subscription: LiveSubscription

    init(_ subscription: LiveSubscription) { self.subscription = subscription }

    deinit { subscription.cancel() }

    /// Ends the subscription, as `LiveSubscription.cancel()` does.
    public func cancel() { subscription.cancel() }
}
