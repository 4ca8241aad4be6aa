/// Reads one bucket's records as instances of their type.
///
/// Handles, snapshots, tracked readers and the buckets inside a write all read in the same way:
///
/// ```swift
/// try orders.get(10_248)
/// try orders.where { $0.status == .pending && $0.total > 100 }.order(by: \.total).all()
/// ```
public protocol TypedReader<Model>: Sendable {
    /// The type of the records.
    associatedtype Model: StoreRecord

    /// Where the reads go.
    var source: ReadSource { get }
}

/// Reads typed records wherever a source leads.
public struct TypedSource<Model: StoreRecord>: TypedReader {
    /// Where the reads go.
    public let source: ReadSource

    /// Reads what `reader` reads, which is to be a bucket of this type of records.
    public init(_ type: Model.Type = Model.self, of reader: some StoreReader) {
        source = reader.source
    }
}

/// A typed record with what the store knows about it.
public struct Entry<Model: StoreRecord>: Sendable {
    /// The record.
    public let value: Model
    /// The same record with its fields by name, and its metadata.
    public let record: Record

    init(_ record: Record) throws {
        self.record = record
        value = try Model(row: Row(record))
    }

    /// 1 when the record was inserted, one more with each update.
    public var version: Int { record.version }
    /// When the record was inserted, by the store's clock.
    public var createdAt: Timestamp { record.createdAt }
    /// When the record was last written, by the store's clock.
    public var updatedAt: Timestamp { record.updatedAt }
    /// When the record expires; nil when it never does.
    public var expiresAt: Timestamp? { record.expiresAt }
}

extension TypedReader {
    /// The record with `key`, or nil if there is none.
    ///
    /// - Throws: `StoreError` if the store has stopped or the bucket is gone; what `Model.init(row:)` throws.
    /// - Complexity: O(log n), and making the instance.
    public func get(_ key: Model.Key) throws -> Model? {
        guard let record = try record(key) else { return nil }
        return try Model(row: Row(record))
    }

    /// The record with `key` and its metadata, or nil if there is none.
    ///
    /// - Throws: as `get(_:)`.
    public func entry(_ key: Model.Key) throws -> Entry<Model>? { try record(key).map(Entry.init) }

    /// Whether there is a record with `key`.
    ///
    /// - Throws: `StoreError` if the store has stopped or the bucket is gone.
    public func contains(_ key: Model.Key) throws -> Bool {
        try source.look(key.storeKey, reading: .none) { $0 != nil }
    }

    @inline(__always)
    private func record(_ key: Model.Key) throws -> Record? {
        try source.look(key.storeKey, reading: .all) { $0.map { Record($0.storage) } }
    }

    /// A query for all records of the bucket.
    public var query: TypedQuery<Model> { TypedQuery(Query(source)) }

    /// A query for the records that satisfy a predicate over the properties.
    public func `where`(_ predicate: (Properties<Model>) -> Predicate) -> TypedQuery<Model> {
        query.where(predicate)
    }

    /// A query for all records in the order of a property.
    public func order<Property: StoreValue>(
        by path: KeyPath<Model, Property>, _ direction: SortDirection = .ascending,
        ignoringCase: Bool = false
    ) -> TypedQuery<Model> {
        query.order(by: path, direction, ignoringCase: ignoringCase)
    }

    /// All records, in the bucket's order.
    ///
    /// - Throws: as ``TypedQuery/all()``.
    public func all() throws -> [Model] { try query.all() }

    /// The number of records.
    ///
    /// - Throws: `StoreError` if the store has stopped or the bucket is gone.
    public func count() throws -> Int { try Query(source).count() }

    /// The first record in the bucket's order, or nil if there is none.
    ///
    /// - Throws: as ``TypedQuery/all()``.
    public func first() throws -> Model? { try query.first() }
}
