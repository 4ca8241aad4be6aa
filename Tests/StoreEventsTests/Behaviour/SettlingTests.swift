import StoreCore
import StoreEvents
import StoreTesting
import Testing

@Suite struct `Settling` {
    @Test func `waits for what follows from what follows`() async throws {
        let shop = try await Shop()
        shop.store.on("bucket.orders.inserted") { event, _ in
            if let total = event.new?["total"].int, total < 10 {
                try await shop.orders.insert(["total": .integer(Int64(total) + 1)])
            }
        }
        try await shop.order(1)
        try await shop.store.settle()
        #expect(try shop.orders.count() == 10)
    }

    @Test func `without end is an error that names the causes`() async throws {
        let shop = try await Shop()
        let subscription = shop.store.on("bucket.orders.inserted") { _, _ in
            try await shop.orders.insert([:])
        }
        try await shop.order(1)
        await #expect(throws: StoreError.self) { try await shop.store.settle() }
        await subscription.cancelAndWait()
        try await shop.store.settle()
    }

    @Test func `waits for an event that would become one with later ones`() async throws {
        let shop = try await Shop()
        let gates = [Gate(), Gate()]
        let notes = Notes()
        shop.store.on("bucket.orders.*", buffering: .coalesceByKey) { event, _ in
            if event.key.value == 1 { await gates[0].pass() } else { await gates[1].pass() }
            await notes.note("\(event.key)")
        }
        try await shop.order(1)
        await gates[0].isReached()
        try await shop.order(1)
        let settling = Task {
            try await shop.store.settle()
            await notes.note("settled")
        }
        await eventually { shop.clock.sleeperCount > 0 }
        try await shop.orders.increment(2, "total")
        await gates[0].open()
        await gates[1].isReached()
        await gates[1].open()
        try await settling.value
        let all = await notes.all
        #expect(all.firstIndex(of: "2") ?? .max < all.firstIndex(of: "settled") ?? .max, "\(all)")
    }

    @Test func `waits for a batch of which the first events were there`() async throws {
        let shop = try await Shop()
        let gates = [Gate(), Gate()]
        let notes = Notes()
        shop.store.on("bucket.orders.*", batching: .every(.zero)) { events in
            await gates[events[0].key.value == 1 ? 0 : 1].pass()
            await notes.note("\(events.map(\.key))")
        }
        try await shop.order(1)
        await gates[0].isReached()
        try await shop.order(1)
        let settling = Task {
            try await shop.store.settle()
            await notes.note("settled")
        }
        await eventually { shop.clock.sleeperCount > 0 }
        try await shop.order(1)
        await gates[0].open()
        await gates[1].isReached()
        await gates[1].open()
        try await settling.value
        #expect(await notes.all.prefix(3) == ["[1]", "[2, 3]", "settled"])
    }

