import StoreCore
import StoreTesting
import Testing

/// The code of the article Concepts.
@Suite struct `The concepts` {
    private let clock = ManualClock()

    private func bank() async throws -> (Store, DynamicBucket) {
        let store = try await Store.start("bank", .clock(clock))
        let accounts = try await store.defineBucket(
            "accounts", key: "id",
            schema: ["id": .string, "owner": .string, "balance": .integer(range: 0...)])
        try await accounts.insertMany([
            ["id": "a", "owner": "Ada", "balance": 100], ["id": "b", "owner": "Bo", "balance": 0],
        ])
        return (store, accounts)
    }

    @Test func `every change is a commit`() async throws {
        let (store, accounts) = try await bank()
        try await store.write { tx in
            let accounts = try tx.bucket("accounts")
            try accounts.increment("a", "balance", by: -40)
            try accounts.increment("b", "balance", by: 40)
        }

        var lines: [String] = []
        for commit in try await store.history.commits(after: .start, limit: 100) {
            for change in commit.records {
                lines.append("\(commit.position): \(change.kind) \(change.key)")
            }
        }
        // 2: inserted "a", 2: inserted "b", 3: updated "a", 3: updated "b"

        let expected = ["2: inserted", "2: inserted", "3: updated", "3: updated"]
        #expect(lines == zip(expected, ["a", "b", "a", "b"]).map { "\($0) \"\($1)\"" })
        #expect(try accounts.get("b")?["balance"] == 40)
    }

    @Test func `a snapshot stays what it is`() async throws {
        let (store, accounts) = try await bank()
        let before = try store.snapshot()
        try await accounts.increment("a", "balance", by: -40)
        let after = try store.snapshot()

        let then = try before.bucket("accounts").get("a")?["balance"]  // 100
        let changes = before.difference(to: after)  // one: a was updated

        #expect(then == 100)
        #expect(changes.map(\.key) == ["a"])
        #expect(changes.first?.old?["balance"] == 100)
    }

    @Test func `a schema changes under the records`() async throws {
        let (store, accounts) = try await bank()
        try await store.updateBucket(
            "accounts", adding: ["branch": .string(default: "main")], addingIndexes: ["branch"])
        let main = try accounts.where(["branch": "main"]).count()  // 2

        #expect(main == 2)
        #expect(try accounts.get("a")?.version == 1)
    }

    @Test func `a read set knows what concerns it`() async throws {
        let (store, accounts) = try await bank()
        let snapshot = try store.snapshot()
        let recorder = ReadRecorder()
        let reader = try snapshot.bucket("accounts").tracked(by: recorder)
        let poor = try reader.where(.field("balance") < 10).all()

        var batch = WriteBatch()
        for account in poor { batch.increment(account.key, "balance", by: 10, in: accounts) }
        try await store.commit(
            batch, requiring: [.unchanged(recorder.readSet, since: snapshot)])

        #expect(try accounts.get("b")?["balance"] == 10)
        await #expect(throws: ConflictError.self) {
            try await store.commit(
                batch, requiring: [.unchanged(recorder.readSet, since: snapshot)])
        }
    }

    @Test func `a version guards one record`() async throws {
        let (_, accounts) = try await bank()
        let account = try #require(try accounts.get("a"))
        do {
            try await accounts.update("a", ["owner": "Alan"], ifVersion: account.version)
        } catch is ConflictError {
            // Somebody was quicker: read again, and decide anew.
        }
        #expect(try accounts.get("a")?["owner"] == "Alan")
    }

    @Test func `an overdue record is not seen`() async throws {
        let (store, accounts) = try await bank()
        let deadline = store.now.advanced(by: .seconds(60))
        try await accounts.insert(["id": "guest"], expiresAt: deadline)
        clock.advance(by: .seconds(60))

        let guest = try accounts.get("guest")  // nil
        let count = try accounts.count()  // 2
        let stored = try accounts.storedCount()  // 3: nobody has swept yet
        try await accounts.insert(["id": "guest", "owner": "Cy"])  // the key is free again

        #expect(guest == nil)
        #expect(count == 2)
        #expect(stored == 3)
        #expect(try accounts.get("guest")?.version == 1)
        let last = try #require(try await store.history.commits(after: .start, limit: 100).last)
        #expect(last.records.map(\.kind) == [.deleted, .inserted])
        #expect(last.records.map(\.reason) == [.expired, .user])
    }
}
