import StoreCore
import StoreEvents
import StoreTesting
import Testing

@Suite struct `Causes of handlers' writes` {
    private struct Pair {
        let shop: Shop
        let one: DynamicBucket
        let two: DynamicBucket
        var store: Store { shop.store }

        init(_ options: StoreOption...) async throws {
            shop = try await Shop(options)
            one = try await shop.define("one")
            two = try await shop.define("two")
            for bucket in [one, two] { try await bucket.insert(["id": 1]) }
        }

        /// Has updates of each bucket cause one of the other.
        func feedEachOther() {
            store.on("bucket.one.updated") { _, _ in try await two.increment(1, "total") }
            store.on("bucket.two.updated") { _, _ in try await one.increment(1, "total") }
        }
    }

    private let circle = StoreError(
        .doesNotSettle("bucket.one.updated → bucket.two.updated → bucket.one.updated"))

    @Test func `that go in a circle end at the limit, and nobody misses an event`() async throws {
        let pair = try await Pair(.causes(max: 100))
        pair.feedEachOther()
        let notes = Notes()
        pair.store.on("bucket.*.updated") { event, _ in await notes.note("\(event.position)") }
        let before = pair.store.position.value
        try await pair.one.increment(1, "total")
        await #expect(throws: circle) { try await pair.store.settle() }
        #expect(pair.store.deadLetters.all.map { $0.error as? StoreError } == [circle])
        await notes.have(101)
        #expect(await notes.all.count == 101)
        #expect(pair.store.position == Position(before + 101))
        // The circle has been told of.
        try await pair.store.settle()
    }

    @Test func `do not make who settles wait for another's circle`() async throws {
        let shop = try await Shop()
        let other = try await shop.define("other")
        // What a detached task writes is nobody's consequence: this goes on for ever.
        let noise = shop.store.on("bucket.other.*") { _, _ in
            _ = try await Task.detached { try await other.insert([:]) }.value
        }
        let notes = Notes()
        shop.store.on("bucket.orders.*") { event, _ in
            await notes.note("\(event.key)")
            if event.key.value == 1 { try await shop.orders.insert([:]) }
        }
        try await other.insert([:])
        try await shop.order(1)
        try await shop.store.settle()
        #expect(await notes.all == ["1", "2"])
        await noise.cancelAndWait()
    }

    @Test func `of a batch are the longest line and the earliest commit`() async throws {
        let shop = try await Shop()
        let out = try await shop.define("out")
        shop.store.on("bucket.orders.*", batching: .count(100)) { _ in
            try await out.insert([:])
        }
        try await shop.order(1)
        let early = shop.store.position
        try await Causation("a", cause: Causation("b")).run { try await shop.order(1) }
        try await shop.order(1)
        let events = shop.store.events("bucket.out.*")
        try await shop.store.settle()
        var iterator = events.makeAsyncIterator()
        let commit = try #require(await iterator.next()).commit
        #expect(commit.origin == early)
        #expect(
            commit.causation?.chain.map(\.label) == ["bucket.orders.inserted", "a", "b"])
        #expect(commit.causation?.depth == 3)
    }

    @Test func `of events that became one are the longest line and the earliest commit`()
        async throws
    {
        let shop = try await Shop()
        let out = try await shop.define("out")
        let gate = Gate()
        shop.store.on("bucket.orders.*", buffering: .coalesceByKey) { event, _ in
            await gate.pass()
            if event.key.value == 2 { try await out.insert([:]) }
        }
        try await shop.order(1)
        await gate.isReached()
        try await shop.order(1)
        let early = shop.store.position
        try await Causation("a", cause: Causation("b")).run {
            _ = try await shop.orders.increment(2, "total")
        }
        try await shop.orders.increment(2, "total")
        let events = shop.store.events("bucket.out.*")
        await gate.open()
        try await shop.store.settle()
        var iterator = events.makeAsyncIterator()
        let commit = try #require(await iterator.next()).commit
        #expect(commit.origin == early)
        #expect(
            commit.causation?.chain.map(\.label) == ["bucket.orders.inserted", "a", "b"])
    }
}
