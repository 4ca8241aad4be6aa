import StoreCore
import StoreTesting
import Testing

@Suite struct `Metadata` {
    /// Every way to change a record's fields, even if they stay the same.
    private static let changes: [@Sendable (DynamicBucket) async throws -> Record] = [
        { try await $0.update("a", ["rank": 1]) },
        { try await $0.update("a") { $0["rank"] = 1 } },
        { try await $0.replace("a", with: ["name": "x"]) },
        { try await $0.upsert(["id": "a", "name": "x"]) },
        { try await $0.increment("a", "rank") },
    ]

    @Test func `a new record has version 1, and was created and updated now`() async throws {
        let depot = try await Depot()
        depot.clock.advance(by: .seconds(7))
        let record = try await depot.items.insert(Depot.record("a"))
        #expect(record.version == 1)
        #expect(record.createdAt == depot.clock.now)
        #expect(record.updatedAt == depot.clock.now)
        #expect(record.expiresAt == nil)
    }

    @Test(arguments: changes.indices)
    func `each change counts the version on and moves updatedAt alone`(
        index: Int
    ) async throws {
        let depot = try await Depot.filled("a")
        let old = try #require(try depot.items.get("a"))
        depot.clock.advance(by: .seconds(7))
        let new = try await Self.changes[index](depot.items)
        #expect(new.version == 2)
        #expect(new.createdAt == old.createdAt)
        #expect(new.updatedAt == depot.clock.now)
    }

    @Test func `a change of the deadline alone moves nothing else`() async throws {
        let depot = try await Depot.filled("a")
        let old = try #require(try depot.items.get("a"))
        depot.clock.advance(by: .seconds(7))
        let deadline = depot.clock.now + .seconds(60)
        let new = try await depot.items.setDeadline("a", deadline)
        #expect(new.version == old.version)
        #expect(new.createdAt == old.createdAt)
        #expect(new.updatedAt == old.updatedAt)
        #expect(new.expiresAt == deadline)
    }

    static let forged: Fields = [
        "_version": 99, "_createdAt": .date(.distantPast), "_updatedAt": .date(.distantPast),
        "_expiresAt": .date(.distantPast),
    ]

    @Test func `metadata that an insert gives is ignored`() async throws {
        let depot = try await Depot()
        let record = try await depot.items.insert(Depot.record("a").merging(Self.forged))
        #expect(record.version == 1)
        #expect(record.createdAt == depot.clock.now)
        #expect(record.expiresAt == nil)
        #expect(record.fields == Depot.record("a"))
        #expect(try depot.items.get("a") != nil)
    }

    @Test(
        arguments: [
            { try await $0.update("a", Metadata.forged) },
            { try await $0.update("a") { $0.merge(Metadata.forged) } },
            { try await $0.replace("a", with: Depot.record("a").merging(Metadata.forged)) },
            { try await $0.upsert(Depot.record("a").merging(Metadata.forged)) },
            { try await $0.increment("a", "_version", by: 40) },
        ] as [@Sendable (DynamicBucket) async throws -> Record])
    func `metadata that a change gives is ignored`(
        change: @Sendable (DynamicBucket) async throws -> Record
    ) async throws {
        let depot = try await Depot.filled("a")
        let record = try await change(depot.items)
        #expect(record.version == 2)
        #expect(record.createdAt == depot.clock.now)
        #expect(record.expiresAt == nil)
        #expect(record.fields == Depot.record("a"))
    }

    @Test func `metadata is ignored in a strict bucket too`() async throws {
        let depot = try await Depot([], [.strict])
        let record = try await depot.items.insert(Depot.record("a").merging(Self.forged))
        #expect(record.version == 1)
    }

    @Test func `an update that changes nothing counts as one`() async throws {
        let depot = try await Depot.filled("a")
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        let record = try await depot.items.update("a", ["rank": 0])
        #expect(record.version == 2)
        _ = try await depot.items.update("a", [:])
        _ = try await depot.items.update("a") { _ in }
        #expect(observer.changes.map(\.kind) == [.updated, .updated, .updated])
        #expect(try depot.items.get("a")?.version == 4)
    }

    @Test
    func `a deadline is given with the insert, moved and taken away by the store's own methods`()
        async throws
    {
        let depot = try await Depot()
        let deadline = depot.clock.now + .seconds(60)
        let record = try await depot.items.insert(Depot.record("a"), expiresAt: deadline)
        #expect(record.expiresAt == deadline)
        #expect(try await depot.items.setDeadline("a", nil).expiresAt == nil)
        #expect(try await depot.items.setDeadline("a", deadline).expiresAt == deadline)
    }

    @Test func `writes return the whole record as it is stored`() async throws {
        let depot = try await Depot.filled("a")
        let updated = try await depot.items.update("a", ["extra": 1])
        #expect(updated.fields == Depot.record("a").merging(["extra": 1]))
        #expect(try depot.items.get("a") == updated)
    }

    @Test func `a caller's copy of a record is the caller's own`() async throws {
        let depot = try await Depot()
        var tags: [Value] = ["x"]
        var fields = Depot.record("a").merging(["tags": .array(tags)])
        let record = try await depot.items.insert(fields)
        tags.append("y")
        fields["tags"] = .array(tags)
        var copy = record.fields
        copy["role"] = "forged"
        #expect(try depot.items.get("a")?["tags"] == ["x"])
        #expect(try depot.items.where(["role": "forged"]).count() == 0)
        #expect(try depot.items.where(["role": "even"]).count() == 1)
    }

    @Test func `metadata survives large batches`() async throws {
        let depot = try await Depot()
        try await depot.items.insertMany((0..<600).map { Depot.record("k\($0)") })
        depot.clock.advance(by: .seconds(1))
        try await depot.items.updateMany(where: .all, ["rank": 1])
        let records = try depot.items.all()
        #expect(records.allSatisfy { $0.version == 2 })
        #expect(records.allSatisfy { $0.createdAt == depot.clock.now - .seconds(1) })
        #expect(records.allSatisfy { $0.updatedAt == depot.clock.now })
    }
}
