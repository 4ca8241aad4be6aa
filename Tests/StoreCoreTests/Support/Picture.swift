import StoreCore
import Testing

/// Everything that can be seen of a store: two pictures are equal when nothing has changed between them.
struct Picture: Equatable {
    struct Bucket: Equatable {
        let reference: BucketReference
        let records: [Sheet]
        let stored: Int
        /// For each index, the keys in its order.
        let orders: [String: [Key]]
        /// For each unique value, the key that a look-up by it finds.
        let holders: [String: [Key]]
    }

    struct Sheet: Equatable {
        let fields: Fields
        let version: Int
        let createdAt: Timestamp
        let updatedAt: Timestamp
        let expiresAt: Timestamp?
    }

    let position: Position
    let definitions: [BucketDefinition]
    let buckets: [Bucket]
    let components: [String]
    let observers: Int
    let history: [Position]
}

extension Picture {
    init(of store: Store) async throws {
        let snapshot = try store.snapshot()
        let definitions = store.buckets
        let stats = try store.stats()
        var buckets: [Bucket] = []
        for definition in definitions {
            buckets.append(try Bucket(try snapshot.bucket(definition.name), definition))
        }
        position = snapshot.position
        self.definitions = definitions
        self.buckets = buckets
        components = stats.components.keys.sorted()
        observers = stats.observers
        history =
            (try? await store.history.commits(after: .start, limit: .max).map(\.position)) ?? []
    }
}

extension Picture.Bucket {
    init(_ bucket: SnapshotBucket, _ definition: BucketDefinition) throws {
        var orders: [String: [Key]] = [:]
        for index in definition.indexes {
            let steps = index.fields.map { Ordering(FieldPath($0)) }
            orders[index.name] = try bucket.order(by: steps).all().map(\.key)
        }
        var holders: [String: [Key]] = [:]
        let records = try bucket.all()
        for named in definition.schema.columns where named.column.isUnique {
            holders[named.name] = try records.flatMap { record in
                try bucket.where([named.name: record[named.name]]).all().map(\.key)
            }
        }
        self.init(
            reference: bucket.reference, records: records.map(Picture.Sheet.init),
            stored: try bucket.storedCount(), orders: orders, holders: holders)
    }
}

extension Picture.Sheet {
    init(_ record: Record) {
        self.init(
            fields: record.fields, version: record.version, createdAt: record.createdAt,
            updatedAt: record.updatedAt, expiresAt: record.expiresAt)
    }
}

/// Expects `body` to throw an error of this type and to leave the store exactly as it was.
///
/// - Returns: the error.
@discardableResult
func expectRefusal<E: Error>(
    _ type: E.Type, by store: Store, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async throws -> E {
    let before = try await Picture(of: store)
    var thrown: (any Error)?
    do { _ = try await body() } catch { thrown = error }
    let error = try #require(thrown, "nothing was refused", sourceLocation: sourceLocation)
    let after = try await Picture(of: store)
    #expect(after == before, sourceLocation: sourceLocation)
    return try #require(error as? E, "\(error)", sourceLocation: sourceLocation)
}

/// Expects a `StoreError` of this reason, and a store as it was.
func expectRefusal(
    _ reason: StoreError.Reason, by store: Store,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> some Any
) async throws {
    let error = try await expectRefusal(
        StoreError.self, by: store, sourceLocation: sourceLocation, body)
    #expect(error.reason == reason, sourceLocation: sourceLocation)
}
