/// Why a conditional write was refused: something it depends on has changed meanwhile.
///
/// Read again, and retry.
///
/// The store is as it was before.
public struct ConflictError: Error, Sendable, Hashable {
    /// The bucket in which something has changed.
    public let bucket: String
    /// The key of the record that has changed; nil when it was no single record.
    public let key: Key?
    /// The version that the write required; nil when it required none.
    public let expectedVersion: Int?
    /// The version that is there; nil when the record is gone, or no version was required.
    public let actualVersion: Int?
    /// What was asked for by the query whose result has changed; nil where a record was looked up by its key.
    public let predicate: Predicate?
    /// The position of the commit that intervened, where it is known.
    public let position: Position?
    /// The position at which the write has read; nil where it has not read at a position of its own.
    public let since: Position?
    /// What has changed, for people.
    public let message: String

    /// Makes an error.
    public init(
        bucket: String, key: Key? = nil, expectedVersion: Int? = nil, actualVersion: Int? = nil,
        predicate: Predicate? = nil, position: Position? = nil, since: Position? = nil,
        message: String
    ) {
        self.bucket = bucket
        self.key = key
        self.expectedVersion = expectedVersion
        self.actualVersion = actualVersion
        self.predicate = predicate
        self.position = position
        self.since = since
        self.message = message
    }
}

extension ConflictError: CustomStringConvertible {
    /// What has changed and where.
    public var description: String {
        let record = key.map { ", key \($0.value.excerpt)" } ?? ""
        return "Conflict in bucket \(bucket.excerpt)\(record): \(message)"
    }
}
