/// What becomes of events that come faster than they are taken.
///
/// Commits wait for no subscriber. `Failure` says whether a buffer ends its sequence by an error.
public struct Buffering<Failure: Error>: Sendable, Hashable {
    let rule: BufferingRule
}

enum BufferingRule: Sendable, Hashable {
    case unbounded
    case dropOldest(Int)
    case coalesceByKey
    case fail(Int)
}

extension Buffering where Failure == Never {
    /// All of them are kept, whatever memory that takes: an event holds its commit.
    public static var unbounded: Buffering { Buffering(rule: .unbounded) }

    /// The newest `capacity` of them are kept, at least 1; how many had to give way is counted.
    public static func dropOldest(_ capacity: Int) -> Buffering {
        Buffering(rule: .dropOldest(max(1, capacity)))
    }

    /// One event is kept for each record.
    ///
    /// It leads from what the record was when the first of them happened to what the last one has made of it, in the
    /// place of the last. A record that has come and gone meanwhile leaves none.
    public static var coalesceByKey: Buffering { Buffering(rule: .coalesceByKey) }
}

extension Buffering where Failure == SubscriptionError {
    /// `capacity` of them are kept, at least 1; the next one ends the subscription, after what is kept has been
    /// delivered, with `SubscriptionError` (`overflow`).
    public static func fail(_ capacity: Int) -> Buffering {
        Buffering(rule: .fail(max(1, capacity)))
    }
}
