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
        #expect(
            try await depot.items.update("a", ["place": ["city": "Basel"]])["place"] == [
                "city": "Basel"
            ])
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
}
