/// Why a write was refused: another record already has this key, or this value of unique fields.
///
/// The store is as it was before. To replace what is there, use `upsert`.
public struct UniqueConstraintError: Error, Sendable, Hashable {
    /// The bucket's name.
    public let bucket: String
    /// The fields that must be unique together: the key's, or those of a unique column or index.
    public let fields: [String]
    /// The value that is taken; an array when there are several fields.
    public let value: Value
    /// The key of the record that was refused.
    public let key: Key

    /// Makes an error.
    public init(bucket: String, fields: [String], value: Value, key: Key) {
        self.bucket = bucket
        self.fields = fields
        self.value = value
        self.key = key
    }
}

extension UniqueConstraintError: CustomStringConvertible {
    /// The bucket, the fields and the value that is taken, shortened.
    public var description: String {
        let names = fields.map(\.shortened).joined(separator: ", ")
        let taken: String
        if case .array(let values) = value {
            taken = values.prefix(8).map(\.excerpt).joined(separator: ", ")
        } else {
            taken = value.excerpt
        }
        return "Bucket \(bucket.excerpt) already has a record whose \(names) is \(taken)"
    }
}
