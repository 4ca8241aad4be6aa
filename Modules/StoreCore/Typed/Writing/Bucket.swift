/// A handle to a bucket of typed records.
///
/// It works on the same bucket as a `DynamicBucket`, and both may be used at once: `dynamic` is the other one.
///
/// ```swift
/// let orders = try await store.defineBucket(Order.self)
/// let order = try await orders.insert(Order(customerID: "ALFKI", total: 440))
/// try await orders.update(order.id) { $0.status = .paid }
/// ```
public struct Bucket<Model: StoreRecord>: TypedReader {
    /// The same bucket, of records with their fields by name.
    public let dynamic: DynamicBucket

    init(_ dynamic: DynamicBucket) { self.dynamic = dynamic }

    /// The bucket's name.
    public var name: String { dynamic.name }

    /// The current state.
    public var source: ReadSource { dynamic.source }

    /// The record with `key`, or nil if there is none.
    ///
    /// - Throws: `StoreError` (`stopped`, `bucketDropped`); what `Model.init(row:)` throws.
    /// - Complexity: O(log n), and making the instance, which happens outside of every lock.
    @inlinable
    public func get(_ key: Model.Key) throws -> Model? {
        guard let record = try dynamic.get(key.storeKey) else { return nil }
        return try Model(row: Row(record))
    }
}

extension Bucket: Hashable {}

// Each method is one commit, and throws as the method of `DynamicBucket` that it is named after; beside that what
// `Model.encode(into:)` and `Model.init(row:)` throw. The store is then as it was.
extension Bucket {
    private func made(_ record: Record) throws -> Model { try Model(row: Row(record)) }

    /// Inserts a record: the store makes what is generated and still has its empty value.
    ///
    /// - Parameters:
    ///   - model: the record.
    ///   - deadline: from when on the record is no longer seen; nil: never.
    /// - Returns: the record as it is stored.
    /// - Throws: as `DynamicBucket.insert(_:expiresAt:)`.
    @discardableResult
    @inlinable
    public func insert(_ model: Model, expiresAt deadline: Timestamp? = nil) async throws -> Model {
        let record = try await dynamic.insert(model.fieldsToInsert(), expiresAt: deadline)
        // Made of the record even where nothing was added to it: a column may hold less than the property does, a date
        // its microseconds for example.
        return try Model(row: Row(record))
    }

    /// Inserts records, all of them or none.
    ///
    /// - Returns: the records as they are stored, in the same order.
    /// - Throws: as `DynamicBucket.insertMany(_:)`.
    @discardableResult
    public func insertMany(_ models: some Sequence<Model>) async throws -> [Model] {
        try await dynamic.insertMany(try models.map { try $0.fieldsToInsert() }).map(made)
    }

    /// Inserts a record, or writes its properties over those of the one that has its key.
    ///
    /// A property that is nil clears its column there; columns that the type does not declare stay.
    ///
    /// - Throws: as `DynamicBucket.upsert(_:)`.
    @discardableResult
    public func upsert(_ model: Model) async throws -> Model {
        let whole = try model.whole()
        return try made(try await dynamic.upsert(whole.toInsert, merging: whole.toMerge))
    }

    /// Changes a record by a closure, atomically.
    ///
    /// The closure may run more than once: it should do nothing but change the record.
    ///
    /// - Throws: as `DynamicBucket.update(_:_:)`, and what `change` throws.
    @discardableResult
    public func update(
        _ key: Model.Key, _ change: @escaping @Sendable (inout Model) throws -> Void
    ) async throws -> Model {
        try made(
            try await dynamic.update(key) { fields in try Model.change(&fields, change) })
    }

    /// Puts a record in the place of the one that has its key, which must exist.
    ///
    /// A property that is nil clears its column; what the store has generated, and columns that the type does not
    /// declare, stay. With `ifVersion`, the record must have this version: compare-and-set.
    ///
    /// - Throws: as `DynamicBucket.replace(_:with:ifVersion:)`.
    @discardableResult
    public func replace(_ model: Model, ifVersion version: Int? = nil) async throws -> Model {
        let whole = try model.whole()
        return try made(
            try await dynamic.rewrite(whole.key, with: whole.toMerge, ifVersion: version))
    }

    /// Deletes a record.
    ///
    /// - Returns: whether there was one.
    /// - Throws: as `DynamicBucket.delete(_:ifVersion:)`.
    @discardableResult
    public func delete(_ key: Model.Key, ifVersion version: Int? = nil) async throws -> Bool {
        try await dynamic.delete(key, ifVersion: version)
    }

    /// Adds to a number of a record; concurrent increments all count.
    ///
    /// - Throws: as `DynamicBucket.increment(_:_:by:)`, and ``QueryError`` if the property is no column.
    @discardableResult
    public func increment<Number: StoreValue & Numeric>(
        _ key: Model.Key, _ path: KeyPath<Model, Number>, by amount: Number = 1
    ) async throws -> Model {
        guard let name = Model.schema.storage.name(of: path) else {
            throw QueryError.unknown(path, Model.schema.name)
        }
        return try made(try await dynamic.increment(key, name, by: amount.storeValue))
    }

    /// Deletes every record that satisfies `predicate`, in one commit.
    ///
    /// - Returns: how many there were.
    /// - Throws: as `DynamicBucket.deleteMany(where:)`, and ``QueryError`` if a property is no column.
    @discardableResult
    public func deleteMany(where predicate: (Properties<Model>) -> Predicate) async throws -> Int {
        let predicate = try Model.predicate(predicate)
        return try await dynamic.deleteMany(where: predicate)
    }

    /// Deletes every record in one commit.
    ///
    /// - Returns: how many there were.
    /// - Throws: as `DynamicBucket.clear()`.
    @discardableResult
    public func clear() async throws -> Int { try await dynamic.clear() }
}

extension StoreRecord {
    /// The columns, as the record writes them; Codable leaves out what is nil.
    func fields() throws -> Fields {
        var row = RowWriter(capacity: Self.schema.storage.fields.count, skipsNulls: false)
        try encode(into: &row)
        return Fields(uniquing: row.entries)
    }

    /// What a whole instance writes over a record, and into none.
    func whole() throws -> (key: StoreCore.Key, toInsert: Fields, toMerge: Fields) {
        let fields = try fields()
        let plan = Self.schema.plan
        return (
            Self.schema.storage.key(of: fields), plan.fieldsToInsert(fields),
            plan.fieldsToMerge(fields)
        )
    }

    /// The columns of a record to be inserted: without what is nil, so that defaults apply, and without what the store
    /// is to make.
    @inlinable
    func fieldsToInsert() throws -> Fields {
        let plan = Self.schema.plan
        var row = RowWriter(capacity: plan.count, skipsNulls: true)
        try encode(into: &row)
        return plan.fieldsToInsert(row)
    }

    /// Changes fields by way of an instance.
    static func change(_ fields: inout Fields, _ change: (inout Self) throws -> Void) throws {
        var model = try Self(row: Row(fields))
        try change(&model)
        let written = try model.fields()
        for name in schema.plan.names where !written.contains(name) && fields.contains(name) {
            fields[name] = nil
        }
        fields.merge(written)
    }

    static func predicate(_ body: (Properties<Self>) -> Predicate) throws -> Predicate {
        let properties = Properties<Self>()
        let predicate = body(properties)
        if let missing = properties.faults.missing {
            throw QueryError.unknown(missing, schema.name)
        }
        return predicate
    }
}
