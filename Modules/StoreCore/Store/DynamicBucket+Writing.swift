// Each method is one commit: it happens entirely or not at all.
//
// All of them throw `StoreError` (`stopped`, `poisoned`, `bucketDropped`, `nestedWrite`, `writesForbidden`),
// `CancellationError` if the task was cancelled before the write began, and what policies and gates throw; the store is
// then as it was. `StoreError` (`outcomeUnknown`) alone means that the write happened but may not be durable.

extension DynamicBucket {
    /// Inserts a record: generates and fills in what is missing, validates, and checks keys and unique values.
    ///
    /// - Parameters:
    ///   - fields: the record's fields; undeclared ones are kept, unless the bucket is strict.
    ///   - deadline: from when on the record is no longer seen; nil: never.
    /// - Returns: the record as it is stored.
    /// - Throws: `ValidationError` with every fault of the record, `UniqueConstraintError`.
    /// - Complexity: O(log n) for the records and each index.
    @discardableResult
    public func insert(_ fields: Fields, expiresAt deadline: Timestamp? = nil) async throws
        -> Record
    {
        let result = try await store.execute(identity) {
            let record = try store.makeRecord(fields, identity, expiresAt: deadline)
            return .insert(record, hash: store.state.seed.hash(RecordRef(record).key.value))
        }
        return try result.single()
    }

    /// Inserts records, all of them or none.
    ///
    /// - Returns: the records as they are stored, in the same order; one that a policy has removed again in the same
    ///   commit, as it was inserted.
    /// - Throws: as `insert(_:expiresAt:)`, for the first record at fault.
    @discardableResult
    public func insertMany(_ records: some Sequence<Fields>) async throws -> [Record] {
        var batch = WriteBatch()
        for fields in records { batch.insert(fields, into: self) }
        let receipt = try await store.commit(batch)
        return zip(receipt.records, receipt.made).compactMap { $0 ?? $1 }
    }

    /// Inserts a record, or merges the fields into the one that has its key.
    ///
    /// - Throws: as `insert(_:expiresAt:)`. The fields must be valid as a record of their own.
    @discardableResult
    public func upsert(_ fields: Fields) async throws -> Record {
        try await upsert(fields, merging: fields)
    }

    /// Inserts a record, or merges other fields into the one that has its key.
    func upsert(_ fields: Fields, merging: Fields) async throws -> Record {
        try await perform(.upsert(fields, merging: merging)).single()
    }

    /// Merges fields into a record; nil clears a field, and fields that are not named stay.
    ///
    /// With `ifVersion`, the record must have this version: compare-and-set. Versions count from 1 in each life of a
    /// key: what was deleted and inserted anew may have the version of before.
    ///
    /// - Returns: the record as it is stored now. An update that changes nothing counts as an update.
    /// - Throws: `RecordNotFoundError`, `ValidationError`, `UniqueConstraintError`, `ConflictError` (version).
    @discardableResult
    public func update(
        _ key: some KeyConvertible, _ fields: Fields, ifVersion version: Int? = nil
    ) async throws -> Record {
        let key = key.storeKey
        let result = try await store.execute(identity) {
            let patch = try identity.layout.layout.makePatch(fields, key: key)
            return .patch(
                key, hash: store.state.seed.hash(key.value), patch,
                from: ExpectedState(version: version))
        }
        return try result.single()
    }

    /// Changes a record by a closure, atomically.
    ///
    /// The closure runs without a lock and again if somebody else changed the record meanwhile; after three attempts it
    /// runs under the writer lock. It should therefore do nothing but change the fields.
    ///
    /// - Throws: as `update(_:_:ifVersion:)`, and what `change` throws.
    @discardableResult
    public func update(
        _ key: some KeyConvertible, _ change: @escaping @Sendable (inout Fields) throws -> Void
    ) async throws -> Record {
        let key = key.storeKey
        for _ in 0..<3 {
            guard let current = try get(key) else {
                throw RecordNotFoundError(bucket: name, key: key)
            }
            do {
                let result = try await store.execute(identity) {
                    let patch = try identity.layout.layout.patch(from: current, change)
                    return .patch(
                        key, hash: store.state.seed.hash(key.value), patch,
                        from: .record(current.storage))
                }
                return try result.single()
            } catch let conflict as ConflictError where conflict.expectedVersion == current.version
            {
                continue
            }
        }
        return try await perform(.mutate(key, change)).single()
    }

