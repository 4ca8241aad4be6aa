import StoreCore
import StoreTesting
import Testing

@Suite struct `Indexes and unique values` {
    private func found(_ depot: Depot, _ fields: Fields) throws -> [Key] {
        let query = depot.items.where(fields)
        #expect(try query.explain().access != .scan)
        return try query.all().map(\.key)
    }

    @Test func `an index finds every record with a value`() async throws {
        let depot = try await Depot.filled("abcdefghijklmnopqrstuvwxyz")
        try await depot.items.updateMany(where: .field("rank") < 3, ["role": "low"])
        #expect(try found(depot, ["role": "low"]) == ["a", "b", "c"])
        #expect(try found(depot, ["role": "none"]) == [])
        #expect(try found(depot, ["role": "odd", "rank": 3]) == ["d"])
    }

    @Test func `a unique field is looked up by its value without being listed`() async throws {
        let depot = try await Depot.filled("abc")
        #expect(try depot.items.where(["code": "code-b"]).explain().access == .unique(["code"]))
        #expect(try found(depot, ["code": "code-b"]) == ["b"])
    }

    @Test func `a field listed and unique has one unique value, however often it is said`()
        async throws
    {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .string, "code": .string(unique: true)],
            indexes: ["code", .unique("code"), .unique("id")])
        #expect(try store.stats().buckets[0].uniques == ["code"])
        try await bucket.insert(["id": "a", "code": "x"])
        await #expect(throws: UniqueConstraintError.self) {
            try await bucket.insert(["id": "b", "code": "x"])
        }
    }

    @Test func `many records may lack a unique value`() async throws {
        let depot = try await Depot()
        for key in ["a", "b", "c"] {
            try await depot.items.insert(["id": .string(key), "name": "x", "code": nil])
        }
        try await depot.items.insert(["id": "d", "name": "x"])
        #expect(try depot.items.where(["code": nil]).count() == 4)
        try await depot.items.updateMany(where: .all, ["code": nil])
    }

    @Test func `a unique index over several fields refuses only all of them together`() async throws
    {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .integer, "country": .string, "number": .integer],
            indexes: [.unique("country", "number")])
        try await bucket.insert(["id": 1, "country": "CH", "number": 1])
        try await bucket.insert(["id": 2, "country": "CH", "number": 2])
        try await bucket.insert(["id": 3, "country": "DE", "number": 1])
        try await bucket.insert(["id": 4, "country": "CH"])
        try await bucket.insert(["id": 5, "country": "CH"])
        let error = try await expectRefusal(UniqueConstraintError.self, by: store) {
            try await bucket.insert(["id": 6, "country": "CH", "number": 2])
        }
        #expect(error.fields == ["country", "number"])
        #expect(error.value == ["CH", 2])
        #expect(error.key == 6)
    }

    @Test func `a write that fails leaves no trace in any index`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id",
            schema: [
                "id": .integer, "one": .string(unique: true), "two": .string(unique: true),
                "n": .integer,
            ], indexes: ["n"])
        try await bucket.insert(["id": 1, "one": "a", "two": "b", "n": 1])
        try await expectRefusal(UniqueConstraintError.self, by: store) {
            try await bucket.insert(["id": 2, "one": "free", "two": "b", "n": 2])
        }
        #expect(try bucket.where(["one": "free"]).count() == 0)
        #expect(try bucket.where(["n": 2]).count() == 0)
        try await bucket.insert(["id": 2, "one": "free", "two": "c", "n": 2])
    }

    @Test func `a record may keep its own unique value in an update`() async throws {
        let depot = try await Depot.filled("ab")
        #expect(try await depot.items.update("a", ["code": "code-a", "rank": 5])["rank"] == 5)
    }

    @Test(
        arguments: [
            { _ = try await $0.delete("a") },
            { _ = try await $0.update("a", ["code": "other"]) },
            { _ = try await $0.update("a", ["code": nil]) },
            { _ = try await $0.replace("a", with: ["name": "x"]) },
            { _ = try await $0.clear() },
            { _ = try await $0.deleteMany(where: .field("id") == "a") },
        ] as [@Sendable (DynamicBucket) async throws -> Void])
    func `a unique value that was given up is free at once`(
        giveUp: @Sendable (DynamicBucket) async throws -> Void
    ) async throws {
        let depot = try await Depot.filled("a")
        try await giveUp(depot.items)
        try await depot.items.insert(["id": "new", "name": "x", "code": "code-a"])
        #expect(try found(depot, ["code": "code-a"]) == ["new"])
    }

    @Test func `a refused value is told with its bucket, field and key`() async throws {
        let depot = try await Depot.filled("a")
        let error = try await expectRefusal(UniqueConstraintError.self, by: depot.store) {
            try await depot.items.insert(["id": "b", "name": "x", "code": "code-a"])
        }
        #expect(
            error
                == UniqueConstraintError(
                    bucket: "items", fields: ["code"], value: "code-a", key: "b"))
    }

    @Test func `indexes follow updates, deletions, clears and large batches`() async throws {
        let depot = try await Depot()
        try await depot.items.insertMany((0..<1_000).map { Depot.record("k\($0)", rank: $0) })
        try await depot.items.updateMany(where: .field("rank") < 500, ["role": "low"])
        try await depot.items.deleteMany(where: .field("rank") >= 900)
        #expect(try depot.items.where(["role": "low"]).count() == 500)
        #expect(try depot.items.where(["role": "even"]).count() == 200)
        #expect(try depot.items.where(["code": "code-k950"]).count() == 0)
        #expect(try depot.items.order(by: "score", .descending).first()?.key == "k899")
        try await depot.items.clear()
        #expect(try depot.items.where(["role": "low"]).count() == 0)
        #expect(try depot.items.order(by: "score").first() == nil)
    }

    @Test func `equal numbers are one unique value, whatever their type`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .integer, "n": .number(unique: true)])
        try await bucket.insert(["id": 1, "n": 1])
        try await bucket.insert(["id": 2, "n": 0.0])
        for taken in [.double(1), .double(-0.0), 0] as [Value] {
            try await expectRefusal(UniqueConstraintError.self, by: store) {
                try await bucket.insert(["id": 3, "n": taken])
            }
        }
    }

    @Test func `a rejected insert evicts nothing`() async throws {
        let depot = try await Depot(
            [],
            [
                .policy { context in
                    guard context.count > 2 else { return [] }
                    let oldest = try context.before("items").oldest(limit: context.count - 2)
                    return oldest.map { .delete(bucket: "items", key: $0.key, reason: .evicted) }
                }
            ])
        for key in "abc" { try await depot.items.insert(Depot.record("\(key)")) }
        #expect(try depot.keys == ["b", "c"])
        try await expectRefusal(UniqueConstraintError.self, by: depot.store) {
            try await depot.items.insert(["id": "d", "name": "x", "code": "code-c"])
        }
    }
}
