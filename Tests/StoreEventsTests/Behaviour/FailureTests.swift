import StoreCore
import StoreEvents
import StoreSupervision
import StoreTesting
import Testing

@Suite struct `Failures` {
    /// Notes what is reported.
    private func report(to reports: AsyncStream<DeliveryFailure>.Continuation)
        -> @Sendable (DeliveryFailure) -> Void
    {
        { reports.yield($0) }
    }

    @Test(arguments: [true, false])
    func `of one handler concern neither the next event nor another handler`(waits: Bool)
        async throws
    {
        let shop = try await Shop()
        let one = Notes()
        let other = Notes()
        shop.store.on("bucket.orders.inserted") { event, _ in
            if waits { await Task.yield() }
            await one.note("\(event.key)")
            if event.key == 2 { throw Fault() }
        }
        shop.store.on("bucket.orders.inserted") { event, _ in await other.note("\(event.key)") }
        try await shop.order(3)
        try await shop.store.settle()
        #expect(await one.all == ["1", "2", "3"])
        #expect(await other.all == ["1", "2", "3"])
    }

    @Test func `of a handler that does not suspend are none of another's`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        shop.store.on("**") { _, _ in throw Fault() }
        shop.store.on("**") { event, _ in await notes.note("\(event.key)") }
        try await shop.order(2)
        try await shop.store.settle()
        #expect(await notes.all == ["1", "2"])
        #expect(shop.store.deadLetters.count == 2)
    }

    @Test func `are reported, with the event, the error and the attempt`() async throws {
        let shop = try await Shop()
        let (reports, reporter) = AsyncStream.makeStream(of: DeliveryFailure.self)
        shop.store.on("**", named: "faulty", onFailure: report(to: reporter)) { _, _ in
            throw Fault(number: 7)
        }
        try await shop.order(1)
        try await shop.store.settle()
        var iterator = reports.makeAsyncIterator()
        let report = try #require(await iterator.next())
        #expect(report.subscription == "faulty")
        #expect(report.events.map(\.key) == [1])
        #expect(report.error as? Fault == Fault(number: 7))
        #expect(report.attempts == 1)
        #expect(!report.isRetried)
    }

    @Test func `become dead letters, which the health names`() async throws {
        let shop = try await Shop()
        let subscription = shop.store.on("**", named: "faulty") { _, _ in throw Fault(number: 7) }
        try await shop.order(1)
        try await shop.store.settle()
        let letter = try #require(shop.store.deadLetters.all.first)
        #expect(letter.id == 1)
        #expect(letter.subscription == "faulty")
        #expect(letter.events.map(\.topic) == ["bucket.orders.inserted"])
        #expect(letter.error as? Fault == Fault(number: 7))
        #expect(letter.attempts == 1)
        #expect(letter.failedAt == shop.clock.now)
        #expect(subscription.status?.failed == 1)
        #expect(!shop.store.health.isHealthy)
        #expect(shop.store.deadLetters.remove(letter))
        #expect(!shop.store.deadLetters.remove(letter))
        #expect(shop.store.health.isHealthy)
    }

    @Test func `are kept up to a number, the newest`() async throws {
        let shop = try await Shop(.events(deadLetters: 2))
        shop.store.on("**") { _, _ in throw Fault() }
        try await shop.order(5)
        try await shop.store.settle()
        #expect(shop.store.deadLetters.all.flatMap(\.events).map(\.key) == [4, 5])
        #expect(shop.store.deadLetters.count == 2)
        #expect(shop.store.deadLetters.displacedCount == 3)
        shop.store.deadLetters.removeAll()
        #expect(shop.store.deadLetters.count == 0)
    }

    @Test func `of the store's last moments can be seen when it has stopped`() async throws {
        let shop = try await Shop()
        shop.store.on(
            "**", named: "faulty",
            retry: .upTo(3, backoff: .exponential(from: .seconds(1), to: .seconds(60)))
        ) { _, _ in throw Fault(number: 7) }
        try await shop.order(1)
        try await shop.store.settle()
        #expect(shop.store.deadLetters.count == 0)
        await shop.store.stop()
        let letter = try #require(shop.store.deadLetters.all.first)
        #expect(letter.events.map(\.key) == [1])
        await #expect(throws: SubscriptionError.self) {
            try await shop.store.deadLetters.replay(letter)
        }
        #expect(shop.store.deadLetters.count == 1)
        #expect(shop.store.deadLetters.remove(letter))
    }

    // MARK: Replaying

    /// Fails until it is mended.
    private actor Machine {
        private(set) var done: [Key] = []
        private var isMended = false
        private var failures = 0

        func mend() { isMended = true }

        func handle(_ event: Event) throws {
            guard isMended else {
                failures += 1
                throw Fault(number: failures)
            }
            done.append(event.key)
        }
    }

    @Test func `can be given to the handler again`() async throws {
        let shop = try await Shop()
        let machine = Machine()
        shop.store.on("**") { event, _ in try await machine.handle(event) }
        try await shop.order(2)
        try await shop.store.settle()
        await machine.mend()
        for letter in shop.store.deadLetters.all {
            try await shop.store.deadLetters.replay(letter)
        }
        #expect(await machine.done == [1, 2])
        #expect(shop.store.deadLetters.count == 0)
    }

    @Test func `that are given again in vain are dead letters anew`() async throws {
        let shop = try await Shop()
        let machine = Machine()
        shop.store.on("**") { event, _ in try await machine.handle(event) }
        try await shop.order(1)
        try await shop.store.settle()
        let letter = try #require(shop.store.deadLetters.all.first)
        await #expect(throws: Fault(number: 2)) {
            try await shop.store.deadLetters.replay(letter)
        }
        #expect(shop.store.deadLetters.all.map(\.id) == [2])
        #expect(shop.store.deadLetters.all.first?.events.map(\.key) == [1])
    }

    @Test func `of a subscription that has ended stay`() async throws {
        let shop = try await Shop()
        let subscription = shop.store.on("**", named: "faulty") { _, _ in throw Fault() }
        try await shop.order(1)
        try await shop.store.settle()
        let letter = try #require(shop.store.deadLetters.all.first)
        subscription.cancel()
        let error = await #expect(throws: SubscriptionError.self) {
            try await shop.store.deadLetters.replay(letter)
        }
        #expect(error?.reason == .ended)
        #expect(error?.subscription == "faulty")
        #expect(shop.store.deadLetters.count == 1)
    }

    @Test func `cannot be given again in the own handler, which would wait for itself`()
        async throws
    {
        let shop = try await Shop()
        let notes = Notes()
        shop.store.on("bucket.orders.inserted") { event, _ in
            if event.key == 1 { throw Fault() }
            for letter in shop.store.deadLetters.all {
                do {
                    try await shop.store.deadLetters.replay(letter)
                } catch let error as SubscriptionError {
                    await notes.note("\(error.reason)")
                }
            }
        }
        try await shop.order(2)
        try await shop.store.settle()
        #expect(await notes.all == ["ended"])
        #expect(shop.store.deadLetters.count == 1)
    }
}
