import StoreCore
import StoreEvents
import StoreSupervision
import StoreTesting
import Testing

@Suite struct `Retries` {
    /// Waits of 1, 2, 4 … seconds.
    private let backoff = Backoff.exponential(
        from: .seconds(1), to: .seconds(60), jitter: 0)

    /// A handler that fails so often with order 1.
    private func start(_ shop: Shop, failing count: Int, retry: Retry) -> (
        Subscription, Notes, AsyncStream<DeliveryFailure>.Iterator
    ) {
        let notes = Notes()
        let (reports, reporter) = AsyncStream.makeStream(of: DeliveryFailure.self)
        let subscription = shop.store.on(
            "bucket.orders.inserted", retry: retry, onFailure: { reporter.yield($0) }
        ) { event, _ in
            await notes.note("\(event.key)")
            if event.key == 1, await notes.all.count <= count { throw Fault() }
        }
        return (subscription, notes, reports.makeAsyncIterator())
    }

    @Test func `wait longer and longer, and the events behind wait too`() async throws {
        let shop = try await Shop()
        var (subscription, notes, reports) = start(
            shop, failing: 2, retry: .upTo(3, backoff: backoff))
        try await shop.order(2)
        #expect(await reports.next()?.isRetried == true)
        let start = shop.clock.now
        #expect(subscription.status?.activity == .backingOff(until: start + .seconds(1)))
        shop.clock.advance(by: .seconds(1))
        #expect(await reports.next()?.attempts == 2)
        #expect(await notes.all == ["1", "1"])
        #expect(subscription.status?.activity == .backingOff(until: start + .seconds(3)))
        shop.clock.advance(by: .seconds(2))
        await notes.have(4)
        #expect(await notes.all == ["1", "1", "1", "2"])
        #expect(shop.store.deadLetters.count == 0)
    }

    @Test func `come to an end, and what is behind is delivered`() async throws {
        let shop = try await Shop()
        var (_, notes, reports) = start(shop, failing: 9, retry: .upTo(2, backoff: backoff))
        try await shop.order(2)
        var retried: [Bool?] = []
        for _ in 0..<3 {
            retried.append(await reports.next()?.isRetried)
            shop.clock.advance(by: .seconds(60))
        }
        await notes.have(4)
        #expect(retried == [true, true, false])
        #expect(await notes.all == ["1", "1", "1", "2"])
        #expect(shop.store.deadLetters.all.map(\.attempts) == [3])
    }

    @Test func `may follow at once`() async throws {
        let shop = try await Shop()
        let (_, notes, _) = start(shop, failing: 2, retry: .upTo(2, backoff: .none))
        try await shop.order(1)
        await notes.have(3)
        try await shop.store.settle()
        #expect(shop.store.deadLetters.count == 0)
    }

    @Test func `are not waited for by settle, and are named by the health`() async throws {
        let shop = try await Shop()
        var (_, notes, reports) = start(shop, failing: 1, retry: .upTo(1, backoff: backoff))
        try await shop.order(2)
        _ = await reports.next()
        try await shop.store.settle()
        #expect(await notes.all == ["1"])
        #expect(!shop.store.health.isHealthy)
        shop.clock.advance(by: .seconds(1))
        await notes.have(3)
        try await shop.store.settle()
        #expect(shop.store.health.isHealthy)
    }

    @Test func `are given up when the store stops, and what is behind is delivered`() async throws {
        let shop = try await Shop()
        var (_, notes, reports) = start(shop, failing: 9, retry: .upTo(9, backoff: backoff))
        try await shop.order(2)
        _ = await reports.next()
        let letters = shop.store.deadLetters
        await shop.store.stop()
        #expect(await notes.all == ["1", "2"])
        #expect(letters.all.map(\.attempts) == [1])
        #expect(await reports.next()?.isRetried == false)
    }

    @Test func `come at once when the subscription is restarted`() async throws {
        let shop = try await Shop()
        var (subscription, notes, reports) = start(
            shop, failing: 1, retry: .upTo(1, backoff: backoff))
        try await shop.order(2)
        _ = await reports.next()
        subscription.restart()
        await notes.have(3)
        try await shop.store.settle()
        #expect(await notes.all == ["1", "1", "2"])
        #expect(shop.store.deadLetters.count == 0)
    }
}
