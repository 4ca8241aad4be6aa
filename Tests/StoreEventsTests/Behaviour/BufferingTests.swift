import StoreCore
import StoreEvents
import StoreTesting
import Testing

@Suite struct `Buffers` {
    /// What a handler is told that was held while everything but the first order was written.
    private func told<Failure>(
        _ buffering: Buffering<Failure>, _ pattern: TopicPattern = "bucket.orders.*",
        _ write: (DynamicBucket) async throws -> Void
    ) async throws -> (notes: [String], status: SubscriptionStatus) {
        let shop = try await Shop()
        let gate = Gate()
        let notes = Notes()
        let marks = try await shop.define("marks")
        // Another subscription holds nothing up: what is there before is committed before the one under test is.
        for id in 1...2 { try await shop.orders.insert(["id": .integer(Int64(id)), "total": 0]) }
        let subscription = shop.store.on("**", buffering: buffering) { event, _ in
            if event.bucket == "marks" { return await gate.pass() }
            await notes.note(
                "\(event.change.kind) \(event.topic.split(separator: ".")[2]) \(event.key) "
                    + "\(event.old?["total"].int ?? -1)→\(event.new?["total"].int ?? -1)")
        }
        try await marks.insert([:])
        await gate.isReached()
        try await write(shop.orders)
        let status = try #require(subscription.status)
        await gate.open()
        try await shop.store.settle()
        return (await notes.all, status)
    }

    @Test func `without a limit keep everything`() async throws {
        let (notes, status) = try await told(.unbounded) { orders in
            for total in 1...2_000 { try await orders.update(1, ["total": .integer(Int64(total))]) }
        }
        #expect(notes == (1...2_000).map { "updated updated 1 \($0 - 1)→\($0)" })
        #expect(status.waiting == 2_000)
    }

    @Test(arguments: [(2, 3), (1, 4), (0, 4), (5, 0)])
    func `that drop the oldest keep the newest, and count`(capacity: Int, dropped: Int)
        async throws
    {
        let (notes, status) = try await told(.dropOldest(capacity)) { orders in
            for total in 1...5 { try await orders.update(1, ["total": .integer(Int64(total))]) }
        }
        #expect(notes == (dropped + 1...5).map { "updated updated 1 \($0 - 1)→\($0)" })
        #expect(status.dropped == dropped)
        #expect(status.waiting == 5 - dropped)
    }

    // MARK: One event for each record

    /// What one record goes through while its handler is held, and what is left of it.
    struct Course: Sendable, CustomTestStringConvertible {
        let steps: String
        let told: [String]
        let coalesced: Int

        var testDescription: String { steps }
    }

    @Test(arguments: [
        Course(steps: "iu", told: ["updated inserted 9 -1→2"], coalesced: 1),
        Course(steps: "iuu", told: ["updated inserted 9 -1→3"], coalesced: 2),
        Course(steps: "id", told: [], coalesced: 1),
        Course(steps: "iud", told: [], coalesced: 2),
        Course(steps: "idi", told: ["inserted inserted 9 -1→3"], coalesced: 1),
    ]) func `of one event a record make one of what becomes of a new record`(course: Course)
        async throws
    {
        try await expect(course, of: 9)
    }

    @Test(arguments: [
        Course(steps: "u", told: ["updated updated 1 0→1"], coalesced: 0),
        Course(steps: "uuu", told: ["updated updated 1 0→3"], coalesced: 2),
        Course(steps: "ud", told: ["deleted deleted 1 0→-1"], coalesced: 1),
        Course(steps: "di", told: ["inserted updated 1 0→2"], coalesced: 1),
        Course(steps: "did", told: ["deleted deleted 1 0→-1"], coalesced: 2),
        Course(steps: "udiu", told: ["updated updated 1 0→4"], coalesced: 3),
    ]) func `of one event a record make one of what becomes of an old record`(course: Course)
        async throws
    {
        try await expect(course, of: 1)
    }

    private func expect(_ course: Course, of key: Key) async throws {
        let (notes, status) = try await told(.coalesceByKey) { orders in
            for (index, step) in course.steps.enumerated() {
                let total = Value.integer(Int64(index + 1))
                switch step {
                case "i": try await orders.insert(["id": key.value, "total": total])
                case "u": try await orders.update(key, ["total": total])
                default: try await orders.delete(key)
                }
            }
        }
        #expect(notes == course.told)
        #expect(status.coalesced == course.coalesced)
        #expect(status.waiting == course.told.count)
    }

    @Test func `of one event a record have it in the place of the last`() async throws {
        let (notes, _) = try await told(.coalesceByKey) { orders in
            try await orders.update(1, ["total": 1])
            try await orders.update(2, ["total": 2])
            try await orders.update(1, ["total": 3])
        }
        #expect(notes == ["updated updated 2 0→2", "updated updated 1 0→3"])
    }

    @Test func `make one event of two only if it is one that is wanted`() async throws {
        let shop = try await Shop()
        try await shop.order(1)
        let events = shop.orders.events([.inserted, .deleted], buffering: .coalesceByKey)
        try await shop.orders.delete(1)
        try await shop.orders.insert(["id": 1])
        events.cancel()
        var topics: [String] = []
        for await event in events { topics.append(event.topic) }
        #expect(topics == ["bucket.orders.deleted", "bucket.orders.inserted"])
    }

    // MARK: Failing

    @Test func `that fail deliver what they hold, and end the subscription`() async throws {
        let shop = try await Shop()
        let gate = Gate()
        let notes = Notes()
        let subscription = shop.store.on("**", named: "narrow", buffering: .fail(2)) { event, _ in
            await gate.pass()
            await notes.note("\(event.key)")
        }
        try await shop.order(1)
        await gate.isReached()
        try await shop.order(4)
        #expect(!subscription.isActive)
        await gate.open()
        try await shop.store.settle()
        #expect(await notes.all == ["1", "2", "3"])
        #expect(subscription.status?.activity == .ended)
        #expect(try shop.orders.count() == 5, "commits do not suffer from it")
        let expected = SubscriptionError.Reason.overflow(capacity: 2)
        #expect(shop.store.health.components.first?.health != .healthy, "\(expected)")
    }
}
