import StoreCore
import StoreTesting
import Testing

/// Record `a` has expired and is still there.
@Suite struct `Writes that meet what has expired` {
    private func depot() async throws -> (Depot, RecordingObserver) {
        let depot = try await Depot()
        try await depot.items.insert(
            Depot.record("a", rank: 6), expiresAt: depot.clock.now + .seconds(1))
        depot.clock.advance(by: .seconds(1))
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        return (depot, observer)
    }

    @Test func `an insert with its key expires it in the same commit`() async throws {
        let (depot, observer) = try await depot()
        let record = try await depot.items.insert(["id": "a", "name": "new"])
        #expect(record.version == 1)
        #expect(record.expiresAt == nil)
        #expect(observer.commits.count == 1)
        #expect(observer.changes.map(\.kind) == [.deleted, .inserted])
        #expect(observer.changes.map(\.reason) == [.expired, .user])
        #expect(try depot.items.storedCount() == 1)
    }

    @Test func `expiring it leaves its key free for another record in the same batch`() async throws
    {
        let (depot, observer) = try await depot()
        var batch = WriteBatch()
        batch.expire("a", from: depot.items)
        batch.insert(["id": "a", "name": "new"], into: depot.items)
        let record = try #require(try await depot.store.commit(batch).records[1])
        #expect(record.version == 1)
        #expect(record.createdAt == depot.clock.now)
        #expect(observer.changes.map(\.kind) == [.deleted, .inserted])
        #expect(observer.changes.map(\.reason) == [.expired, .user])
        #expect(try depot.items.storedCount() == 1)
    }

    @Test func `an insert with its unique value expires it in the same commit`() async throws {
        let (depot, observer) = try await depot()
        try await depot.items.insert(["id": "b", "name": "new", "code": "code-a"])
        #expect(observer.commits.count == 1)
        #expect(observer.changes.map(\.key) == ["b", "a"])
        #expect(observer.changes.map(\.reason) == [.user, .expired])
        #expect(try depot.keys == ["b"])
    }

    @Test func `an update that wants its unique value expires it in the same commit`() async throws
    {
        let (depot, observer) = try await depot()
        try await depot.items.insert(["id": "b", "name": "new"])
        try await depot.items.update("b", ["code": "code-a"])
        #expect(observer.changes.last?.reason == .expired)
        #expect(try depot.items.storedCount() == 1)
    }

    @Test func `an upsert inserts`() async throws {
        let (depot, _) = try await depot()
        let record = try await depot.items.upsert(["id": "a", "name": "new"])
        #expect(record.version == 1)
        #expect(record["rank"].isNull)
    }

    @Test func `updates, increments and deadlines do not find it`() async throws {
        let (depot, _) = try await depot()
        let items = depot.items
        try await expectRefusal(RecordNotFoundError.self, by: depot.store) {
            try await items.update("a", ["rank": 1])
        }
        try await expectRefusal(RecordNotFoundError.self, by: depot.store) {
            try await items.update("a") { $0["rank"] = 1 }
        }
        try await expectRefusal(RecordNotFoundError.self, by: depot.store) {
            try await items.replace("a", with: ["name": "x"])
        }
        try await expectRefusal(RecordNotFoundError.self, by: depot.store) {
            try await items.increment("a", "rank")
        }
        try await expectRefusal(RecordNotFoundError.self, by: depot.store) {
            try await items.setDeadline("a", nil)
        }
        try await expectRefusal(ConflictError.self, by: depot.store) {
            try await items.update("a", ["rank": 1], ifVersion: 1)
        }
    }

    @Test func `a deletion finds nothing to delete`() async throws {
        let (depot, observer) = try await depot()
        #expect(try await depot.items.delete("a") == false)
        #expect(try await depot.items.deleteMany(where: .all) == 0)
        #expect(try await depot.items.updateMany(where: .all, ["rank": 1]) == 0)
        #expect(observer.commits.isEmpty)
    }

    @Test func `clearing takes it along as expired and does not count it`() async throws {
        let (depot, observer) = try await depot()
        try await depot.items.insert(Depot.record("b"))
        observer.reset()
        #expect(try await depot.items.clear() == 1)
        #expect(observer.changes.map(\.reason) == [.expired, .cleared])
        #expect(try depot.items.storedCount() == 0)
    }

    @Test func `a requirement that there is no such record holds`() async throws {
        let (depot, _) = try await depot()
        var batch = WriteBatch()
        batch.insert(["id": "a", "name": "new"], into: depot.items)
        try await depot.store.commit(batch, requiring: [.version(nil, of: "a", in: depot.items)])
        #expect(try depot.items.get("a")?["name"] == "new")
    }

    @Test func `a deadline that is moved in time keeps the record`() async throws {
        let depot = try await Depot()
        let start = depot.clock.now
        try await depot.items.insert(Depot.record("a"), expiresAt: start + .seconds(1))
        try await depot.items.setDeadline("a", start + .seconds(5))
        depot.clock.advance(by: .seconds(2))
        #expect(try depot.items.get("a")?.expiresAt == start + .seconds(5))
        try await depot.items.setDeadline("a", nil)
        depot.clock.advance(by: .seconds(100))
        #expect(try depot.items.get("a")?.expiresAt == nil)
    }

    @Test func `an update neither moves nor loses the deadline`() async throws {
        let depot = try await Depot()
        let deadline = depot.clock.now + .seconds(1)
        try await depot.items.insert(Depot.record("a"), expiresAt: deadline)
        #expect(try await depot.items.update("a", ["rank": 1]).expiresAt == deadline)
        #expect(try await depot.items.replace("a", with: ["name": "x"]).expiresAt == deadline)
        #expect(try await depot.items.increment("a", "rank").expiresAt == deadline)
    }

    @Test func `what has expired does not block later in one write either`() async throws {
        let (depot, observer) = try await depot()
        try await depot.store.write { tx in
            let items = try tx.bucket("items")
            try items.insert(["id": "a", "name": "one"])
            try items.delete("a")
            try items.insert(["id": "a", "name": "two"])
            #expect(try items.all().map { $0["name"] } == ["two"])
            #expect(try items.count() == 1)
        }
        #expect(observer.changes.map(\.kind) == [.deleted, .inserted])
        #expect(try depot.items.storedCount() == 1)
    }
}
