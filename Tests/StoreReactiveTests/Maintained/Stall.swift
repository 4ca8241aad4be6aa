import StoreCore
import StoreReactive
import StoreTTL
import StoreTesting

/// A store on a clock that stands still, with fruit.
struct Stall {
    let clock = ManualClock()
    let store: Store
    let fruit: DynamicBucket

    /// Fruit with the numbers from 0 to `count`, whose prices are the same.
    init(_ count: Int = 0, indexes: [IndexDefinition] = []) async throws {
        store = try await Store.start("stall", .clock(clock), .expiry(checkInterval: .zero))
        fruit = try await store.defineBucket(
            "fruit", key: "id",
            schema: [
                "id": .integer, "kind": .string(), "price": .integer,
                "stand": .integer(references: "stands"),
            ], indexes: indexes)
        try await put(0..<count)
    }

    func put(_ ids: Range<Int>) async throws {
        try await fruit.insertMany(
            ids.map { ["id": .integer(Int64($0)), "price": .integer(Int64($0)), "kind": "apple"] })
    }

    /// Stands with the numbers from 0 to `count`, to which fruit may refer.
    func stands(_ count: Int) async throws -> DynamicBucket {
        let stands = try await store.defineBucket(
            "stands", key: "id", schema: ["id": .integer, "n": .integer])
        try await stands.insertMany((0..<count).map { ["id": .integer(Int64($0)), "n": 0] })
        return stands
    }

    /// What a query value shows when everything has settled.
    func shown<Value>(by live: Live<Value>) async throws -> Value? {
        try await store.settle()
        return live.latest?.value
    }
}

extension LiveList<Record> {
    var ids: [Int64] { compactMap { $0["id"].int64 } }
}
