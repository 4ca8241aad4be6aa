import StoreCore
import StoreTTL
import StoreTesting
import Testing

@Suite struct `Lifetimes of all kinds` {
    @Test(arguments: [
        "1e400d", " 30 m", "٣٠m", "３０m", "30м", "", "m", "-1s", "+1s", "0s", "0.0000001s", "1..5s",
        ".s",
        "1.s", ".5s", "inf d", "nan s", "0x10s", "30M", "30ms", "99999999999999999999d", "1_000s",
        "30m ", "\u{0600}5s",
        String(repeating: "9", count: 400) + "s", "1\u{0}s", "5\u{0600}s",
    ])
    func `a text that is none is refused`(text: String) async throws {
        await #expect(throws: DefinitionError.self) { _ = try await Larder(.ttl(text)) }
        await #expect(throws: DefinitionError.self) { _ = try await Larder(.slidingTTL(text)) }
    }

    @Test(arguments: [
        Duration.zero, .seconds(-1), .nanoseconds(999), .seconds(Int64.max), .seconds(1e20),
        .seconds(-1e20),
        .seconds(Int64.min),
    ])
    func `a duration that is none is refused everywhere`(duration: Duration) async throws {
        await #expect(throws: DefinitionError.self) { _ = try await Larder(.ttl(duration)) }
        let larder = try await Larder()
        try await larder.insert("x")
        await #expect(throws: ExpiryError.self) {
            try await larder.items.insert(["id": "a"], expiresIn: duration)
        }
        await #expect(throws: ExpiryError.self) {
            try await larder.items.touch("x", expiresIn: duration)
        }
        #expect(try larder.keys == ["x"])
    }

    @Test(arguments: [
        Duration.microseconds(Int64.max / 2), .seconds(4_000_000_000_000), .days(36_500 * 30),
    ])
    func `long lives work on the system's clock`(duration: Duration) async throws {
        let store = try await Store.start("real", .expiry())
        let items = try await store.defineBucket(
            "items", key: "id", schema: Larder.schema, .ttl(duration))
        try await items.insert(["id": "a"])
        try await items.insert(["id": "b"], expiresIn: .milliseconds(1))
        while try items.storedCount() != 1 { await Task.yield() }
        #expect(try items.all().map(\.key) == ["a"])
        #expect(try #require(try items.ttl(of: "a")) > .days(1))
        await store.stop()
    }

    @Test(arguments: [
        Timestamp.distantPast, Timestamp(microseconds: .min + 1), Timestamp(microseconds: 0),
        Timestamp(microseconds: .max - 1), .distantFuture,
    ])
    func `a deadline at the end of time is kept or refused`(deadline: Timestamp) async throws {
        let larder = try await Larder(.ttl("60s"), .maxSize(3))
        try await larder.insert("x")
        let isPast = deadline <= larder.clock.now
        _ = try? await larder.items.insert(["id": "a"], expiresAt: deadline)
        _ = try? await larder.items.setDeadline("x", deadline)
        #expect(try larder.items.get("a") == nil || !isPast)
        _ = try? larder.items.ttl(of: "a")
        _ = try? await larder.items.touch("a")
        _ = try? await larder.items.upsert(["id": "a", "n": 1])
        try await larder.store.settle()
        larder.clock.advance(to: Timestamp(microseconds: .max - 1))
        try await larder.store.settle()
        _ = try? await larder.items.insert(["id": "late"])
        _ = try? await larder.items.insert(["id": "late2"], expiresIn: .seconds(1))
        larder.clock.advance(to: .distantFuture)
        _ = try? await larder.items.insert(["id": "later"])
        try await larder.store.settle()
        #expect(larder.store.health.isHealthy)
    }

    @Test func `a microsecond is a life`() async throws {
        let larder = try await Larder(.ttl(.microseconds(1)), .maxSize(2))
        for round in 0..<50 {
            try await larder.insert("\(round)")
            #expect(try larder.keys.last == "\(round)")
            larder.clock.advance(by: .microseconds(1))
            #expect(try larder.keys == [])
        }
        try await larder.until {
            larder.clock.advance(by: .milliseconds(10))
            return try larder.items.storedCount() == 0
        }
    }

    @Test(arguments: [Duration.seconds(Int64.max), .seconds(1e20), .microseconds(1)])
    func `any interval between two sweeps is waited for`(interval: Duration) async throws {
        let larder = try await Larder(.ttl("60s"), store: [.expiry(checkInterval: interval)])
        try await larder.insert("a")
        larder.clock.advance(by: .days(4_000))
        try await larder.store.settle()
        #expect(try larder.items.storedCount() == 0)
        await larder.store.stop()
    }

    @Test func `units of any count give a duration`() {
        #expect(Duration.minutes(3) == .seconds(180))
        #expect(Duration.days(-1) == .seconds(-86_400))
        #expect(Duration.minutes(Int.max) == .seconds(Int64.max))
        #expect(Duration.hours(UInt64.max) == .seconds(Int64.max))
        #expect(Duration.days(Int64.min) == .seconds(Int64.min))
    }
}
