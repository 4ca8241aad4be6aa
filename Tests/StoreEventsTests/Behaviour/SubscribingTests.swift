import StoreCore
import StoreEvents
import StoreTesting
import Testing

struct SubscribingTests {
    @Test func `a handler is told of every event with its topic, in the order of commits`()
        async throws
    {
        let shop = try await Shop()
        let notes = Notes()
        shop.store.on("bucket.orders.*") { event, topic in
            await notes.note("\(topic) \(event.key) \(event.position)")
        }
        let order = try await shop.orders.insert(["total": 5])
        try await shop.orders.update(order.key, ["status": "paid"])
        try await shop.orders.delete(order.key)
        try await shop.store.settle()
        #expect(
            await notes.all == [
                "bucket.orders.inserted 1 2", "bucket.orders.updated 1 3",
                "bucket.orders.deleted 1 4",
            ])
    }

    @Test func `an event has the record before and after`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        shop.store.on("bucket.orders.updated") { event, _ in
            await notes.note("\(event.old?["status"] ?? "") → \(event.new?["status"] ?? "")")
        }
        let order = try await shop.orders.insert(["total": 5])
        try await shop.orders.update(order.key, ["status": "paid"])
        try await shop.store.settle()
        #expect(await notes.all == ["\"pending\" → \"paid\""])
    }

    @Test func `a sequence has every event from when it was made`() async throws {
        let shop = try await Shop()
        let events = shop.store.events("bucket.orders.inserted")
        try await shop.orders.insert(["total": 1])
        try await shop.orders.insert(["total": 2])
        events.cancel()
        var keys: [Key] = []
        for await event in events { keys.append(event.key) }
        #expect(keys == [1, 2])
    }

    @Test func `a buffer that is to fail ends its sequence by an error`() async throws {
        let shop = try await Shop()
        let events = shop.store.events("bucket.orders.*", buffering: .fail(1))
        try await shop.orders.insert(["total": 1])
        try await shop.orders.insert(["total": 2])
        var iterator = events.makeAsyncIterator()
        #expect(try await iterator.next()?.key == 1)
        await #expect(throws: SubscriptionError.self) { try await iterator.next() }
    }

    @MainActor @Test func `a handler runs on its own actor`() async throws {
        let shop = try await Shop()
        var keys: [Key] = []
        shop.store.on("bucket.orders.*", buffering: .dropOldest(10)) { @MainActor event, _ in
            keys.append(event.key)
        }
        try await shop.orders.insert(["total": 1])
        try await shop.store.settle()
        #expect(keys == [1])
        await shop.store.stop()
    }
}
