import StoreCore
import StoreEvents
import StoreSupervision
import StoreTesting
import Synchronization
import Testing

extension Sale {
    fileprivate var isPaid: Bool { status == .paid }
}

/// Programmers' slips that do no more harm than their own.
@Suite struct `What cannot begin` {
    private final class Namesake: StoreComponent {
        let name = "events"
        func start(on store: Store) async throws {}
        func stop() async {}
    }

    private func occupied() async throws -> Shop {
        let shop = try await Shop()
        try await shop.store.addComponent(Namesake())
        return shop
    }

    @Test func `a subscription beside another component named events has ended, with its error`()
        async throws
    {
        let shop = try await occupied()
        let subscription = shop.store.on("**", named: "all") { _, _ in }
        #expect(!subscription.isActive)
        let error = try #require(subscription.status?.error)
        #expect("\(error)".contains("give it another name"))
        let health = shop.store.health
        #expect(!health.isHealthy)
        #expect(health.components.map(\.name) == ["events", "subscription all"])
        await subscription.cancelAndWait()
        try await shop.order(1)
        try await shop.store.settle()
    }

    @Test func `sequences beside another component named events throw where they can`()
        async throws
    {
        let shop = try await occupied()
        for await _ in shop.store.events("**") { Issue.record("there is no event") }
        await #expect(throws: SubscriptionError.self) {
            for try await _ in shop.store.events("**", buffering: .fail(3)) {}
        }
        await #expect(throws: SubscriptionError.self) {
            for try await _ in shop.store.commits() {}
        }
        await #expect(throws: StoreError.self) {
            for try await _ in shop.store.changes(from: .now) {}
        }
    }

    @Test func `a property without a column is refused`() async throws {
        let store = try await Store.start()
        let sales = try await store.defineBucket(Sale.self)
        let subscription = sales.on(named: "odd", whenChanged: [\.status, \.isPaid]) { _, _ in }
        #expect(!subscription.isActive)
        let fault = String(describing: subscription.status?.error)
        #expect(fault.contains("is no column"))
        #expect(store.health.components.contains { $0.name == "subscription odd" })
        let events = sales.events(whenChanged: [\.isPaid])
        var iterator = events.makeAsyncIterator()
        await #expect(throws: SubscriptionError.self) { _ = try await iterator.next() }
        #expect(try await iterator.next() == nil)
    }

    @Test func `numbers below the least count as the least`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        shop.store.on("**", batching: .count(0)) { events in
            await notes.note("\(events.count)")
        }
        shop.store.on("**", retry: .upTo(-1)) { _, _ in throw Fault() }
        try await shop.order(2)
        try await shop.store.settle()
        #expect(await notes.all == ["1", "1"])
        #expect(shop.store.deadLetters.all.map(\.attempts) == [1, 1])
        #expect(RestartLimit(-1, within: .seconds(-1)) == RestartLimit(0, within: .zero))
        let backoff = Backoff.exponential(
            from: .seconds(2), to: .seconds(1), factor: .nan, jitter: -1)
        #expect(backoff.delay(afterFailures: 9) == .seconds(2))
        let none = Backoff.exponential(from: .seconds(-2), to: .seconds(1), jitter: .infinity)
        #expect(none.delay(afterFailures: 9) == .zero)
    }

    @Test func `of two tasks on one sequence of commits each gets some`() async throws {
        let shop = try await Shop()
        let commits = shop.store.commits()
        let notes = Notes()
        let tasks = (0..<2).map { _ in
            Task { for try await commit in commits { await notes.note("\(commit.position)") } }
        }
        try await shop.order(20)
        await notes.have(20)
        await shop.store.stop()
        for task in tasks { try await task.value }
        #expect(Set(await notes.all).count == 20)
    }

    @Test func `who is cancelled at a mailbox hands a commit on to who waits`() async throws {
        let shop = try await Shop()
        let mailbox = CommitMailbox()
        _ = try await shop.store.attach(mailbox)
        let first = Task { try await mailbox.next() }
        let second = Task { try await mailbox.next() }
        first.cancel()
        try await shop.order(1)
        let taken = [try await first.value, try await second.value].compactMap { $0 }
        #expect(taken.count == 1)
    }

    @Test func `a store that is let go frees what its handlers hold`() async throws {
        let gone = Gate()
        do {
            let store = try await Store.start()
            let bucket = try await store.defineBucket("b", key: "id", schema: ["id": .integer])
            let farewell = Farewell { Task { await gone.pass() } }
            store.on("bucket.b.*") { _, _ in withExtendedLifetime(farewell) {} }
            store.on("bucket.b.*", batching: .count(1_000, every: .seconds(500))) { _ in
                withExtendedLifetime(farewell) {}
            }
            try await bucket.insert(["id": 1])
        }
        await gone.isReached()
        await gone.open()
    }

    private final class Farewell: Sendable {
        let say: @Sendable () -> Void
        init(_ say: @escaping @Sendable () -> Void) { self.say = say }
        deinit { say() }
    }
}

@Suite struct `A busy handler on an actor` {
    /// The handlers' work is far more than a handler may do at a stretch.
    @MainActor @Test func `lets others of that actor have their turn`() async throws {
        let shop = try await Shop()
        let count = 400
        let handled = Mutex(0)
        shop.store.on("bucket.orders.*") { @MainActor _, _ in
            let begin = ContinuousClock.now
            while begin.duration(to: .now) < .microseconds(100) {}
            handled.withLock { $0 += 1 }
        }
        // Nothing of the main actor has a turn until all are there.
        let orders = shop.orders
        try await orders.insertMany((0..<count).map { _ in [:] })
        var sawSome = false
        while handled.withLock({ $0 }) < count {
            await Task.yield()
            if (1..<count).contains(handled.withLock { $0 }) { sawSome = true }
        }
        #expect(sawSome)
        try await shop.store.settle()
    }
}
