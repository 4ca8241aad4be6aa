import StoreCore
import StoreTesting
import Testing

@testable import StoreEvents

extension Concurrency {
    /// Whoever waits for something is let go by all that makes it so.
    @Suite struct Waking {
        /// Lets nobody begin while it is told to wait.
        final class HeldExecutor: SerialExecutor {
            private let state = Guarded<(isHeld: Bool, jobs: [UnownedJob])>((false, []))

            func enqueue(_ job: consuming ExecutorJob) {
                let job = UnownedJob(job)
                let isHeld = state.withLock {
                    if $0.isHeld { $0.jobs.append(job) }
                    return $0.isHeld
                }
                if !isHeld { job.runSynchronously(on: asUnownedSerialExecutor()) }
            }

            func hold() { state.withLock { $0.isHeld = true } }

            func letGo() {
                let jobs = state.withLock { state in
                    defer { state = (false, []) }
                    return state.jobs
                }
                for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
            }
        }

        @globalActor actor Desk {
            static let shared = Desk()
            static let executor = HeldExecutor()
            nonisolated var unownedExecutor: UnownedSerialExecutor {
                Desk.executor.asUnownedSerialExecutor()
            }
        }

        private func subscriber(of store: Store) throws -> Subscriber {
            try #require(try EventHub.of(store).receivers.first as? Subscriber)
        }

        @Test func `settle ends when the event that it waits for has been undone`() async throws {
            let shop = try await Shop()
            let executor = Desk.executor
            shop.store.on("bucket.orders.*", buffering: .coalesceByKey) { @Desk _, _ in }
            let subscriber = try subscriber(of: shop.store)
            executor.hold()
            let order = try await shop.orders.insert([:])
            let hasSettled = Guarded(false)
            async let settling: Void = {
                try await shop.store.settle()
                hasSettled.withLock { $0 = true }
            }()
            await wait { subscriber.lock.withLock { !subscriber.state.waiters.isEmpty } }
            try await shop.orders.delete(order.key)
            executor.letGo()
            let isOver = await wait { hasSettled.withLock { $0 } }
            #expect(isOver)
            // Whoever still waits is let go with the subscription.
            subscriber.cancel()
            try await settling
        }

        @Test func `settle waits for a handler that settles itself, and for what is behind it`()
            async throws
        {
            let shop = try await Shop()
            let gate = Gate()
            let told = Guarded<[Key]>([])
            shop.store.on("bucket.orders.inserted") { event, _ in
                if event.key == 1 { await gate.pass() }
            }
            let settling = shop.store.on("bucket.orders.*") { event, _ in
                told.withLock { $0.append(event.key) }
                if event.key == 1 { try await shop.store.settle() }
                for _ in 0..<50 { await Task.yield() }
            }
            try await shop.orders.insert([:])
            await wait { told.withLock { !$0.isEmpty } && gate.count == 1 }
            for _ in 0..<20 { try await shop.orders.insert([:]) }
            async let settled: Void = shop.store.settle()
            for _ in 0..<1_000 { await Task.yield() }
            gate.open()
            try await settled
            #expect(told.withLock { $0.count } == 21)
            #expect(settling.status?.activity == .idle)
        }

        /// A clock that counts who sleeps on it.
        final class CountingClock: StoreClock {
            let hands = ManualClock()
            private let count = Guarded(0)

            var now: Timestamp { hands.now }
            var minimumResolution: Duration { hands.minimumResolution }
            var sleeps: Int { count.withLock { $0 } }

            func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {
                count.withLock { $0 += 1 }
                try await hands.sleep(until: deadline, tolerance: tolerance)
            }
        }

        @Test func `a handler that settles for long is not looked at without pause`() async throws {
            let clock = CountingClock()
            let store = try await Store.start(
                "slow", .clock(clock), .events(handlerLimit: .seconds(30)))
            let orders = try await store.defineBucket(
                "orders", key: "id", schema: ["id": .integer])
            let gates = [Gate(), Gate()]
            store.on("bucket.orders.*") { event, _ in
                await gates[event.key == 1 ? 0 : 1].pass()
            }
            store.on("bucket.orders.*") { event, _ in
                if event.key == 1 { try await store.settle() }
            }
            try await orders.insertMany([["id": 1], ["id": 2]])
            async let settled: Void = store.settle()
            await wait { clock.hands.sleeperCount == 2 && gates[0].count == 1 }
            clock.hands.advance(by: .seconds(20))
            gates[0].open()
            await wait { gates[1].count == 1 }
            clock.hands.advance(by: .seconds(10))
            // Both look at the handlers by now, and at the one that hangs again in 20 seconds.
            await wait { clock.sleeps >= 4 }
            for _ in 0..<1_000 { await Task.yield() }
            #expect(clock.sleeps == 4)
            gates[1].open()
            try await settled
        }
    }
}
