import StoreCore
import StoreEvents
import StoreTesting
import Testing

@Suite struct `Sequences` {
    private func keys(_ events: EventSequence<Never>) async -> [Key] {
        var keys: [Key] = []
        for await event in events { keys.append(event.key) }
        return keys
    }

    @Test func `miss nothing from when they were made, asked for or not`() async throws {
        let shop = try await Shop()
        try await shop.order(1)
        let events = shop.store.events("bucket.orders.*")
        try await shop.order(2)
        #expect(events.status.waiting == 2)
        #expect(events.status.lag == 2)
        await shop.store.stop()
        #expect(await keys(events) == [2, 3])
    }

    @Test func `end with the store`() async throws {
        let shop = try await Shop()
        let events = shop.store.events("bucket.orders.*")
        let reading = Task { await keys(events) }
        try await shop.order(2)
        await shop.store.stop()
        #expect(await reading.value == [1, 2])
        #expect(events.status.activity == .ended)
    }

    @Test func `end with the task that takes from them, and keep what is there`() async throws {
        let shop = try await Shop()
        let events = shop.store.events("bucket.orders.*")
        let reading = Task { await keys(events) }
        try await shop.order(1)
        await eventually { events.status.delivered == 1 }
        reading.cancel()
        #expect(await reading.value == [1])
        #expect(shop.store.subscriptions.isEmpty)
    }

    @Test func `end with the last who holds them`() async throws {
        let shop = try await Shop()
        var events: EventSequence<Never>? = shop.store.events("bucket.orders.*", named: "mine")
        #expect(events?.status.name == "mine")
        #expect(shop.store.subscriptions.count == 1)
        events = nil
        #expect(shop.store.subscriptions.isEmpty)
    }

    @Test func `have every event each`() async throws {
        let shop = try await Shop()
        let sequences = (1...3).map { _ in shop.store.events("bucket.orders.*") }
        let readings = sequences.map { events in Task { await keys(events) } }
        try await shop.order(50)
        await shop.store.stop()
        for reading in readings {
            #expect(await reading.value == (1...50).map { Key(.integer($0)) })
        }
    }

    @Test func `give each event to one of those who share them`() async throws {
        let shop = try await Shop()
        let events = shop.store.events("bucket.orders.*")
        let readings = (1...3).map { _ in Task { await keys(events) } }
        try await shop.order(50)
        await shop.store.stop()
        var all: [Key] = []
        for reading in readings {
            let part = await reading.value
            #expect(part == part.sorted())
            all += part
        }
        #expect(all.sorted() == (1...50).map { Key(.integer($0)) })
    }

    @Test func `may drop the oldest`() async throws {
        let shop = try await Shop()
        let events = shop.store.events("bucket.orders.*", buffering: .dropOldest(2))
        try await shop.order(5)
        #expect(events.status.dropped == 3)
        events.cancel()
        #expect(await keys(events) == [4, 5])
    }

    @Test func `are told of updates of the fields that they name only`() async throws {
        let shop = try await Shop()
        try await shop.order(1)
        let events = shop.store.events("bucket.orders.updated", whenChanged: ["status"])
        try await shop.orders.update(1, ["total": 8])
        try await shop.orders.update(1, ["status": "paid"])
        #expect(events.status.waiting == 1)
    }

    @Test func `of a stopped store are empty`() async throws {
        let shop = try await Shop()
        await shop.store.stop()
        #expect(await keys(shop.store.events("**")).isEmpty)
        var commits = shop.store.commits().makeAsyncIterator()
        #expect(try await commits.next()?.position == nil)
    }

    @Test func `are not waited for by settle`() async throws {
        let shop = try await Shop()
        let events = shop.store.events("**")
        try await shop.order(3)
        try await shop.store.settle()
        #expect(events.status.waiting == 3)
    }
}
