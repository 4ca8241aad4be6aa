// What extensions of upper modules need to know.

extension WritableBucket {
    /// The commit's instant; in a draft and a transaction, the instant at which that reads.
    public var now: Timestamp { scope.now }

    /// A handle to the bucket: its reads show the committed state, not the body's own writes.
    public var handle: DynamicBucket { DynamicBucket(store: store, identity: identity) }
}

extension TypedWriter {
    /// The same bucket, of records with their fields by name.
    public var dynamic: WritableBucket { bucket }
}

extension DynamicBucket {
    /// The marks that reads through handles leave on the bucket's records, if it keeps any.
    public var readMarks: ReadMarks? { identity.marks }
}
