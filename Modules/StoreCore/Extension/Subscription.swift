/// A handler's place among those whom something tells of what happens: events, the results of a live query.
///
/// It may be let go of: the subscription lives until `cancel()`, or until the store stops.
///
/// ```swift
/// store.on("bucket.orders.*") { event, topic in … }
///
/// let subscription = store.on("bucket.orders.*") { event, topic in … }
/// subscription.cancel()
/// ```
///
/// Modules that hand out subscriptions make them of closures. Those may hold whatever they need; what they hold must not
/// hold the subscription, which handlers often do.
public final class Subscription: Sendable {
    /// What it is called in figures and errors.
    public let name: String
    /// What the module that has made it keeps with it, for what it offers besides.
    public let origin: (any Sendable)?
    private let looking: @Sendable () -> Bool
    private let cancelling: @Sendable () -> Void
    private let quieting: @Sendable () async -> Void

    /// Makes a subscription.
    ///
    /// - Parameters:
    ///   - name: what it is called in figures and errors.
    ///   - origin: what it is recognised by in the module that makes it.
    ///   - isActive: whether the handler is still told of anything.
    ///   - cancel: sees to it that the handler is not begun any more; may be called more than once, from any thread, and
    ///     by the handler.
    ///   - isQuiet: returns when the handler does not run any more; at once in the handler itself.
    public init(
        named name: String, origin: (any Sendable)? = nil,
        isActive: @escaping @Sendable () -> Bool, cancel: @escaping @Sendable () -> Void,
        isQuiet: @escaping @Sendable () async -> Void
    ) {
        self.name = name
        self.origin = origin
        looking = isActive
        cancelling = cancel
        quieting = isQuiet
    }

    /// Whether the handler is still told of what happens.
    public var isActive: Bool { looking() }

    /// Ends the subscription: the handler is not begun any more after this returns.
    ///
    /// What waits is forgotten. A handler that has been handed something goes on to its end; on the handler's own actor
    /// it has begun by then. May be called again, and from the handler.
    public func cancel() { cancelling() }

    /// Ends the subscription and waits until its handler does not run any more.
    ///
    /// In the handler itself it does not wait.
    public func cancelAndWait() async {
        cancel()
        await quieting()
    }

    /// Ties the subscription to a variable: it ends when nobody holds what is returned.
    public func scoped() -> ScopedSubscription { ScopedSubscription(self) }
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
