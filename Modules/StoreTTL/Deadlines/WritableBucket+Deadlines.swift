public import StoreCore

extension WritableBucket {
    /// Inserts a record that lives for so long from the write's instant on: in a transaction, the one at which that reads.
    ///
    /// - Throws: as `insert(_:expiresAt:)`; ``ExpiryError`` (`invalidLifetime`).
    @discardableResult
    public func insert(_ fields: Fields, expiresIn lifetime: Duration) throws -> Record {
        try insert(fields, expiresAt: handle.deadline(in: lifetime, from: now))
    }

    /// Lets a record's life begin anew at the write's instant: in a transaction, the one at which that reads.
    ///
    /// - Throws: `RecordNotFoundError`; ``ExpiryError``.
    @discardableResult
    public func touch(
        _ key: some KeyConvertible, expiresIn lifetime: Duration? = nil
    ) throws -> Record {
        try setDeadline(key, handle.deadline(inOrAsDefined: lifetime, from: now))
    }

    /// Lets a record live for ever.
    ///
    /// - Throws: `RecordNotFoundError`.
    @discardableResult
    public func persist(_ key: some KeyConvertible) throws -> Record { try setDeadline(key, nil) }

    /// How long a record still lives at the write's instant; nil: for ever.
    ///
    /// - Throws: `RecordNotFoundError`.
    public func ttl(of key: some KeyConvertible) throws -> Duration? {
        guard let record = try get(key) else {
            throw RecordNotFoundError(bucket: name, key: key.storeKey)
        }
        return record.expiresAt.map { now.duration(to: $0) }
    }
}

extension WriteBatch {
    /// Inserts a record that lives for so long from now on.
    ///
    /// - Throws: ``ExpiryError`` (`invalidLifetime`); `StoreError` (`stopped`).
    public mutating func insert(
        _ fields: Fields, into bucket: DynamicBucket, expiresIn lifetime: Duration
    ) throws {
        insert(fields, into: bucket, expiresAt: try bucket.deadline(in: lifetime))
    }

    /// Lets a record's life begin anew now; the record must exist when the batch is committed.
    ///
    /// - Throws: ``ExpiryError``; `StoreError` (`stopped`).
    public mutating func touch(
        _ key: some KeyConvertible, in bucket: DynamicBucket, expiresIn lifetime: Duration? = nil
    ) throws {
        setDeadline(key, try bucket.deadline(inOrAsDefined: lifetime), in: bucket)
    }

    /// Lets a record live for ever; it must exist when the batch is committed.
    public mutating func persist(_ key: some KeyConvertible, in bucket: DynamicBucket) {
        setDeadline(key, nil, in: bucket)
    }
}
