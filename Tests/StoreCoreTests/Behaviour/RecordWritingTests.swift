import StoreCore
import StoreTesting
import Testing

@Suite struct `Writing records` {
    @Test func `insert stores a record and returns it`() async throws {
        let depot = try await Depot()
        let record = try await depot.items.insert(Depot.record("a"))
        #expect(record.fields == Depot.record("a"))
        #expect(try depot.items.all() == [record])
    }

    @Test func `get returns the record or nil`() async throws {
        let depot = try await Depot.filled("a")
        #expect(try depot.items.get("a")?["name"] == "item a")
        #expect(try depot.items.get("b") == nil)
        #expect(try depot.items.contains("a"))
        #expect(try !depot.items.contains("b"))
    }

    @Test func `insert with a key that exists is refused, and the old record stays`() async throws {
        let depot = try await Depot.filled("a")
        try await expectRefusal(UniqueConstraintError.self, by: depot.store) {
            try await depot.items.insert(["id": "a", "name": "other", "role": "other"])
        }
        #expect(try depot.items.where(["role": "other"]).count() == 0)
    }

    @Test func `update merges: what is not named stays, nil clears`() async throws {
        let depot = try await Depot.filled("a")
        let record = try await depot.items.update("a", ["rank": 5, "code": nil, "new": true])
        #expect(record["rank"] == 5)
        #expect(record["code"].isNull)
        #expect(record["new"] == true)
        #expect(record["name"] == "item a")
    }

    @Test func `update merges one level deep: objects are replaced`() async throws {
        let depot = try await Depot()
        try await depot.items.insert(
            Depot.record("a").merging(["place": ["city": "Bern", "zip": "3000"]]))
        #expect(try await depot.items.update("a", ["place": ["city": "Basel"]])["place"] == ["city": "Basel"])
    }

    @Test func `update by a closure changes what the closure changed`() async throws {
        let depot = try await Depot.filled("a")
        let record = try await depot.items.update("a") { fields in
            fields["rank"] = .integer((fields["rank"].int64 ?? 0) + 5)
            fields.removeValue("code")
        }
        #expect(record["rank"] == 5)
        #expect(record["code"].isNull)
        #expect(record["name"] == "item a")
    }

    @Test func `an update of a key that is not there is an error that says so`() async throws {
        let depot = try await Depot()
        await #expect(throws: RecordNotFoundError(bucket: "items", key: "a")) {
            try await depot.items.update("a", ["rank": 5])
        }
    }

    @Test func `an update that keeps the key or repeats it is fine`() async throws {
        let depot = try await Depot.filled("a")
        #expect(try await depot.items.update("a", ["id": "a", "rank": 2]).version == 2)
    }

    @Test func `an update that fails leaves everything as it was`() async throws {
        let depot = try await Depot.filled("ab")
        try await expectRefusal(UniqueConstraintError.self, by: depot.store) {
            try await depot.items.update("a", ["role": "x", "rank": 9, "code": "code-b"])
        }
    }

    @Test func `an update neither evicts nor prolongs`() async throws {
        let depot = try await Depot()
        let deadline = depot.clock.now + .seconds(5)
        try await depot.items.insert(Depot.record("a"), expiresAt: deadline)
        try await depot.items.insert(Depot.record("b"))
        try await depot.items.update("a", ["rank": 5])
        #expect(try depot.items.get("a")?.expiresAt == deadline)
        #expect(try depot.items.count() == 2)
    }

    @Test func `delete says whether something was deleted, and may be repeated`() async throws {
        let depot = try await Depot.filled("a")
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        #expect(try await depot.items.delete("a"))
        #expect(try await depot.items.delete("a") == false)
        #expect(observer.commits.count == 1)
    }

    @Test func `clear tells of each record, empties every index and keeps the definition`() async throws {
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

    @Test func `upsert inserts what is not there and merges into what is`() async throws {
        let depot = try await Depot()
        #expect(try await depot.items.upsert(["id": "a", "name": "one", "rank": 1]).version == 1)
        let merged = try await depot.items.upsert(["id": "a", "name": "two"])
        #expect(merged.version == 2)
        #expect(merged["rank"] == 1)
        #expect(merged["name"] == "two")
    }

    @Test func `replace puts other fields in the place of all`() async throws {
        let depot = try await Depot.filled("a")
        let record = try await depot.items.replace("a", with: ["name": "new"])
        #expect(record.fields == ["id": "a", "name": "new"])
        #expect(try depot.items.where(["code": "code-a"]).count() == 0)
    }

    @Test func `increment adds, an absent number counting as zero`() async throws {
        let depot = try await Depot.filled("a")
        #expect(try await depot.items.increment("a", "rank")["rank"] == 1)
        #expect(try await depot.items.increment("a", "rank", by: -5)["rank"] == -4)
        #expect(try await depot.items.increment("a", "score", by: 0.5)["score"] == 0.5)
        #expect(try await depot.items.increment("a", "visits")["visits"] == 1)
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
}
