import StoreCore
import StoreEvents
import StoreSupervision
import StoreTesting
import TestSupport
import Testing

extension Concurrency {
    /// However much goes on at once, it ends.
    @Suite struct Storms {
        /// Lets time pass for as long as something goes on.
        private func ticking(_ clock: ManualClock, while isOn: Guarded<Bool>) -> Task<Void, Never> {
            Task.detached {
                while isOn.withLock({ $0 }) {
                    clock.advance(by: .milliseconds(1))
                    await Task.yield()
                }
            }
        }

        /// What the storm is made of: each handler does something else that may get in others' way.
        private func subscribe(_ number: Int, to shop: Shop) -> Subscription {
            let store = shop.store
            let retry = Retry.upTo(
                1, backoff: .exponential(from: .milliseconds(1), to: .seconds(1)))
            switch number % 8 {
            case 0: return store.on("**") { _, _ in await Task.yield() }
            case 1: return store.on("bucket.orders.*") { _, _ in try await store.settle() }
            case 2:
                return store.on("**", buffering: .coalesceByKey, retry: retry) { event, _ in
                    if event.position.value.isMultiple(of: 3) { throw Mishap() }
                }
            case 3:
                let batching = Batching.count(5, every: .milliseconds(3))
                return store.on("bucket.orders.*", batching: batching) { _ in
                    try await store.settle()
                }
            case 4:
                return store.on("bucket.orders.inserted", buffering: .dropOldest(4)) { event, _ in
                    try await shop.orders.update(event.key, ["status": "seen"])
                }
            case 5:
                let handle = Handle()
                let subscription = store.on("bucket.orders.*") { _, _ in
                    await handle.cancelAndWait()
                }
                handle.take(subscription)
                return subscription
            case 6:
                return store.on("bucket.orders.updated") { @MainActor event, _ in
                    if event.position.value.isMultiple(of: 7) { throw Mishap() }
                }
            default:
                let handle = Handle()
                let subscription = store.on("**", retry: retry) { event, _ in
                    handle.restart()
                    if event.position.value.isMultiple(of: 5) { throw Mishap() }
                }
                handle.take(subscription)
                return subscription
            }
        }

        private struct Mishap: Error {}

        /// By which a handler reaches its own subscription.
        private final class Handle: Sendable {
            private let subscription = Guarded<Subscription?>(nil)

            func take(_ taken: Subscription) { subscription.withLock { $0 = taken } }
            func restart() { subscription.withLock { $0 }?.restart() }
            func cancelAndWait() async {
                let own = subscription.withLock { subscription in
                    defer { subscription = nil }
                    return subscription
                }
                await own?.cancelAndWait()
            }
        }

        /// Writers, those who settle, and those who look, until there is no more to write or the store has stopped.
        private func rage(_ shop: Shop, _ subscriptions: [Subscription]) async {
            let rounds = Volume.count(few: 20, full: 120)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        for round in 0..<rounds {
                            _ = try? await shop.orders.insert(["total": .integer(Int64(round))])
                            await Task.yield()
                            let subscription = subscriptions[(number * 7 + round) % 50]
                            if round % 10 == number { subscription.restart() }
                            if round % 60 == number { await subscription.cancelAndWait() }
                        }
                    }
                }
                for _ in 0..<3 {
                    group.addTask {
                        for _ in 0..<rounds / 4 {
                            try? await shop.store.settle()
                            _ = shop.store.subscriptions.count + shop.store.deadLetters.count
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<rounds / 4 {
                        for letter in shop.store.deadLetters.all.prefix(3) {
                            try? await shop.store.deadLetters.replay(letter)
                        }
                    }
                }
            }
        }

        /// Runs something that has to end by itself.
        private func endsByItself(
            _ store: Store, _ body: @escaping @Sendable () async -> Void
        ) async {
            let isOver = Guarded(false)
            let task = Task.detached {
                await body()
                isOver.withLock { $0 = true }
            }
            let hasEnded = await wait { isOver.withLock { $0 } }
            #expect(hasEnded, "what goes on: \(store.subscriptions)")
            if hasEnded { await task.value }
        }

        @Test func `a storm ends, and all come to rest`() async throws {
            let shop = try await Shop()
            let isOn = Guarded(true)
            let ticking = ticking(shop.clock, while: isOn)
            let subscriptions = (0..<50).map { subscribe($0, to: shop) }
            await endsByItself(shop.store) {
                await rage(shop, subscriptions)
                while !shop.store.subscriptions.allSatisfy({ Figures($0).isIdle }) {
                    await Task.yield()
                }
            }
            isOn.withLock { $0 = false }
            await ticking.value
            let delivered = shop.store.subscriptions.map(\.delivered)
            try await shop.store.settle()
            #expect(shop.store.subscriptions.map(\.delivered) == delivered)
            await shop.store.stop()
        }

        @Test(arguments: [1, 60, 300])
        func `a storm ends when the store stops in its midst`(position: UInt64) async throws {
            let shop = try await Shop(.events(stopLimit: .milliseconds(50)))
            let isOn = Guarded(true)
            let ticking = ticking(shop.clock, while: isOn)
            let subscriptions = (0..<50).map { subscribe($0, to: shop) }
            await endsByItself(shop.store) {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await self.rage(shop, subscriptions) }
                    for _ in 0..<2 {
                        group.addTask {
                            await wait { shop.store.position.value > position }
                            await shop.store.stop()
                        }
                    }
                }
            }
            isOn.withLock { $0 = false }
            await ticking.value
            #expect(shop.store.isStopped)
            #expect(shop.store.subscriptions.isEmpty)
            for subscription in subscriptions {
                #expect(!subscription.isActive)
                await subscription.cancelAndWait()
            }
        }
    }
}
