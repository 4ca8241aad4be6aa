/// A bucket of typed records inside `Store.write`: it reads what the body has written, and writes.
public struct TypedWriter<Model: StoreRecord>: TypedReader {
    let bucket: WritableBucket

    /// The state with the body's own writes.
    public var source: ReadSource { bucket.source }

    private func made(_ record: Record) throws -> Model { try Model(row: Row(record)) }

    /// Inserts a record; see `Bucket.insert(_:expiresAt:)`.
    @discardableResult
    public func insert(_ model: Model, expiresAt deadline: Timestamp? = nil) throws -> Model {
        try made(try bucket.insert(model.fieldsToInsert(), expiresAt: deadline))
    }

    /// Inserts a record, or writes its properties over those of the one that has its key; see `Bucket.upsert(_:)`.
    @discardableResult
    public func upsert(_ model: Model) throws -> Model {
        let whole = try model.whole()
        return try made(try bucket.upsert(whole.toInsert, merging: whole.toMerge))
    }

    /// Changes a record, which must exist, by a closure, which runs once.
    @discardableResult
    public func update(
        _ key: Model.Key, _ change: (inout Model) throws -> Void
    ) throws -> Model {
        try made(try bucket.update(key) { fields in try Model.change(&fields, change) })
    }

    /// Puts a record in the place of the one that has its key, which must exist; see `Bucket.replace(_:ifVersion:)`.
    @discardableResult
    public func replace(_ model: Model, ifVersion version: Int? = nil) throws -> Model {
        let whole = try model.whole()
        return try made(
            try bucket.rewrite(whole.key, with: whole.toMerge, ifVersion: version))
    }

    /// Deletes a record; returns whether there was one.
    @discardableResult
    public func delete(_ key: Model.Key, ifVersion version: Int? = nil) throws -> Bool {
        try bucket.delete(key, ifVersion: version)
    }

    /// Deletes every record that satisfies `predicate`; returns how many there were.
    @discardableResult
    public func deleteMany(where predicate: (Properties<Model>) -> Predicate) throws -> Int {
        try bucket.deleteMany(where: try Model.predicate(predicate))
    }
}

extension TypedWriter {
    /// Adds to a number; an absent one counts as zero.
    ///
    /// See ``WritableBucket/increment(_:_:by:)``.
    @discardableResult
    public func increment<Number: StoreValue & Numeric>(
        _ key: Model.Key, _ path: KeyPath<Model, Number>, by amount: Number = 1
    ) throws -> Model {
        guard let name = Model.schema.storage.name(of: path) else {
            throw QueryError.unknown(path, Model.schema.name)
        }
        return try made(try bucket.increment(key, name, by: amount.storeValue))
    }

    /// Deletes every record, with reason `cleared`; returns how many there were.
    @discardableResult
    public func clear() throws -> Int { try bucket.clear() }
}

extension WriteContext {
    /// A bucket of typed records to read and write, by a handle.
    ///
    /// - Throws: `StoreError` (`anotherStore`), as for a dynamic handle.
    public subscript<Model: StoreRecord>(_ bucket: Bucket<Model>) -> TypedWriter<Model> {
        get throws { TypedWriter(bucket: try self[bucket.dynamic]) }
    }

    /// A bucket of typed records to read and write.
    ///
    /// - Throws: `StoreError` (`bucketNotDefined`).
    public subscript<Model: StoreRecord>(_ type: Model.Type) -> TypedWriter<Model> {
        get throws { TypedWriter(bucket: try bucket(Model.schema.name)) }
    }
}

extension WriteBatch {
    /// Inserts a typed record; its key must be new, or deleted earlier in the batch.
    ///
    /// - Throws: what `Model.encode(into:)` throws.
    public mutating func insert<Model: StoreRecord>(
        _ model: Model, into bucket: Bucket<Model>, expiresAt: Timestamp? = nil
    ) throws {
        insert(try model.fieldsToInsert(), into: bucket.dynamic, expiresAt: expiresAt)
    }
}
