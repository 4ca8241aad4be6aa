import StoreCore
import Testing

@Suite struct `A stranger's size limit` {
    let clock = ToyClock()

    /// A cache of three with `a`, `b` and `c` in it, and what happens to it from now on.
    private func cache() async throws -> (
        store: Store, cache: DynamicBucket, mailbox: CommitMailbox
    ) {
        let store = try await Store.start("cache", .clock(clock))
        let cache = try await store.defineBucket(
            "cache", key: "id",
            schema: ["id": .string(required: true), "code": .string(unique: true)],
            .toyMaxSize(3))
        for id in ["a", "b", "c"] {
            try await cache.insert(["id": .string(id), "code": .string(id)])
            clock.advance(by: .seconds(1))
        }
        let mailbox = CommitMailbox()
        _ = try await store.attach(mailbox)
        return (store, cache, mailbox)
    }

    private func keys(of bucket: DynamicBucket) throws -> [Key] { try bucket.all().map(\.key) }

    @Test func `without reads the oldest goes, in the commit that needs its place`() async throws {
        let (_, cache, mailbox) = try await cache()
        try await cache.insert(["id": "d"])
        #expect(try keys(of: cache) == ["b", "c", "d"])
        let commit = try #require(mailbox.tryNext())
        #expect(commit.records.map(\.key) == ["d", "a"])
        #expect(commit.records.map(\.reason) == [.user, .evicted])
        #expect(mailbox.tryNext() == nil)
    }

    @Test func `what was read through a handle stays`() async throws {
        let (store, cache, _) = try await cache()
        #expect(try cache.get("a") != nil)
        // A snapshot's reads leave no marks.
        #expect(try store.snapshot().bucket("cache").get("b") != nil)
        clock.advance(by: .seconds(1))
        try await cache.insert(["id": "d"])
        #expect(try keys(of: cache) == ["a", "c", "d"])
    }

    @Test func `a batch evicts as many as it brings`() async throws {
        let (_, cache, _) = try await cache()
        try await cache.insertMany([["id": "d"], ["id": "e"]])
        #expect(try keys(of: cache) == ["c", "d", "e"])
    }

    @Test func `a batch that deletes makes room itself`() async throws {
        let (store, cache, mailbox) = try await cache()
        var batch = WriteBatch()
        batch.delete("c", from: cache)
        batch.insert(["id": "d"], into: cache)
        try await store.commit(batch)
        #expect(try keys(of: cache) == ["a", "b", "d"])
        #expect(mailbox.tryNext()?.records.map(\.reason) == [.user, .user])
    }

    @Test func `an update evicts nothing`() async throws {
        let (_, cache, mailbox) = try await cache()
        try await cache.update("a", ["code": "x"])
        #expect(try cache.count() == 3)
        #expect(mailbox.tryNext()?.records.map(\.key) == ["a"])
    }

    @Test(
        arguments: [
            ["id": "a"], ["id": "d", "code": "b"], ["id": 4], ["code": "no key"],
        ] as [Fields])
    func `a rejected insert evicts nothing`(fields: Fields) async throws {
        let (store, cache, mailbox) = try await cache()
        let position = store.position
        await #expect(throws: (any Error).self) { try await cache.insert(fields) }
        #expect(try keys(of: cache) == ["a", "b", "c"])
        #expect(store.position == position)
        #expect(mailbox.tryNext() == nil)
    }

    @Test func `a write of more than fits is refused as a whole`() async throws {
        let (store, cache, _) = try await cache()
        let many = ["d", "e", "f", "g"].map { ["id": .string($0)] as Fields }
        await #expect(throws: StoreError.self) { try await cache.insertMany(many) }
        #expect(try keys(of: cache) == ["a", "b", "c"])
        #expect(store.health.isHealthy)
    }
}
