import StoreCore
import StoreEvents
import StoreTesting
import Testing

/// What has to hold while several threads write, subscribe and leave.
///
/// `Scripts/check` runs it under ThreadSanitizer.
@Suite(.serialized) struct `Concurrency of subscribers` {
    /// Positions in the order in which a handler was given them.
    private actor Positions {
        private(set) var all: [UInt64] = []

        func note(_ position: Position) { all.append(position.value) }

        func note(_ positions: [Position]) { all += positions.map(\.value) }
    }

    private static let writers = 4
    private static let writesEach = 150
    private static let writes = writers * writesEach

    /// Several tasks write, each commit one order, while `body` does something else.
    private func whileWriting(
        _ shop: Shop, _ body: @escaping @Sendable () async throws -> Void = {}
    ) async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<Self.writers {
                group.addTask {
                    for _ in 0..<Self.writesEach { try await shop.orders.insert([:]) }
                }
            }
            group.addTask { try await body() }
            try await group.waitForAll()
        }
    }

    /// The positions of all those commits.
    private static let all = Array(UInt64(2)...UInt64(writes + 1))

    @Test func `handlers are given every event once and in order, restarted or not`() async throws {
        let shop = try await Shop()
        let positions = [Positions(), Positions()]
        let steady = positions[0]
        let restarted = positions[1]
        shop.store.on("bucket.orders.*") { event, _ in await steady.note(event.position) }
        let subscription = shop.store.on("bucket.orders.*") { event, _ in
            await restarted.note(event.position)
        }
        try await whileWriting(shop) {
            for _ in 0..<300 {
                subscription.restart()
                await Task.yield()
            }
        }
        try await shop.store.settle()
        for positions in positions { #expect(await positions.all == Self.all) }
    }

    @Test func `batches have every event once and in order`() async throws {
        let shop = try await Shop()
        let positions = Positions()
        shop.store.on("bucket.orders.*", batching: .count(7, every: .seconds(1))) { events in
            await positions.note(events.map(\.position))
        }
        try await whileWriting(shop) {
            for _ in 0..<100 {
                shop.clock.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        try await shop.store.settle()
        #expect(await positions.all == Self.all)
    }

    @Test func `who comes and goes has every event from one to another`() async throws {
        let shop = try await Shop()
        try await whileWriting(shop) {
            for _ in 0..<40 {
                let positions = Positions()
                let subscription = shop.store.on("bucket.orders.*") { event, _ in
                    await positions.note(event.position)
                }
                for _ in 0..<20 { await Task.yield() }
                await subscription.cancelAndWait()
                let told = await positions.all
                if let first = told.first {
                    #expect(told == Array(first..<first + UInt64(told.count)))
                }
            }
        }
        #expect(shop.store.subscriptions.isEmpty)
    }

    @Test func `those who share a sequence have every event once`() async throws {
        let shop = try await Shop()
        let events = shop.store.events("bucket.orders.*")
        let readings = (0..<3).map { _ in
            Task {
                var positions: [UInt64] = []
                for await event in events { positions.append(event.position.value) }
                return positions
            }
        }
        try await whileWriting(shop)
        await shop.store.stop()
        var all: [UInt64] = []
        for reading in readings { all += await reading.value }
        #expect(all.sorted() == Self.all)
    }

    @Test func `settling at any time finds done what was written before`() async throws {
        let shop = try await Shop()
        let log = try await shop.define("log")
        shop.store.on("bucket.orders.inserted") { _, _ in try await log.insert([:]) }
        try await withThrowingTaskGroup { group in
            for _ in 0..<Self.writers {
                group.addTask {
                    for _ in 0..<20 {
                        try await shop.orders.insert([:])
                        let written = try shop.orders.count()
                        try await shop.store.settle()
                        #expect(try log.count() >= written)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `stopping at any time leaves no handler running`() async throws {
        for _ in 0..<20 {
            let shop = try await Shop()
            let running = Positions()
            for _ in 0..<3 {
                shop.store.on("bucket.orders.*", retry: .upTo(3)) { event, _ in
                    await running.note(event.position)
                    if event.key.value.int?.isMultiple(of: 5) == true { throw Fault() }
                }
            }
            let writing = Task { for _ in 0..<100 { try await shop.orders.insert([:]) } }
            for _ in 0..<5 { await Task.yield() }
            async let one: Void = shop.store.stop()
            async let other: Void = shop.store.stop()
            _ = await (one, other)
            let told = await running.all
            _ = await writing.result
            #expect(await running.all == told)
        }
    }
}
