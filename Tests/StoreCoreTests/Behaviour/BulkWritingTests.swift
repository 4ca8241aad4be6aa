import StoreCore
import StoreTesting
import Testing

@Suite struct `Writing many records` {
    @Test func `updateMany and deleteMany change all that match, in one commit`() async throws {
        let depot = try await Depot.filled("abcd")
        let before = depot.store.position.value
        #expect(try await depot.items.updateMany(where: .field("role") == "even", ["rank": 9]) == 2)
        #expect(try depot.items.all().map { $0["rank"] } == [9, 1, 9, 3])
        #expect(try await depot.items.deleteMany(where: .field("rank") == 9) == 2)
        #expect(try depot.keys == ["b", "d"])
        #expect(depot.store.position == Position(before + 2))
    }

    @Test func `insertMany inserts all or none, in order`() async throws {
        let depot = try await Depot()
        let records = try await depot.items.insertMany("cab".map { Depot.record("\($0)") })
        #expect(records.map(\.key) == ["c", "a", "b"])
        #expect(try depot.keys == ["c", "a", "b"])
        try await expectRefusal(ValidationError.self, by: depot.store) {
            try await depot.items.insertMany([Depot.record("x"), ["id": "y"], Depot.record("z")])
        }
    }

    @Test func `a write sees its own changes`() async throws {
        let depot = try await Depot.filled("ab")
        let total = try await depot.store.write { tx in
            let items = try tx.bucket("items")
            try items.increment("a", "rank", by: 10)
            try items.delete("b")
            try items.insert(Depot.record("c", rank: 4))
            #expect(try items.order(by: "rank").all().map(\.key) == ["c", "a"])
            #expect(try items.where(["role": "odd"]).count() == 0)
            #expect(try items.get("b") == nil)
            return try items.sum("rank")
        }
        #expect(total == 14)
    }
    @Test func `concurrent increments all count`() async throws {
        let depot = try await Depot.filled("a")
        await withThrowingTaskGroup { group in
            for _ in 0..<200 {
                group.addTask { _ = try await depot.items.increment("a", "rank") }
            }
        }
        #expect(try depot.items.get("a")?["rank"] == 200)
    }

    @Test func `clear tells of each record, empties every index and keeps the definition`()
        async throws
    {
        let depot = try await Depot.filled("abc")
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        #expect(try await depot.items.clear() == 3)
        #expect(observer.commits.count == 1)
        #expect(observer.changes.map(\.key) == ["a", "b", "c"])
        #expect(observer.changes.allSatisfy { $0.reason == .cleared && $0.kind == .deleted })
        #expect(try depot.items.where(["role": "even"]).count() == 0)
        try await depot.items.insert(Depot.record("a"))
        #expect(try depot.items.where(["code": "code-a"]).count() == 1)
    }

    @Test func `clear does not set autoincrement back`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .integer(generated: .autoincrement)])
        try await bucket.insertMany([[:], [:], [:]])
        try await bucket.clear()
        #expect(try await bucket.insert([:]).key == 4)
    }
}