    /// Puts other fields in the place of all of a record's; the key and generated fields stay.
    ///
    /// - Throws: as `update(_:_:ifVersion:)`.
    @discardableResult
    public func replace(
        _ key: some KeyConvertible, with fields: Fields, ifVersion version: Int? = nil
    ) async throws -> Record {
        try await perform(.replace(key.storeKey, fields, version: version)).single()
    }

    /// As `replace`, of these fields only: what is not named stays.
    func rewrite(_ key: Key, with fields: Fields, ifVersion version: Int?) async throws -> Record {
        try await perform(.rewrite(key, fields, version: version)).single()
    }

    /// Deletes a record.
    ///
    /// With `ifVersion`, the record must exist and have this version.
    ///
    /// - Returns: whether there was one.
    /// - Throws: `ConflictError` (version).
    @discardableResult
    public func delete(
        _ key: some KeyConvertible, ifVersion version: Int? = nil
    ) async throws -> Bool {
        let key = key.storeKey
        let result = try await store.execute(identity) {
            .delete(
                key, hash: store.state.seed.hash(key.value), .user,
                from: ExpectedState(version: version))
        }
        return result.count == 1
    }

    /// Adds to a number of a record; an absent one counts as zero.
    ///
    /// Concurrent increments all count.
    ///
    /// - Throws: `RecordNotFoundError`, `ValidationError` if either is not a number or the sum is not valid.
    @discardableResult
    public func increment(
        _ key: some KeyConvertible, _ field: String, by amount: Value = 1
    ) async throws -> Record {
        try await perform(.increment(key.storeKey, field: field, by: amount)).single()
    }

    /// Sets a record's deadline, or takes it away; its version and `updatedAt` stay.
    ///
    /// - Throws: `RecordNotFoundError`.
    @discardableResult
    public func setDeadline(
        _ key: some KeyConvertible, _ deadline: Timestamp?
    ) async throws -> Record {
        try await perform(.setDeadline(key.storeKey, deadline)).single()
    }

    /// Merges fields into every record that satisfies `predicate`, in one commit.
    ///
    /// - Returns: how many there were.
    /// - Throws: as `update(_:_:ifVersion:)`; then none is changed.
    @discardableResult
    public func updateMany(where predicate: Predicate, _ fields: Fields) async throws -> Int {
        try await performLong(.updateMatching(predicate, fields))
    }

    /// Deletes every record that satisfies `predicate`, in one commit.
    ///
    /// - Returns: how many there were.
    @discardableResult
    public func deleteMany(where predicate: Predicate) async throws -> Int {
        try await performLong(.deleteMatching(predicate))
    }

    /// Deletes every record in one commit, with reason `cleared`.
    ///
    /// Autoincrement fields go on from where they were.
    ///
    /// - Returns: how many there were.
    /// - Complexity: O(n) to tell observers; the state itself is emptied in O(1).
    @discardableResult
    public func clear() async throws -> Int { try await performLong(.clear) }

    private func perform(_ action: Operation.Action) async throws -> OperationResult {
        try await store.execute(identity) {
            try store.prepare(action, for: identity)
        }
    }

    /// An operation that may hold the writer lock for long: others suspend meanwhile.
    private func performLong(_ action: Operation.Action) async throws -> Int {
        var batch = WriteBatch()
        batch.operations.append(Operation(bucket: self, action: action))
        return try await store.commitInTurn(batch).counts[0]
    }
}

extension OperationResult {
    /// The record of an operation that leaves one.
    @inline(__always)
    func single() throws -> Record {
        guard case .record(let storage) = self else {
            preconditionFailure("an operation on one record left none")
        }
        return Record(storage)
    }
}
