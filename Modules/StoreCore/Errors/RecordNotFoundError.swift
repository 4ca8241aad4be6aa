/// Why an update was refused: the bucket has no record of this key, or no longer.
public struct RecordNotFoundError: Error, Sendable, Hashable {
    /// The bucket's name.
    public let bucket: String
    /// The key that was asked for.
    public let key: Key

    /// Makes an error.
    public init(bucket: String, key: Key) {
        self.bucket = bucket
        self.key = key
    }
}

extension RecordNotFoundError: CustomStringConvertible {
    /// The bucket and the key, shortened.
    public var description: String {
        "Bucket \(bucket.excerpt) has no record with key \(key.value.excerpt); insert or upsert it"
    }
}
