/// How often a live query is run while the store changes faster than anybody looks.
///
/// What is left out is never computed: coalescing comes before the work.
public struct Coalescing: Sendable, Hashable {
    enum Rule: Sendable, Hashable {
        case latest
        case everyCommit
        case throttle(Duration)
    }

    let rule: Rule

    var isThrottled: Bool {
        if case .throttle = rule { true } else { false }
    }

    /// The state after all commits so far is shown, as often as the query can be run.
    public static let latest = Coalescing(rule: .latest)

    /// Each commit that concerns the query is shown by itself.
    ///
    /// The store keeps each such state until the query has been run on it: a commit to a bucket that the query reads
    /// pays for a snapshot, and a slow query or subscriber lets results pile up, which nothing bounds.
    public static let everyCommit = Coalescing(rule: .everyCommit)

    /// At most one run within `interval` on the store's clock.
    ///
    /// A change is shown at once if the last run has begun longer ago than that, and otherwise, with all that have come
    /// until then, at the end of the interval. An interval of zero or less is as `latest`.
    public static func throttle(_ interval: Duration) -> Coalescing {
        interval > .zero ? Coalescing(rule: .throttle(interval)) : .latest
    }
}
