/// How long one waits before the next attempt at what has failed: a supervisor before it restarts a child.
public struct Backoff: Sendable {
    private let first: Duration
    private let most: Duration
    private let factor: Double
    private let jitter: Double
    /// A child that has run for as long as this begins with the shortest wait again.
    let quietTime: Duration
    private let random: @Sendable () -> Double

    /// Restarts follow at once.
    public static let none = Backoff(
        first: .zero, most: .zero, factor: 1, jitter: 0, quietTime: .zero, random: { 0 })

    /// Waits that grow with each failure in a row.
    ///
    /// The wait before the n-th restart in a row is `first × factor^(n−1)`, `most` at the utmost, less a random part.
    ///
    /// - Parameters:
    ///   - first: the wait after the first failure; without one, or with a negative one, there are no waits.
    ///   - most: the longest wait, at least the first one.
    ///   - factor: by how much each wait is longer than the one before; waits never become
    ///     shorter, so that anything below 1 counts as 1.
    ///   - jitter: the greatest part of a wait that is taken away at random, from 0 to 1, so that children that failed
    ///     together do not come back together; what lies outside counts as the nearer of the two.
    ///   - quietTime: a child that has run for so long begins with the first wait again.
    ///   - random: numbers from 0 up to but not including 1. It must not call the supervisor.
    /// - Returns: the rule for a supervisor's `backoff`.
    public static func exponential(
        from first: Duration, to most: Duration, factor: Double = 2, jitter: Double = 0.2,
        resetAfter quietTime: Duration = .seconds(60),
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) -> Backoff {
        let first = max(.zero, first)
        return Backoff(
            first: first, most: max(first, most),
            // Also what is no number at all.
            factor: factor >= 1 ? min(factor, .greatestFiniteMagnitude) : 1,
            jitter: jitter >= 0 ? min(jitter, 1) : 0, quietTime: quietTime, random: random)
    }

    /// The wait after so many failures in a row, at least 1.
    public func delay(afterFailures count: Int) -> Duration {
        guard first > .zero else { return .zero }
        var delay = first
        // Multiplied step by step and stopped at the top: a power would leave the range of durations.
        for _ in 1..<max(count, 1) {
            guard delay < most, factor > 1 else { break }
            delay = delay > most / factor ? most : delay * factor
        }
        delay = min(delay, most)
        return jitter == 0 ? delay : delay - delay * (jitter * random())
    }
}
