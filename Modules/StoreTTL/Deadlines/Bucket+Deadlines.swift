public import StoreCore

extension Bucket {
    /// Inserts a record that lives for so long.
    ///
    /// - Throws: as `insert(_:expiresAt:)`; ``ExpiryError`` (`invalidLifetime`).
    @discardableResult
    public func insert(_ model: Model, expiresIn lifetime: Duration) async throws -> Model {
        try await insert(model, expiresAt: dynamic.deadline(in: lifetime))
    }

    /// Lets a record's life begin anew; see ``StoreCore/DynamicBucket/touch(_:expiresIn:)``.
    ///
    /// - Throws: `RecordNotFoundError`; ``ExpiryError``.
    public func touch(_ key: Model.Key, expiresIn lifetime: Duration? = nil) async throws {
        try await dynamic.touch(key, expiresIn: lifetime)
    }

    /// Lets a record live for ever.
    ///
    /// - Throws: `RecordNotFoundError`.
    public func persist(_ key: Model.Key) async throws { try await dynamic.persist(key) }

    /// How long a record still lives; nil: for ever.
    ///
    /// - Throws: `RecordNotFoundError`; `StoreError` (`stopped`, `bucketDropped`).
    public func ttl(of key: Model.Key) throws -> Duration? { try dynamic.ttl(of: key) }
}

extension TypedWriter {
    /// Inserts a record that lives for so long from the write's instant on: in a transaction, the one at which that reads.
    ///
    /// - Throws: as `insert(_:expiresAt:)`; ``ExpiryError`` (`invalidLifetime`).
    @discardableResult
    public func insert(_ model: Model, expiresIn lifetime: Duration) throws -> Model {
        try insert(model, expiresAt: dynamic.handle.deadline(in: lifetime, from: dynamic.now))
    }

    /// Lets a record's life begin anew at the write's instant: in a transaction, the one at which that reads.
    ///
    /// - Throws: `RecordNotFoundError`; ``ExpiryError``.
    public func touch(_ key: Model.Key, expiresIn lifetime: Duration? = nil) throws {
        try dynamic.touch(key, expiresIn: lifetime)
    }

    /// Lets a record live for ever.
    ///
    /// - Throws: `RecordNotFoundError`.
    public func persist(_ key: Model.Key) throws { try dynamic.persist(key) }

    /// How long a record still lives at the write's instant; nil: for ever.
    ///
    /// - Throws: `RecordNotFoundError`.
    public func ttl(of key: Model.Key) throws -> Duration? { try dynamic.ttl(of: key) }
}
