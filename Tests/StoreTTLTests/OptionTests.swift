import StoreCore
import StoreTTL
import StoreTesting
import Testing

@Suite struct `Options of expiry and limits` {
    @Test(arguments: [
        ("30s", Duration.seconds(30)), ("30 m", .minutes(30)), ("1.5h", .minutes(90)),
        ("2d", .days(2)), ("0.001s", .milliseconds(1)),
    ])
    func `take a lifetime as text`(text: String, lifetime: Duration) async throws {
        let larder = try await Larder(.ttl(text))
        try await larder.insert("a")
        #expect(try larder.items.ttl(of: "a") == lifetime)
    }

    @Test(arguments: [
        "10w", "", "0s", "-1s", "s", "1", ".5h", "1.h", "1e3s", "99999999999999999d", "１s",
    ])
    func `refuse a text that is no lifetime`(text: String) async throws {
        try await refuse(.ttl(text))
        try await refuse(.slidingTTL(text))
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .nanoseconds(1), .seconds(Int64.max)])
    func `refuse a duration that is no lifetime`(lifetime: Duration) async throws {
        try await refuse(.ttl(lifetime))
        try await refuse(.slidingTTL(lifetime))
    }

    @Test(arguments: [0, -1, Int.min]) func `refuse a limit below one`(count: Int) async throws {
        try await refuse(.maxSize(count))
    }

    @Test func `refuse a second lifetime and a second limit`() async throws {
        try await refuse(.ttl("1s"), .ttl("1s"))
        try await refuse(.ttl("1s"), .slidingTTL("1s"))
        try await refuse(.maxSize(1), .maxSize(1, evict: .leastRecentlyUsed))
    }

    @Test func `refuse an interval below zero`() async throws {
        let error = await #expect(throws: ExpiryError.self) {
            try await Store.start("larder", .expiry(checkInterval: .seconds(-1)))
        }
        #expect(error?.reason == .invalidInterval(.seconds(-1)))
    }

    @Test func `are kept in the definition`() async throws {
        let larder = try await Larder(.ttl(.seconds(2)), .maxSize(5, evict: .leastRecentlyUsed))
        let attributes = larder.items.definition.attributes
        #expect(attributes["ttl"] == 2_000_000)
        #expect(attributes["maxSize"] == 5)
        #expect(attributes["evict"] == "leastRecentlyUsed")
        #expect(larder.items.definition.letsRecordsGo)
    }

    private func refuse(_ options: BucketOption...) async throws {
        let store = try await Store.start()
        let error = await #expect(throws: DefinitionError.self) {
            try await store.defineBucket("items", key: "id", schema: Larder.schema, options)
        }
        #expect(error?.reason == .invalidOption)
        #expect(store.buckets.isEmpty)
    }
}
