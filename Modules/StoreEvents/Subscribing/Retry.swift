public import StoreSupervision

/// How often a handler that has thrown is given its event again.
public struct Retry: Sendable {
    let attemptsMax: Int
    let backoff: Backoff

    /// Not at all: what fails becomes a dead letter at once.
    public static let never = Retry(attemptsMax: 1, backoff: .none)

    /// Up to `count` times, with a wait before each; then the event becomes a dead letter.
    ///
    /// The events behind it wait: they are delivered in order. The waits are on the store's clock.
    ///
    /// - Parameters:
    ///   - count: attempts after the first, at least 0.
    ///   - backoff: how long each wait is.
    /// - Returns: the rule.
    public static func upTo(
        _ count: Int,
        backoff: Backoff = .exponential(from: .milliseconds(100), to: .seconds(10))
    ) -> Retry {
        precondition(count >= 0, "a handler is not tried less than once")
        return Retry(attemptsMax: count < .max ? count + 1 : count, backoff: backoff)
    }
}
