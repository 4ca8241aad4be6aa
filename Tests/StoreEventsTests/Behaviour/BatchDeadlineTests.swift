import StoreCore
import StoreEvents
import StoreTesting
import Testing

struct BatchDeadlineTests {
    @Test func `events that have come while the handler was busy wait from when they came`()
        async throws
    {
        let shop = try await Shop()
        let gate = Concurrency.Gate()
        let sizes = Concurrency.Guarded<[Int]>([])
        shop.store.on("bucket.orders.*", batching: .count(3, every: .seconds(10))) { events in
            sizes.withLock { $0.append(events.count) }
            await gate.pass()
        }
        for _ in 1...4 { try await shop.orders.insert([:]) }
        await Concurrency.wait { gate.count == 1 }
        shop.clock.advance(by: .seconds(10))
        gate.open()
        let isHandedOver = await Concurrency.wait { sizes.withLock { $0.count } == 2 }
        #expect(isHandedOver)
        #expect(sizes.withLock { $0 } == [3, 1])
    }
}
