import StoreCore
import StoreEvents
import StoreTesting
import Testing

@Suite struct `Batches` {
    /// A handler that notes how many events each batch has.
    private func batches(
        _ shop: Shop, _ batching: Batching
    ) -> (notes: Notes, subscription: Subscription) {
        let notes = Notes()
        let subscription = shop.store.on("bucket.orders.inserted", batching: batching) { events in
            await notes.note(events.map { "\($0.key)" }.joined(separator: " "))
        }
        return (notes, subscription)
    }

    @Test func `are handed over when there are so many`() async throws {
        let shop = try await Shop()
        let (notes, subscription) = batches(shop, .count(2))
        try await shop.order(5)
        await notes.have(2)
        #expect(await notes.all == ["1 2", "3 4"])
        #expect(subscription.status?.waiting == 1)
        #expect(subscription.status?.delivered == 4)
    }

    @Test func `are full when their buffer is`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        shop.store.on(
            "bucket.orders.inserted", batching: .count(5), buffering: .dropOldest(2)
        ) { events in await notes.note("\(events.count)") }
        try await shop.order(2)
        await notes.have(1)
        #expect(await notes.all == ["2"])
    }

    @Test func `are handed over when the time has come`() async throws {
        let shop = try await Shop()
        let (notes, subscription) = batches(shop, .every(.seconds(10)))
        try await shop.order(1)
        shop.clock.advance(by: .seconds(9))
        try await shop.order(2)
        #expect(subscription.status?.waiting == 3)
        #expect(await notes.all.isEmpty)
        shop.clock.advance(by: .seconds(1))
        await notes.have(1)
        #expect(await notes.all == ["1 2 3"])
    }

    @Test func `have a time of their own each`() async throws {
        let shop = try await Shop()
        let (notes, subscription) = batches(shop, .count(2, every: .seconds(10)))
        try await shop.order(2)
        await notes.have(1)
        shop.clock.advance(by: .seconds(9))
        try await shop.order(1)
        shop.clock.advance(by: .seconds(9))
        #expect(subscription.status?.waiting == 1, "the first batch's time is not the second's")
        shop.clock.advance(by: .seconds(1))
        await notes.have(2)
        #expect(await notes.all == ["1 2", "3"])
    }

    @Test func `have waited long enough when the handler was busy for so long`() async throws {
        let shop = try await Shop()
        let gate = Gate()
        let notes = Notes()
        shop.store.on("**", batching: .count(2, every: .seconds(10))) { events in
            await gate.pass()
            await notes.note(events.map { "\($0.key)" }.joined(separator: " "))
        }
        try await shop.order(2)
        await gate.isReached()
        try await shop.order(1)
        shop.clock.advance(by: .seconds(10))
        await gate.open()
        await notes.have(2)
        #expect(await notes.all == ["1 2", "3"])
    }

    @Test func `are handed over by settle, however small`() async throws {
        let shop = try await Shop()
        let (notes, _) = batches(shop, .count(100, every: .seconds(10)))
        try await shop.order(3)
        try await shop.store.settle()
        #expect(await notes.all == ["1 2 3"])
        try await shop.order(1)
        try await shop.store.settle()
        #expect(await notes.all == ["1 2 3", "4"])
    }

    @Test func `that settle asked for are not undone by what comes later`() async throws {
        let shop = try await Shop()
        let gate = Gate()
        let notes = Notes()
        shop.store.on("**", batching: .count(2), buffering: .coalesceByKey) { events in
            await gate.pass()
            await notes.note(events.map { "\($0.key)" }.joined(separator: " "))
        }
        try await shop.order(2)
        await gate.isReached()
        try await shop.order(1)
        let settling = Task { try await shop.store.settle() }
        // Whoever waits for a handler sets an alarm.
        await eventually { shop.clock.sleeperCount > 0 }
        try await shop.orders.delete(3)
        await gate.open()
        try await settling.value
        #expect(await notes.all == ["1 2", "3 3"])
    }

    @Test func `are handed over by the store's stop, however small`() async throws {
        let shop = try await Shop()
        let (notes, _) = batches(shop, .count(100))
        try await shop.order(3)
        await shop.store.stop()
        #expect(await notes.all == ["1 2 3"])
    }

    @Test func `are no larger than they may be, however much has gathered`() async throws {
        let shop = try await Shop()
        let (notes, _) = batches(shop, .count(3))
        try await shop.orders.insertMany((1...7).map { ["id": .integer($0)] })
        try await shop.store.settle()
        #expect(await notes.all == ["1 2 3", "4 5 6", "7"])
    }

    @Test func `have their time from the first event that is left`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        shop.store.on("**", batching: .every(.seconds(10)), buffering: .coalesceByKey) { events in
            await notes.note("\(events.map(\.key)) at \(shop.clock.now.iso8601)")
        }
        try await shop.orders.insert(["id": 1])
        await eventually { shop.clock.sleeperCount == 1 }
        try await shop.orders.delete(1)
        shop.clock.advance(by: .seconds(9))
        try await shop.orders.insert(["id": 2])
        await eventually { shop.clock.sleeperCount == 1 }
        shop.clock.advance(by: .seconds(9))
        #expect(shop.clock.sleeperCount == 1)
        shop.clock.advance(by: .seconds(1))
        await notes.have(1)
        #expect(await notes.all == ["[2] at 2026-01-01T00:00:19Z"])
    }

    @Test func `fail as a whole`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        shop.store.on("**", batching: .count(2), named: "faulty") { events in
            await notes.note("\(events.count)")
            if events[0].key == 1 { throw Fault() }
        }
        try await shop.order(4)
        try await shop.store.settle()
        #expect(await notes.all == ["2", "2"])
        let letter = try #require(shop.store.deadLetters.all.first)
        #expect(letter.events.map(\.key) == [1, 2])
        #expect(shop.store.deadLetters.count == 1)
    }

    @Test func `cause what their last event causes`() async throws {
        let shop = try await Shop()
        let reports = try await shop.define("reports")
        shop.store.on("bucket.orders.inserted", batching: .count(2)) { events in
            try await reports.insert(["total": .integer(Int64(events.count))])
        }
        let events = shop.store.events("bucket.reports.inserted")
        try await shop.order(2)
        var iterator = events.makeAsyncIterator()
        let event = try #require(await iterator.next())
        #expect(event.new?["total"] == 2)
        #expect(event.causation?.label == "bucket.orders.inserted")
        #expect(event.causation?.position == Position(4))
    }
}
