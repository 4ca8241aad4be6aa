import StoreCore
import StoreEvents
import StoreTesting
import Testing

@Suite struct `Reasons` {
    /// What a subscriber of everything is told, as `topic key`, with the reason behind a deletion.
    private func told(
        _ shop: Shop, _ write: () async throws -> Void
    ) async throws -> [String] {
        let notes = Notes()
        shop.store.on("**") { event, topic in
            let reason = event.new == nil ? " \(event.reason)" : ""
            await notes.note("\(topic) \(event.key)\(reason)")
        }
        try await write()
        try await shop.store.settle()
        return await notes.all
    }

    @Test(arguments: [Change.Reason.user, .expired, .evicted, .cascade])
    func `tell one deletion from another`(reason: Change.Reason) async throws {
        let shop = try await Shop()
        try await shop.order(1)
        let events = shop.store.events("bucket.orders.deleted")
        var batch = WriteBatch()
        batch.delete(1, from: shop.orders, reason: reason)
        try await shop.store.commit(batch)
        var iterator = events.makeAsyncIterator()
        let event = try #require(await iterator.next())
        #expect(event.kind == .deleted(reason))
        #expect(event.reason == reason)
    }

    @Test func `of a cascade stand behind what has caused it`() async throws {
        let shop = try await Shop()
        let lines = try await shop.store.defineBucket(
            "lines", key: "id",
            schema: [
                "id": .integer(generated: .autoincrement),
                "order": .integer(required: true).references("orders", onDelete: .cascade),
            ])
        try await shop.order(1)
        for _ in 1...2 { try await lines.insert(["order": 1]) }
        let told = try await told(shop) { try await shop.orders.delete(1) }
        #expect(
            told == [
                "bucket.orders.deleted 1 user", "bucket.lines.deleted 1 cascade",
                "bucket.lines.deleted 2 cascade",
            ])
    }

    @Test func `of a cleared bucket come with each of its records`() async throws {
        let shop = try await Shop()
        try await shop.order(3)
        let told = try await told(shop) { try await shop.orders.clear() }
        #expect(told == (1...3).map { "bucket.orders.deleted \($0) cleared" })
    }

    @Test func `of an update that only moves the deadline say so`() async throws {
        let shop = try await Shop()
        try await shop.order(1)
        let events = shop.store.events("bucket.orders.*")
        try await shop.orders.setDeadline(1, shop.clock.now + .seconds(1))
        var iterator = events.makeAsyncIterator()
        let event = try #require(await iterator.next())
        #expect(event.kind == .updated)
        #expect(event.reason == .touched)
    }

    @Test func `a dropped bucket is no event, and a change of definition for who takes commits`()
        async throws
    {
        let shop = try await Shop()
        try await shop.order(2)
        let commits = shop.store.commits()
        let told = try await told(shop) { try await shop.store.dropBucket("orders") }
        #expect(told.isEmpty)
        var iterator = commits.makeAsyncIterator()
        let commit = try #require(try await iterator.next())
        #expect(commit.changes.count == 1)
        guard case .bucketDropped(shop.orders.reference)? = commit.changes.first else {
            Issue.record("\(commit.changes)")
            return
        }
    }

    /// Gives a store one order to begin with.
    private struct OneOrder: StateLoader {
        func load(into state: StateRestoration) async throws {
            state.setPosition(Position(7), timestamp: Timestamp(microseconds: 1))
            state.addBucket(
                BucketDefinition(name: "orders", generation: 1, key: "id", schema: Shop.schema),
                records: [
                    RestoredRecord(
                        fields: ["id": 1, "status": "paid", "total": 5.0], row: 1, version: 1,
                        createdAt: Timestamp(microseconds: 1), updatedAt: Timestamp(microseconds: 1)
                    )
                ], autoincrement: ["id": 1])
        }
    }

    @Test func `restoring is no event`() async throws {
        let store = try await Store.start(
            "restored", StoreOption { $0.loader = OneOrder() }, .events())
        let commits = store.commits()
        let notes = Notes()
        store.on("**") { event, topic in
            await notes.note("\(topic) \(event.old?["status"] ?? "")")
        }
        let orders = try await store.defineBucket("orders", key: "id", schema: Shop.schema)
        #expect(try orders.count() == 1)
        try await orders.update(1, ["total": 6])
        try await store.settle()
        #expect(await notes.all == ["bucket.orders.updated \"paid\""])
        #expect(commits.waiting == 1)
    }
}
