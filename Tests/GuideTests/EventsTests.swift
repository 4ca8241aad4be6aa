import StoreCore
import StoreEvents
import StoreTesting
import Synchronization
import Testing

/// The code of StoreEvents's landing page and of the article Events.
@Suite struct `The guide to events` {
    struct Order: StoreRecord {
        enum Status: String, Codable, CaseIterable, StoreValue { case pending, paid, shipped }
        typealias Key = Int
        var id = 0
        var customer: String
        var total: Double
        var status = Status.pending

        static let schema = Schema<Order>("orders", key: \.id) { field in
            field(\.id, "id").generated(.autoincrement)
            field(\.customer, "customer")
            field(\.total, "total")
            field(\.status, "status")
        }
    }

    /// Somewhere that is not always there.
    actor Post {
        struct Unreachable: Error {}

        private(set) var letters: [String] = []
        private var failuresLeft: Int

        init(failing count: Int = 0) { failuresLeft = count }

        func send(_ text: String) throws {
            if failuresLeft > 0 {
                failuresLeft -= 1
                throw Unreachable()
            }
            letters.append(text)
        }

        func send(_ events: [Event]) throws { try send("\(events.count) events") }
    }

    private let clock = ManualClock()

    private func shop(_ options: StoreOption...) async throws -> (Store, Bucket<Order>) {
        let store = try await Store.start("shop", options + [.clock(clock)])
        let orders = try await store.defineBucket(Order.self)
        return (store, orders)
    }

    @Test func `a handler is told of what has happened`() async throws {
        let (store, orders) = try await shop()
        let audit = try await store.defineBucket(
            "audit", key: "id",
            schema: [
                "id": .integer(generated: .autoincrement), "topic": .string, "order": .integer,
            ])

        store.on("bucket.orders.*") { event, topic in
            try await audit.insert(["topic": .string(topic), "order": event.key.value])
        }
        try await orders.insert(Order(customer: "ALFKI", total: 440))
        try await store.settle()  // everything that follows from the commits so far is done
        let entries = try audit.all()  // one, for bucket.orders.inserted

        #expect(entries.map { $0["topic"] } == ["bucket.orders.inserted"])
        #expect(entries.first?["order"] == 1)
        let last = try #require(try await store.history.commits(after: .start, limit: 9).last)
        #expect(last.causation?.label == "bucket.orders.inserted")
        #expect(last.causation?.position == Position(last.position.value - 1))
    }

    @Test func `the README has a handler`() async throws {
        let (store, orders) = try await shop()
        let post = Post()
        try await orders.insert(Order(customer: "ALFKI", total: 440))
        store.on("bucket.orders.*", retry: .upTo(3)) { event, topic in
            try await post.send("\(topic): \(event.key)")
        }
        try await store.settle()  // every handler has done what follows from the commits so far
        #expect(await post.letters.isEmpty)
        try await orders.update(1) { $0.status = .paid }
        try await store.settle()
        #expect(await post.letters == ["bucket.orders.updated: 1"])
    }

    @Test func `patterns come from anywhere`() async throws {
        let text = "bucket.orders.update"
        do {
            let pattern = try TopicPattern(text)
            print(pattern)
        } catch {
            print(error)  // topics are bucket.<name>.inserted, .updated and .deleted; …
        }
        #expect(throws: TopicPatternError.self) { try TopicPattern(text) }
    }

    @Test func `a bucket's own events have its type`() async throws {
        let (store, orders) = try await shop()
        let post = Post()
        orders.on(.updated, whenChanged: [\.status]) { event, topic in
            guard let old = event.old, let new = event.new else { return }
            try await post.send("\(event.key) was \(old.status), is \(new.status)")
        }
        try await orders.insert(Order(customer: "ALFKI", total: 440))
        try await orders.update(1) { $0.total = 400 }
        try await orders.update(1) { $0.status = .paid }
        try await store.settle()
        #expect(await post.letters == ["1 was pending, is paid"])
    }

    @Test func `a sequence is taken from`() async throws {
        let (store, orders) = try await shop()
        let post = Post()
        let payments = orders.events(.updated, whenChanged: [\.status])
        let postman = Task {
            for try await payment in payments {
                try await payment.causing { try await post.send("\(payment.key)") }
            }
        }
        try await orders.insert(Order(customer: "ALFKI", total: 440))
        try await orders.update(1) { $0.status = .paid }
        await store.stop()
        try await postman.value
        #expect(await post.letters == ["1"])
    }

    @Test func `what is tried again and what is given up`() async throws {
        let (store, orders) = try await shop()
        let post = Post(failing: 4)
        store.on(
            "bucket.orders.inserted", named: "post",
            retry: .upTo(3, backoff: .exponential(from: .seconds(1), to: .seconds(60))),
            onFailure: { failure in print(failure.error, failure.isRetried) }
        ) { event, topic in
            try await post.send("\(event.key)")
        }
        try await orders.insert(Order(customer: "ALFKI", total: 440))
        while store.deadLetters.count == 0 {
            clock.advance(by: .seconds(1))
            await Task.yield()
        }

        for letter in store.deadLetters.all where letter.subscription == "post" {
            print(letter.events, letter.error, letter.attempts)  // … Unreachable() 4
            try await store.deadLetters.replay(letter)
        }

        #expect(await post.letters == ["1"])
        #expect(store.deadLetters.count == 0)
    }

    @Test func `a batch is one delivery`() async throws {
        let (store, orders) = try await shop()
        let post = Post()
        store.on("bucket.orders.*", batching: .count(500, every: .milliseconds(100))) { events in
            try await post.send(events)
        }
        try await orders.insertMany((1...3).map { Order(customer: "ALFKI", total: Double($0)) })
        try await store.settle()
        #expect(await post.letters == ["3 events"])
    }

    @Test func `only the newest state of each record matters`() async throws {
        let (store, orders) = try await shop()
        let post = Post()
        let subscription = store.on("bucket.orders.*", buffering: .coalesceByKey) { event, topic in
            try await post.send("\(event.key)")
        }
        try await orders.insert(Order(customer: "ALFKI", total: 440))
        try await store.settle()
        let status = subscription.status  // delivered 1, waiting 0, lag 0
        subscription.cancel()

        #expect(status?.delivered == 1)
        #expect(status?.waiting == 0)
        #expect(status?.lag == 0)
        #expect(!subscription.isActive)
    }

    @MainActor final class Screen {
        private(set) var keys: [Int] = []
        private var subscription: ScopedSubscription?

        func show(_ orders: Bucket<Order>) {
            subscription =
                orders.on(.inserted) { @MainActor [weak self] event, topic in
                    self?.keys.append(event.key)
                }
                .scoped()
        }
    }

    @MainActor @Test func `a handler runs on its actor`() async throws {
        let store = try await Store.start("shop")
        let orders = try await store.defineBucket(Order.self)
        let screen = Screen()
        screen.show(orders)
        try await orders.insert(Order(customer: "ALFKI", total: 440))
        try await store.settle()
        #expect(screen.keys == [1])
    }

    @Test func `commits come whole`() async throws {
        let (store, orders) = try await shop()
        let commits = store.commits()
        try await store.write { tx in
            try tx[Order.self].insert(Order(customer: "ALFKI", total: 440))
            try tx[Order.self].insert(Order(customer: "BERGS", total: 60))
        }
        var lines: [String] = []
        commits.cancel()
        for try await commit in commits {
            lines.append("\(commit.position): \(commit.records.map(\.key))")
        }
        // 2: [1, 2]

        #expect(lines == ["2: [1, 2]"])
        #expect(try orders.count() == 2)
    }
}
