public import StoreCore

/// Why a subscription could not do its part.
///
/// The commits that it is about stand all the same.
public struct SubscriptionError: Error, Sendable, Hashable {
    /// What kind of fault it is.
    public enum Reason: Sendable, Hashable {
        /// Events came faster than they were taken, and the buffer was to fail then.
        case overflow(capacity: Int)
        /// The handler has been busy with one event since this instant, for longer than the store waits.
        case handlerHangs(topic: String, position: Position, since: Timestamp)
        /// It could not begin; the text says why.
        case refused(String)
        /// It was cancelled, or its store has stopped.
        case ended
    }

    /// The subscription's name.
    public let subscription: String
    /// What kind of fault it is.
    public let reason: Reason

    init(_ subscription: String, _ reason: Reason) {
        self.subscription = subscription
        self.reason = reason
    }
}

extension SubscriptionError {
    /// What becomes of a subscription that a store could not take in.
    init(_ subscription: String, notTakenIn error: any Error) {
        let hasEnded = (error as? StoreError)?.reason == .stopped
        self.init(subscription, hasEnded ? .ended : .refused("\(error)"))
    }
}

extension Store {
    /// Makes it known that a subscription could not begin, to those who do not look at it.
    func report(_ error: SubscriptionError) {
        if error.reason != .ended {
            report(.degraded(error.description), of: "subscription \(error.subscription)")
        }
    }
}

extension SubscriptionError: CustomStringConvertible {
    /// What is wrong and what to do about it.
    public var description: String {
        switch reason {
        case .overflow(let capacity):
            "Subscription \(subscription) has ended: more than \(capacity) events waited; subscribe anew and read the "
                + "state, give it a larger buffer, or let it drop or coalesce"
        case .handlerHangs(let topic, let position, let since):
            "The handler of subscription \(subscription) has been busy with \(topic) of commit \(position) since "
                + "\(since.iso8601); let it return, or bound what it waits for"
        case .refused(let fault): "Subscription \(subscription) could not begin: \(fault)"
        case .ended: "Subscription \(subscription) has ended; subscribe anew"
        }
    }
}
