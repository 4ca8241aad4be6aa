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
    ///   - count: attempts after the first; a number below 0 counts as 0.
    ///   - backoff: how long each wait is.
    /// - Returns: the rule.
    public static func upTo(
        _ count: Int,
        backoff: Backoff = .exponential(from: .milliseconds(100), to: .seconds(10))
    ) -> Retry {
        Retry(attemptsMax: count < .max ? max(0, count) + 1 : count, backoff: backoff)
    }
}
