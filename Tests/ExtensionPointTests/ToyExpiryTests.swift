import StoreCore
import Testing

@Suite struct `A stranger's expiry` {
    let clock = ToyClock()

    private func sessions(
        _ options: BucketOption...
    ) async throws -> (store: Store, sessions: DynamicBucket) {
        let store = try await Store.start("expiry", .clock(clock))
        let sessions = try await store.defineBucket(
            "sessions", key: "token", schema: ["token": .string, "user": .string(unique: true)],
            indexes: [], options.isEmpty ? [.toyTTL(.seconds(60))] : options)
        return (store, sessions)
    }

    @Test func `every write gives the record its lifetime anew`() async throws {
        let (_, sessions) = try await sessions()
        let inserted = try await sessions.insert(["token": "a"])
        #expect(inserted.expiresAt == clock.now + .seconds(60))
        clock.advance(by: .seconds(30))
        try await sessions.update("a", ["user": "alice"])
        #expect(try sessions.get("a")?.expiresAt == clock.now + .seconds(60))
    }

    @Test func `a record may bring a deadline of its own`() async throws {
        let (_, sessions) = try await sessions()
        let deadline = clock.now + .seconds(5)
        let record = try await sessions.insert(["token": "a"], expiresAt: deadline)
        #expect(record.expiresAt == deadline)
    }

    @Test func `what is overdue is swept in a commit of its own, which says why`() async throws {
        let (store, sessions) = try await sessions()
        try await sessions.insertMany([["token": "a"], ["token": "b"]])
        clock.advance(by: .seconds(30))
        try await sessions.insert(["token": "c"])
        clock.advance(by: .seconds(30))
        #expect(try sessions.count() == 1)
        let mailbox = CommitMailbox(CommitInterest(needsOldImages: true))
        _ = try await store.attach(mailbox)
        try await store.settle()
        #expect(try sessions.storedCount() == 1)
        #expect(try store.stats().components["toy-expiry"] == ["swept": 2])
        // The sweeper's own timer may have been quicker than the observer.
        guard let commit = mailbox.tryNext() else { return }
        #expect(commit.records.map(\.reason) == [.expired, .expired])
        #expect(commit.causation?.label == "toy-expiry")
    }

    @Test func `it does not take a call to be swept`() async throws {
        let (store, sessions) = try await sessions()
        try await sessions.insert(["token": "a"])
        let mailbox = CommitMailbox()
        _ = try await store.attach(mailbox)
        clock.advance(by: .seconds(60))
        let commit = try #require(try await mailbox.next())
        #expect(commit.records.map(\.reason) == [.expired])
        #expect(commit.records.map(\.key) == ["a"])
        await store.stop()
    }

    @Test func `a record that was prolonged since the sweeper looked is spared`() async throws {
        let (store, sessions) = try await sessions(.strict)
        try await sessions.insert(["token": "a"], expiresAt: clock.now + .seconds(1))
        try await sessions.insert(["token": "b"], expiresAt: clock.now + .seconds(1))
        try await sessions.setDeadline("a", clock.now + .seconds(9))
        clock.advance(by: .seconds(1))
        var batch = WriteBatch()
        batch.expire("a", from: sessions)
        batch.expire("b", from: sessions)
        batch.expire("c", from: sessions)
        let receipt = try await store.commit(batch)
        #expect(receipt.counts == [0, 1, 0])
        #expect(try sessions.storedCount() == 1)
        #expect(try sessions.contains("a"))
    }

    @Test func `an overdue record blocks neither its key nor its unique value`() async throws {
        let (_, sessions) = try await sessions()
        try await sessions.insert(["token": "a", "user": "alice"])
        clock.advance(by: .seconds(60))
        try await sessions.insert(["token": "a"])
        try await sessions.insert(["token": "b", "user": "alice"])
        #expect(try sessions.count() == 2)
    }

    @Test func `the first bucket brings the sweeper, and the second shares it`() async throws {
        let store = try await Store.start("shared", .clock(clock))
        #expect(store.component(named: "toy-expiry") == nil)
        let schema: BucketSchema = ["id": .integer]
        try await store.defineBucket("a", key: "id", schema: schema, .toyTTL(.seconds(1)))
        let sweeper = store.component(named: "toy-expiry")
        try await store.defineBucket("b", key: "id", schema: schema, .toyTTL(.seconds(2)))
        #expect(sweeper != nil)
        #expect(store.component(named: "toy-expiry") === sweeper)
        #expect(try store.bucket("b").definition.attributes["toyTTL"] == 2)
    }

    @Test func `a lifetime of nothing is a definition error that leaves nothing`() async throws {
        let store = try await Store.start("refused", .clock(clock))
        let error = await #expect(throws: DefinitionError.self) {
            try await store.defineBucket(
                "a", key: "id", schema: ["id": .integer], .toyTTL(.zero))
        }
        #expect(error?.reason == .invalidOption)
        #expect(store.buckets.isEmpty)
        #expect(store.component(named: "toy-expiry") == nil)
    }

    @Test func `a store that is let go takes its sweeper along`() async throws {
        weak var sweeper: (any StoreComponent)?
        weak var gone: Store?
        do {
            let (store, _) = try await sessions()
            sweeper = store.component(named: "toy-expiry")
            gone = store
            await store.stop()
        }
        #expect(gone == nil)
        #expect(sweeper == nil)
    }
}
