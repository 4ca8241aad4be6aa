/// A query that took long; see ``Store/slowQueries``.
///
/// It tells no value, neither of a record nor of a predicate: it may be written to a log as it is.
public struct SlowQuery: Sendable, Hashable, CustomStringConvertible {
    /// What queries have in common that count as the same.
    struct Shape: Hashable {
        let bucket: String
        let method: String
        let order: String
        let predicate: String
    }

    /// The bucket's name.
    public let bucket: String
    /// The method that ran it, with the fields that it was given: `all`, `page`, `sum(total)` and so on.
    public let method: String
    /// The fields that it is ordered by; empty where none was asked for.
    public let order: String
    /// How it was carried out.
    ///
    /// The predicate has `?` in the place of values: `total > ? && status in [?]`. Records returned are those that the
    /// query has shown or made a figure of; those that it counted by an index alone are not among them.
    public let explanation: Explanation
    /// How long it took, from its plan to its result.
    public let duration: Duration
    /// The position that it read; in a write body, the last one before.
    public let position: Position
    /// The instant at which it judged deadlines.
    public let instant: Timestamp
    /// How often a query of this shape was slow, this one included.
    public internal(set) var count = 1

    /// The query in one line.
    public var description: String {
        let order = order.isEmpty ? "" : " by \(order)"
        return
            "\(bucket.shortened) \(method)\(order), \(duration), seen \(count) times: \(explanation)"
    }

    var shape: Shape {
        Shape(bucket: bucket, method: method, order: order, predicate: explanation.predicate)
    }
}

extension Store {
    /// The queries that took longest, the worst first: of each shape the worst, of as many shapes as the store's start
    /// says.
    ///
    /// Queries are of one shape if they ask the same bucket the same thing in the same order, whatever the values.
    /// Those of handles, snapshots, tracked readers, write bodies and typed records are all taken into account.
    ///
    /// ```swift
    /// for query in store.slowQueries { print(query) }
    /// ```
    ///
    /// Queries whose plan says that they read little are not timed at all.
    ///
    /// - Complexity: O(k log k) for k shapes.
    public var slowQueries: [SlowQuery] { state.slowQueries.worstFirst }

    /// Forgets the queries that were slow until now.
    public func forgetSlowQueries() { state.slowQueries.forget() }
}
