import StoreCore
import StoreEvents
import StoreTesting
import TestSupport
import Testing

extension Concurrency {
    /// Whoever has come and gone has left nothing.
    @Suite struct Churn {
        static let cycles = Volume.count(few: 10_000, full: 100_000)

        /// Counts how many of something there are.
        final class Census: Sendable {
            private let count = Guarded(0)

            var living: Int { count.withLock { $0 } }

            /// One of them; it is counted for as long as anybody holds it.
            final class Member: Sendable {
                private let census: Census

                init(_ census: Census) {
                    self.census = census
                    census.count.withLock { $0 += 1 }
                }

                deinit { census.count.withLock { $0 -= 1 } }
            }
        }

        /// How somebody comes and goes.
        enum Visit: CaseIterable {
            case cancelled, cancelledAndWaitedFor, cancelledInItsHandler
            case scoped, batching, retrying, coalescing
            case sequence, readSequence, endedSequence, commits

            /// Each of those that wait for a task waits for its turn among the tasks of all tests.
            var count: Int {
                switch self {
                case .cancelledAndWaitedFor, .retrying, .readSequence, .endedSequence:
                    Churn.cycles / 100
                default: Churn.cycles / 7
                }
            }
        }

        @Test(arguments: Visit.allCases)
        func `many who come and go leave no handler, no task and no place`(visit: Visit)
            async throws
        {
            let shop = try await Shop()
            let order = try await shop.orders.insert([:])
            let census = Census()
            var most = 0
            for round in 0..<visit.count {
                let member = Census.Member(census)
                if round.isMultiple(of: 4) {
                    try await pay(visit, member, shop) {
                        try await shop.orders.update(order.key, ["total": .integer(Int64(round))])
                    }
                } else {
                    try await pay(visit, member, shop) {}
                }
                most = max(most, shop.store.subscriptions.count)
            }
            #expect(most == 0)
            let isGone = await wait { census.living == 0 }
            #expect(isGone, "\(census.living) are left")
            await wait { shop.clock.sleeperCount == 0 }
            #expect(shop.clock.sleeperCount == 0)
        }

        @Test func `a store that stops lets handlers go, with the subscriptions that they hold`()
            async throws
        {
            let shop = try await Shop()
            let census = Census()
            func subscribe() -> Subscription {
                let member = Census.Member(census)
                let own = Guarded<Subscription?>(nil)
                let scoped = shop.store.on("**") { _, _ in withExtendedLifetime(member) {} }
                    .scoped()
                let events = shop.store.events("**")
                let subscription = shop.store.on("**") { _, _ in
                    withExtendedLifetime((scoped, events)) { _ = own.withLock { $0 }?.name }
                }
                own.withLock { $0 = subscription }
                return subscription
            }
            let subscriptions = (0..<10).map { _ in subscribe() }
            try await shop.orders.insert([:])
            #expect(census.living == 10)
            await shop.store.stop()
            let isGone = await wait { census.living == 0 }
            #expect(isGone, "\(census.living) are left")
            #expect(subscriptions.allSatisfy { $0.status?.activity == .ended })
        }

        private struct Mishap: Error {}

        /// One visit, with something that happens meanwhile.
        private func pay(
            _ visit: Visit, _ member: Census.Member, _ shop: Shop,
            _ meanwhile: () async throws -> Void
        ) async throws {
            let store = shop.store
            let retry = Retry.upTo(3)
            switch visit {
            case .cancelled, .cancelledAndWaitedFor:
                let subscription = store.on("bucket.orders.*") { _, _ in
                    withExtendedLifetime(member) {}
                }
                try await meanwhile()
                if visit == .cancelled {
                    subscription.cancel()
                } else {
                    await subscription.cancelAndWait()
                }
            case .cancelledInItsHandler:
                let own = Guarded<Subscription?>(nil)
                let subscription = store.on("bucket.orders.*") { _, _ in
                    withExtendedLifetime(member) { own.withLock { $0 }?.cancel() }
                }
                own.withLock { $0 = subscription }
                try await meanwhile()
                subscription.cancel()
            case .scoped:
                let scoped = store.on("**") { _, _ in withExtendedLifetime(member) {} }.scoped()
                try await meanwhile()
                withExtendedLifetime(scoped) {}
            case .batching:
                let batching = Batching.count(9, every: .seconds(9))
                let subscription = store.on("**", batching: batching) { _ in
                    withExtendedLifetime(member) {}
                }
                try await meanwhile()
                subscription.cancel()
            case .retrying:
                let subscription = store.on("**", retry: retry) { _, _ in
                    try withExtendedLifetime(member) { throw Mishap() }
                }
                try await meanwhile()
                await Task.yield()
                subscription.cancel()
            case .coalescing:
                let subscription = store.on("**", buffering: .coalesceByKey) { _, _ in
                    withExtendedLifetime(member) {}
                }
                try await meanwhile()
                try await meanwhile()
                subscription.cancel()
            case .sequence:
                let events = store.events("**")
                try await meanwhile()
                withExtendedLifetime(events) {}
            case .readSequence:
                let events = store.events("**")
                let reading = Task { for await _ in events { withExtendedLifetime(member) {} } }
                try await meanwhile()
                reading.cancel()
                await reading.value
            case .endedSequence:
                let events = store.events("**")
                let reading = Task { for await _ in events { withExtendedLifetime(member) {} } }
                try await meanwhile()
                events.cancel()
                await reading.value
            case .commits:
                let commits = store.commits(oldImages: true)
                try await meanwhile()
                withExtendedLifetime(commits) {}
            }
        }
    }
}
