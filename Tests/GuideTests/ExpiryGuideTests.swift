import StoreCore
import StoreTTL
import StoreTesting
import Testing

/// The code of StoreTTL's landing page and guide.
@Suite struct `The guide to expiry and limits` {
    @Test func `begins with sessions`() async throws {
        let store = try await Store.start("guide", .clock(ManualClock()))
        let sessions = try await store.defineBucket(
            "sessions", key: "token",
            schema: ["token": .string(generated: .uuid), "user": .string],
            .ttl(.minutes(30)), .maxSize(10_000))
        let session = try await sessions.insert(["user": "alice"])
        let left = try sessions.ttl(of: session.key)  // 30 minutes
        #expect(left == .minutes(30))
    }

    @Test func `gives carts lifetimes`() async throws {
        let clock = ManualClock()
        let store = try await Store.start("guide", .clock(clock))
        let carts = try await store.defineBucket(
            "carts", key: "id", schema: ["id": .string, "items": .integer], .slidingTTL("30m"))
        try await carts.insert(["id": "c1"])
        try await carts.insert(["id": "c2"], expiresIn: .hours(2))
        try await carts.persist("c2")  // lives for ever
        try await carts.touch("c2")  // lives for 30 minutes from now on
        #expect(try carts.ttl(of: "c2") == .minutes(30))
        clock.advance(by: .minutes(20))
        _ = try carts.get("c1")
        try await store.settle()
        let rest = try carts.ttl(of: "c1")  // 30 minutes from the read on
        #expect(rest == .minutes(30))
    }

    @Test func `keeps what is recent`() async throws {
        let store = try await Store.start("guide")
        let recent = try await store.defineBucket(
            "recent", key: "id", schema: ["id": .integer], .maxSize(3))
        try await recent.insertMany((1...5).map { ["id": .integer($0)] })
        let kept = try recent.all().map(\.key)  // 3, 4, 5
        #expect(kept == [3, 4, 5])
    }
}
