public import StoreCore

/// A transaction that somebody else has come between: something that it has read or written is not any more what it
/// saw.
///
/// Nothing has happened. Run it again, or let `retry:` do so.
public struct TransactionConflictError: Error, Sendable {
    /// What the transaction was called.
    public let label: String?
    /// The bucket in which something has changed.
    public let bucket: String
    /// The key of the record that has changed; nil where the bucket itself has.
    public let key: Key?
    /// What was asked for by the query whose result has changed; nil where a record was looked up or written by its
    /// key.
    public let predicate: Predicate?
    /// The position at which the transaction has read.
    public let readPosition: Position
    /// The position at which something has changed; nil where a record has only expired.
    public let changePosition: Position?
    /// The commit that did it; nil where nobody did, and where the history does not reach back to it.
    public let commit: Commit?
    /// How often the body has run.
    public let attempts: Int
}

extension TransactionConflictError: CustomStringConvertible {
    /// What has changed, where and when.
    public var description: String {
        let name = label.map { "The transaction “\($0)”" } ?? "A transaction"
        let record = key.map { ", key \($0.value)" } ?? ""
        let query = predicate.map { ", read by a query for \($0)" } ?? ""
        let otherwise = key == nil ? "has been redefined" : "has expired"
        let change = changePosition.map { "has changed at position \($0.value)" } ?? otherwise
        return "\(name) is in conflict: in bucket \(bucket)\(record)\(query), "
            + "what it saw at position \(readPosition.value) \(change); run it again, or give it retries"
    }
}

/// A transaction has taken longer than it may.
///
/// Nothing has happened.
public struct TransactionTimeoutError: Error, Sendable, Hashable {
    /// What the transaction was called.
    public let label: String?
    /// How long it was allowed to take.
    public let timeout: Duration
}

extension TransactionTimeoutError: CustomStringConvertible {
    /// How long it was allowed to take, and what to do.
    public var description: String {
        let name = label.map { "The transaction “\($0)”" } ?? "A transaction"
        return
            "\(name) has taken longer than \(timeout); wait for others outside of its body, or give it more time"
    }
}
