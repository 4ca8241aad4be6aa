import StoreCore
import StoreTesting

/// A store whose clock stands still, with one bucket that has a bit of everything.
struct Depot {
    let store: Store
    let clock: ManualClock
    let items: DynamicBucket

    static let schema: BucketSchema = [
        "id": .string,
        "name": .string(required: true),
        "code": .string(unique: true),
        "role": .string,
        "rank": .integer,
        "score": .number,
        "tags": .array,
        "place": .object,
    ]

    init(_ options: [StoreOption] = [], _ bucketOptions: [BucketOption] = []) async throws {
        clock = ManualClock()
        store = try await Store.start("depot", [.clock(clock)] + options)
        items = try await store.defineBucket(
            "items", key: "id", schema: Depot.schema,
            indexes: ["role", ["role", "rank"], "score"],
            bucketOptions)
    }

    /// A depot with records `a`, `b` and so on, named after their keys.
    static func filled(
        _ keys: String = "abc", _ options: [StoreOption] = [], _ bucketOptions: [BucketOption] = []
    ) async throws -> Depot {
        let depot = try await Depot(options, bucketOptions)
        for (rank, key) in keys.enumerated() {
            try await depot.items.insert(Depot.record("\(key)", rank: rank))
        }
        return depot
    }

    static func record(_ key: String, rank: Int = 0) -> Fields {
        [
            "id": .string(key), "name": .string("item \(key)"), "code": .string("code-\(key)"),
            "role": rank.isMultiple(of: 2) ? "even" : "odd", "rank": .integer(Int64(rank)),
            "score": .double(Double(rank) / 2),
        ]
    }

    /// A second, simple bucket: `id` and whatever else comes.
    func shelf(_ name: String = "shelf", _ options: BucketOption...) async throws -> DynamicBucket {
        try await store.defineBucket(name, key: "id", schema: ["id": .string], indexes: [], options)
    }

    var keys: [String] { get throws { try items.all().map { $0.key.value.string ?? "?" } } }
}
