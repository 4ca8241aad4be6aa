import StoreCore
import StoreEvents
import StoreTesting
import Testing

@Suite struct `Topics` {
    /// Everything that happens in these buckets.
    static let all = ["Orders", "orders", "users"].flatMap { bucket in
        ["inserted", "updated", "deleted"].map { "bucket.\(bucket).\($0)" }
    }

    /// The topics that a subscriber is told of, when everything happens in every bucket once.
    private func told(_ pattern: TopicPattern) async throws -> [String] {
        let shop = try await Shop()
        let buckets = [
            try await shop.define("Orders"), shop.orders, try await shop.define("users"),
        ]
        let notes = Notes()
        shop.store.on(pattern) { _, topic in await notes.note(topic) }
        for bucket in buckets {
            try await bucket.insert(["id": 1])
            try await bucket.update(1, ["total": 2])
            try await bucket.delete(1)
        }
        try await shop.store.settle()
        return await notes.all
    }

    @Test(arguments: ["**", "*", "bucket.**", "bucket.*", "*.**", "*.*.**", "bucket.*.*", "*.*.*"])
    func `are all matched`(text: String) async throws {
        #expect(try await told(TopicPattern(text)) == Self.all)
    }

    @Test(arguments: [
        ("bucket.orders.updated", ["bucket.orders.updated"]),
        ("*.orders.updated", ["bucket.orders.updated"]),
        (
            "bucket.orders.*",
            ["bucket.orders.inserted", "bucket.orders.updated", "bucket.orders.deleted"]
        ),
        (
            "bucket.orders.**",
            ["bucket.orders.inserted", "bucket.orders.updated", "bucket.orders.deleted"]
        ),
        (
            "bucket.*.deleted",
            ["bucket.Orders.deleted", "bucket.orders.deleted", "bucket.users.deleted"]
        ),
        ("bucket.Orders.inserted", ["bucket.Orders.inserted"]),
        ("bucket.nobody.*", []),
    ])
    func `are matched segment by segment`(text: String, topics: [String]) async throws {
        #expect(try await told(TopicPattern(text)) == topics)
    }

    @Test(arguments: [
        ("", TopicPatternError.Reason.emptySegment), ("bucket..inserted", .emptySegment),
        (".orders.inserted", .emptySegment), ("bucket.orders.", .emptySegment),
        ("**.inserted", .tailInside), ("bucket.**.inserted", .tailInside),
        ("bucket.ord*.inserted", .partialWildcard), ("bucket.***", .partialWildcard),
        ("bucket", .matchesNothing), ("bucket.orders", .matchesNothing),
        ("orders.inserted", .matchesNothing), ("Bucket.orders.inserted", .matchesNothing),
        ("bucket.orders.changed", .matchesNothing), ("bucket.orders.Inserted", .matchesNothing),
        ("bucket.orders.inserted.now", .matchesNothing), ("*.*", .matchesNothing),
        ("bucket.orders.inserted.**", .matchesNothing),
    ])
    func `that cannot be are no pattern`(text: String, reason: TopicPatternError.Reason) {
        let error = #expect(throws: TopicPatternError.self) { try TopicPattern(text) }
        #expect(error?.reason == reason)
        #expect(error?.pattern == text)
    }

    @Test func `that match nothing say that no name has a dot`() {
        let text = "bucket.a.b.*"
        let error = #expect(throws: TopicPatternError.self) { try TopicPattern(text) }
        #expect(error?.description.contains("no name has a dot") == true)
    }

    @Test func `of names that are written alike but not the same are told apart`() async throws {
        let shop = try await Shop()
        let composed = try await shop.define("caf\u{E9}")
        let decomposed = try await shop.define("cafe\u{301}")
        let notes = Notes()
        shop.store.on("bucket.caf\u{E9}.*") { event, _ in
            await notes.note("composed \(event.old?["total"] ?? 0)")
        }
        shop.store.on("bucket.cafe\u{301}.*") { event, _ in
            await notes.note("decomposed \(event.old?["total"] ?? 0)")
        }
        for bucket in [composed, decomposed] { try await bucket.insert(["id": 1, "total": 7]) }
        try await shop.store.settle()
        try await composed.update(1, ["total": 8])
        try await shop.store.settle()
        try await decomposed.delete(1)
        try await shop.store.settle()
        #expect(
            await notes.all.sorted() == [
                "composed 0", "composed 7", "decomposed 0", "decomposed 7",
            ]
        )
    }

    @Test func `of names that begin with a combining mark are matched`() async throws {
        let shop = try await Shop()
        let marked = try await shop.define("\u{301}x")
        let events = shop.store.events("bucket.\u{301}x.inserted")
        try await marked.insert(["id": 1])
        #expect(events.status.waiting == 1)
    }

    @Test func `of names that are written alike but not the same are different patterns`() {
        let patterns: [TopicPattern] = ["bucket.caf\u{E9}.*", "bucket.cafe\u{301}.*"]
        #expect(patterns[0] != patterns[1])
        #expect(Set(patterns).count == 2)
    }

    @Test func `are shown in part where they are long, be it one character`() throws {
        let text = "a" + String(repeating: "\u{301}", count: 10_000)
        let error = #expect(throws: TopicPatternError.self) { try TopicPattern(text) }
        #expect(try #require(error).description.utf8.count < 500)
    }

    @Test func `of an insertion come with the record alone`() async throws {
        let event = try await event { _ = try await $0.insert(["id": 5, "total": 3]) }
        #expect(event.topic == "bucket.orders.inserted")
        #expect(event.kind == .inserted)
        #expect(event.bucket == "orders")
        #expect(event.key == 5)
        #expect(event.old == nil)
        #expect(event.hasOldImage)
        #expect(event.new?["total"] == 3)
        #expect(event.record?["total"] == 3)
    }

    @Test func `of an update come with the record before and after`() async throws {
        let event = try await event(after: 1) { _ = try await $0.update(1, ["total": 4]) }
        #expect(event.topic == "bucket.orders.updated")
        #expect(event.kind == .updated)
        #expect(event.old?["total"] == 1)
        #expect(event.new?["total"] == 4)
        #expect(event.record?["total"] == 4)
        #expect(event.hasChanged("total"))
        #expect(!event.hasChanged("status"))
    }

    @Test func `of a deletion come with the record as it last was`() async throws {
        let event = try await event(after: 1) { _ = try await $0.delete(1) }
        #expect(event.topic == "bucket.orders.deleted")
        #expect(event.kind == .deleted(.user))
        #expect(event.old?["total"] == 1)
        #expect(event.new == nil)
        #expect(event.record?["total"] == 1)
    }

    /// The event of a write, with so many orders there.
    private func event(
        after orders: Int = 0, _ write: (DynamicBucket) async throws -> Void
    ) async throws -> Event {
        let shop = try await Shop()
        if orders > 0 { try await shop.order(orders) }
        let events = shop.store.events("**")
        try await write(shop.orders)
        var iterator = events.makeAsyncIterator()
        return try #require(await iterator.next())
    }
}
