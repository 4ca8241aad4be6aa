import Measuring
import StoreCore

/// The store through its dynamic API: a schema, a unique key, an index on the role, a commit for
/// each write.
final class StoreDriver: Sendable {
    static let bucket = "record"

    let store: Store
    let records: DynamicBucket

    init() async throws {
        store = try await Store.start("bench")
        records = try await store.defineBucket(
            StoreDriver.bucket, key: "id",
            schema: [
                "id": .string(required: true),
                "name": .string(),
                "value": .number(),
                "role": .string(),
                "group": .string(),
            ],
            indexes: ["role"])
    }

    /// Inserts many records; never measured.
    func fill(_ input: some Sequence<Fields>) async throws {
        for fields in input { try await records.insert(fields) }
    }

    /// The records as the store takes them, made before anything is measured.
    static func fields(_ rows: [Row]) -> [Fields] {
        rows.map { row in
            [
                "id": .string(row.id), "name": .string(row.name), "value": .double(row.value),
                "role": .string(row.role), "group": .string(row.group),
            ]
        }
    }

    /// The changes of an update round: one field, not indexed.
    func patches(_ data: Dataset, _ picks: Range<Int>) -> [Fields] {
        picks.map { ["value": .double(data.newValue($0))] }
    }
}
