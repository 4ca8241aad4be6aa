import StoreCore
import StoreTTL
import StoreTesting
import Testing

/// A parent that is overdue, which no sweeper takes away.
@Suite struct `The children of an overdue parent` {
    private let clock = ManualClock()

    private func family(
        _ action: ReferenceAction
    ) async throws -> (store: Store, parents: DynamicBucket, children: DynamicBucket) {
        let store = try await Store.start(
            "family", .clock(clock), .expiry(checkInterval: .zero))
        let parents = try await store.defineBucket("parents", key: "id", schema: ["id": .integer])
        let children = try await store.defineBucket(
            "children", key: "id",
            schema: ["id": .integer, "p": .integer.references("parents", onDelete: action)])
        return (store, parents, children)
    }

    @Test func `go with it when another takes its key`() async throws {
        let (_, parents, children) = try await family(.cascade)
        try await parents.insert(["id": 1], expiresAt: clock.now + .seconds(5))
        try await children.insert(["id": 1, "p": 1])
        clock.advance(by: .seconds(10))
        try await parents.insert(["id": 1])
        #expect(try children.count() == 0)
    }

    @Test func `are set free when another takes its key`() async throws {
        let (_, parents, children) = try await family(.setNull)
        try await parents.insert(["id": 1], expiresAt: clock.now + .seconds(5))
        try await children.insert(["id": 1, "p": 1])
        clock.advance(by: .seconds(10))
        try await parents.upsert(["id": 1])
        #expect(try children.get(1)?["p"] == .null)
    }

    @Test func `do not take along those that come with the new one`() async throws {
        let (store, parents, children) = try await family(.cascade)
        try await parents.insert(["id": 1], expiresAt: clock.now + .seconds(5))
        try await children.insert(["id": 1, "p": 1])
        clock.advance(by: .seconds(10))
        try await store.write { tx in
            try tx.bucket("parents").insert(["id": 1])
            try tx.bucket("children").insert(["id": 2, "p": 1])
        }
        #expect(try children.all().map(\.key) == [2])
    }

    @Test func `cannot come to be where restrict would keep it`() async throws {
        let (_, parents, _) = try await family(.restrict)
        let error = await #expect(throws: ReferenceError.self) {
            try await parents.insert(["id": 1], expiresAt: clock.now + .seconds(5))
        }
        #expect(error?.reason == .expiring)
        try await parents.insert(["id": 1])
        await #expect(throws: ReferenceError.self) {
            try await parents.touch(1, expiresIn: .seconds(5))
        }
    }

    @Test func `cannot be restricted afterwards`() async throws {
        let store = try await Store.start("family", .clock(clock))
        let parents = try await store.defineBucket("parents", key: "id", schema: ["id": .integer])
        try await parents.insert(["id": 1], expiresAt: clock.now + .seconds(5))
        let error = await #expect(throws: DefinitionError.self) {
            try await store.defineBucket(
                "children", key: "id",
                schema: ["id": .integer, "p": .integer.references("parents", onDelete: .restrict)])
        }
        #expect(error?.reason == .restricted)
    }
}