    @Test func `names the handler when real time has passed, whatever the clock shows`()
        async throws
    {
        let shop = try await Shop(.waitLimit(.milliseconds(1)))
        let (gate, _) = hanging(shop)
        try await shop.order(1)
        await gate.isReached()
        let awaited =
            "component events: the handler of hung with bucket.orders.inserted of commit 2"
        await #expect(throws: StoreError(.timedOut(waitingFor: [awaited]))) {
            try await shop.store.settle()
        }
        await shop.store.stop()
        #expect("\(shop.store.health.components)".contains("the handler of hung"))
        await gate.open()
    }

    @Test func `with no limit at all names a handler that is busy, and ends`() async throws {
        let shop = try await Shop(.events(handlerLimit: .zero))
        let (gate, _) = hanging(shop)
        try await shop.order(1)
        await gate.isReached()
        await #expect(throws: SubscriptionError.self) { try await shop.store.settle() }
        await eventually { shop.clock.sleeperCount == 0 }
        await gate.open()
        try await shop.store.settle()
    }

    /// A handler that hangs in the first event of orders.
    private func hanging(_ shop: Shop) -> (gate: Gate, subscription: Subscription) {
        let gate = Gate()
        let subscription = shop.store.on("bucket.orders.*", named: "hung") { _, _ in
            await gate.pass()
        }
        return (gate, subscription)
    }

    @Test func `names the handler that hangs`() async throws {
        let shop = try await Shop(.events(handlerLimit: .seconds(30)))
        let (gate, _) = hanging(shop)
        let begin = shop.clock.now
        try await shop.order(1)
        await gate.isReached()
        let settling = Task { try await shop.store.settle() }
        await eventually { shop.clock.sleeperCount > 0 }
        shop.clock.advance(by: .seconds(29))
        #expect(shop.store.health.isHealthy)
        shop.clock.advance(by: .seconds(1))
        let error = await #expect(throws: SubscriptionError.self) { try await settling.value }
        #expect(error?.subscription == "hung")
        #expect(
            error?.reason
                == .handlerHangs(
                    topic: "bucket.orders.inserted", position: Position(2), since: begin))
        #expect(!shop.store.health.isHealthy)
        await gate.open()
        try await shop.store.settle()
        #expect(shop.store.health.isHealthy)
    }

    @Test func `names a handler that hangs once, however often it is cancelled`() async throws {
        let shop = try await Shop(.events(handlerLimit: .seconds(30)))
        let (gate, subscription) = hanging(shop)
        try await shop.order(1)
        await gate.isReached()
        for _ in 1...3 { subscription.cancel() }
        shop.clock.advance(by: .seconds(30))
        let text = "\(shop.store.health)"
        #expect(text.split(separator: "subscription hung").count == 2, "\(text)")
        await gate.open()
        await subscription.cancelAndWait()
    }

    @Test func `lets others go on while one hangs`() async throws {
        let shop = try await Shop()
        let (gate, _) = hanging(shop)
        let notes = Notes()
        shop.store.on("bucket.orders.*") { event, _ in await notes.note("\(event.key)") }
        try await shop.order(1)
        await gate.isReached()
        shop.clock.advance(by: .seconds(60))
        try await shop.order(2)
        await notes.have(3)
        #expect(await notes.all == ["1", "2", "3"])
        await gate.open()
        try await shop.store.settle()
    }

    @Test func `again names the handler again while it hangs`() async throws {
        let shop = try await Shop(.events(handlerLimit: .seconds(30)))
        let (gate, _) = hanging(shop)
        try await shop.order(1)
        await gate.isReached()
        for _ in 1...2 {
            let settling = Task { try await shop.store.settle() }
            await eventually { shop.clock.sleeperCount > 0 }
            shop.clock.advance(by: .seconds(30))
            await #expect(throws: SubscriptionError.self) { try await settling.value }
            await eventually { shop.clock.sleeperCount == 0 }
        }
        await gate.open()
        try await shop.store.settle()
    }

    @Test func `gives each handler its time, however many events there are`() async throws {
        let shop = try await Shop(.events(handlerLimit: .seconds(30)))
        let notes = Notes()
        let gates = [Gate(), Gate(), Gate()]
        shop.store.on("bucket.orders.*") { event, _ in
            await gates[(event.key.value.int ?? 0) - 1].pass()
            await notes.note("\(event.key)")
        }
        try await shop.order(3)
        let settling = Task { try await shop.store.settle() }
        for gate in gates {
            await gate.isReached()
            await eventually { shop.clock.sleeperCount > 0 }
            shop.clock.advance(by: .seconds(20))
            await gate.open()
        }
        try await settling.value
        #expect(await notes.all == ["1", "2", "3"])
    }

    @Test func `in a handler waits for the others`() async throws {
        let shop = try await Shop()
        let gate = Gate()
        let notes = Notes()
        shop.store.on("bucket.orders.inserted", named: "waits") { _, _ in
            try await shop.store.settle()
            await notes.note("settled")
        }
        shop.store.on("bucket.orders.inserted", named: "works") { _, _ in
            await gate.pass()
            await notes.note("worked")
        }
        try await shop.order(1)
        await gate.isReached()
        await gate.open()
        try await shop.store.settle()
        await notes.have(2)
        #expect(await notes.all == ["worked", "settled"])
    }

    @Test func `in two handlers at once waits for neither of them`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        for _ in 1...2 {
            shop.store.on("bucket.orders.inserted") { _, _ in
                try await shop.store.settle()
                await notes.note("settled")
            }
        }
        try await shop.order(1)
        await notes.have(2)
        try await shop.store.settle()
    }

    @Test func `ends when its task is cancelled`() async throws {
        let shop = try await Shop()
        let (gate, _) = hanging(shop)
        try await shop.order(1)
        await gate.isReached()
        let settling = Task { try await shop.store.settle() }
        await eventually { shop.clock.sleeperCount > 0 }
        settling.cancel()
        await #expect(throws: CancellationError.self) { try await settling.value }
        await gate.open()
        try await shop.store.settle()
    }

    @Test func `does not wait for a subscription that is cancelled meanwhile and is quiet`()
        async throws
    {
        let shop = try await Shop()
        let (gate, subscription) = hanging(shop)
        try await shop.order(5)
        await gate.isReached()
        let settling = Task { try await shop.store.settle() }
        await eventually { shop.clock.sleeperCount > 0 }
        subscription.cancel()
        await gate.open()
        try await settling.value
        #expect(await gate.arrivals == 1)
    }
}
