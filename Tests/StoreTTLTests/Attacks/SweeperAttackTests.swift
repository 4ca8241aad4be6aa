import StoreCore
import StoreTTL
import StoreTesting
import TestSupport
import Testing

@Suite struct `The sweeper under attack` {
    @Test func `goes with a store that is dropped without a stop`() async throws {
        let clock = ManualClock()
        weak var gone: Store?
        do {
            let store = try await Store.start("dropped", .clock(clock), .expiry())
            let items = try await store.defineBucket(
                "items", key: "id", schema: Larder.schema, .ttl("60s"))
            try await items.insert(["id": "a"])
            gone = store
        }
        for _ in 0..<10_000 where gone != nil { await Task.yield() }
        clock.advance(by: .seconds(120))
        let isGone = await patiently { gone == nil && clock.sleeperCount == 0 }
        #expect(isGone)
    }

    @Test func `outlives buckets that are dropped and defined again in the middle of a sweep`()
        async throws
    {
        let larder = try await Larder(.ttl("60s"))
        for round in 0..<15 {
            let bucket = try await larder.store.defineBucket(
                "b\(round % 2)", key: "id", schema: Larder.schema, .ttl("60s"))
            try await bucket.insertMany((0..<2_500).map { ["id": .string("\($0)")] })
            larder.clock.advance(by: .seconds(61))
            async let settled: Void = larder.store.settle()
            for _ in 0..<round { await Task.yield() }
            try await larder.store.dropBucket("b\(round % 2)")
            try? await settled
        }
        try await larder.store.settle()
        #expect(larder.store.health.isHealthy)
    }

    @Test func `a snapshot of before shows what has expired since`() async throws {
        let larder = try await Larder(.ttl("60s"))
        try await larder.insert("a")
        let snapshot = try larder.store.snapshot()
        larder.clock.advance(by: .days(10))
        try await larder.store.settle()
        #expect(try larder.items.storedCount() == 0)
        #expect(try snapshot.bucket("items").get("a") != nil)
        #expect(try snapshot.bucket("items").count() == 1)
    }

    @Test func `a parent's expiry takes children along, which may have expired too`() async throws {
        let larder = try await Larder(.ttl("60s"))
        let parts = try await larder.store.defineBucket(
            "parts", key: "id",
            schema: ["id": .string(), "item": .string.references("items", onDelete: .cascade)],
            .ttl("60s"))
        try await larder.insert("a")
        try await parts.insert(["id": "p", "item": "a"])
        try await parts.insert(["id": "q", "item": "a"], expiresIn: .days(1))
        larder.clock.advance(by: .seconds(60))
        try await larder.store.settle()
        #expect(try parts.storedCount() == 0)
        #expect(
            Set(larder.departures) == ["-a expired", "-p expired", "-q cascaded"]
                || larder.departures.count == 3)
    }

    @Test func `two stores do not mind each other`() async throws {
        let (one, two) = (try await Larder(.ttl("60s")), try await Larder(.ttl("60s")))
        try await one.insert("a")
        try await two.insert("a")
        one.clock.advance(by: .seconds(60))
        try await one.store.settle()
        try await two.store.settle()
        #expect(try one.items.storedCount() == 0)
        #expect(try two.keys == ["a"])
        await one.store.stop()
        two.clock.advance(by: .seconds(60))
        try await two.store.settle()
        #expect(try two.items.storedCount() == 0)
    }

    @Test func `a component of its name is refused with an error`() async throws {
        final class Impostor: StoreComponent {
            let name = "expiry"
            func start(on store: Store) async throws {}
            func stop() async {}
            var statistics: Fields { [:] }
        }
        let clock = ManualClock()
        let store = try await Store.start("impostor", .clock(clock))
        let items = try await store.defineBucket("items", key: "id", schema: Larder.schema)
        _ = try store.component(named: "expiry", orAdd: { Impostor() })
        await #expect(throws: StoreError.self) {
            try await items.insert(["id": "a"], expiresIn: .seconds(1))
        }
    }
}
