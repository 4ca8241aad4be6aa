public import StoreCore

extension DynamicBucket {
    /// Inserts a record that lives for so long.
    ///
    /// - Throws: as `insert(_:expiresAt:)`; ``ExpiryError`` (`invalidLifetime`).
    @discardableResult
    public func insert(_ fields: Fields, expiresIn lifetime: Duration) async throws -> Record {
        try await insert(fields, expiresAt: deadline(in: lifetime))
    }

    /// Lets a record's life begin anew.
    ///
    /// - Parameters:
    ///   - key: the record's key.
    ///   - lifetime: how long it lives from now on; nil: as long as records of the bucket do.
    /// - Returns: the record as it is stored now.
    /// - Throws: `RecordNotFoundError`; ``ExpiryError`` (`noLifetime` if neither the call nor the bucket says how long,
    ///   `invalidLifetime`).
    @discardableResult
    public func touch(
        _ key: some KeyConvertible, expiresIn lifetime: Duration? = nil
    ) async throws -> Record {
        try await setDeadline(key, deadline(inOrAsDefined: lifetime))
    }

    /// Lets a record live for ever.
    ///
    /// - Throws: `RecordNotFoundError`.
    @discardableResult
    public func persist(_ key: some KeyConvertible) async throws -> Record {
        try await setDeadline(key, nil)
    }

    /// How long a record still lives; nil: for ever.
    ///
    /// To ask is not to use it.
    ///
    /// - Throws: `RecordNotFoundError`; `StoreError` (`stopped`, `bucketDropped`).
    /// - Complexity: O(log n).
    public func ttl(of key: some KeyConvertible) throws -> Duration? {
        let snapshot = try store.snapshot()
        // A handle's own read would count as a use.
        let bucket = try snapshot.bucket(name)
        guard bucket.reference == reference else { throw StoreError(.bucketDropped(name)) }
        guard let record = try bucket.get(key) else {
            throw RecordNotFoundError(bucket: name, key: key.storeKey)
        }
        return record.expiresAt.map { snapshot.instant.duration(to: $0) }
    }

    /// The end of a life that begins now; somebody has to see to its end from here on.
    func deadline(in lifetime: Duration, from now: Timestamp? = nil) throws -> Timestamp {
        guard let lifetime = Lifetime(lifetime) else {
            throw ExpiryError(.invalidLifetime(lifetime))
        }
        try Sweeper.attach(to: store)
        return lifetime.end(from: now ?? store.now)
    }

    func deadline(
        inOrAsDefined lifetime: Duration?, from now: Timestamp? = nil
    ) throws -> Timestamp {
        guard let lifetime = lifetime ?? definition.lifetime?.1.duration else {
            throw ExpiryError(.noLifetime(bucket: name))
        }
        return try deadline(in: lifetime, from: now)
    }
}
