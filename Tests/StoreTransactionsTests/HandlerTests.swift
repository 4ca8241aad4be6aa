import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `Handlers of a transaction` {
    @Test func `for its commit run in their order, after it, before the call returns`() async throws
    {
        let ledger = try await Ledger.filled("a")
        let journal = Journal()
        try await ledger.store.transaction { tx in
            tx.onCommit { position in
                let isThere = (try? ledger.balance("a")) == 1 && position == ledger.store.position
                journal.note("first \(isThere)")
            }
            tx.onCommit { _ in journal.note("second") }
            tx.onRollback { journal.note("rollback") }
            try tx[ledger.accounts].update("a", ["balance": 1])
            journal.note("body")
        }
        #expect(journal.lines == ["body", "first true", "second"])
    }

    @Test func `may write`() async throws {
        let ledger = try await Ledger.filled("a")
        try await ledger.store.transaction { tx in
            tx.onCommit { _ in _ = try? await ledger.entries.insert(["account": "a", "amount": 1]) }
            try tx[ledger.accounts].update("a", ["balance": 1])
        }
        #expect(try ledger.entries.count() == 1)
    }

    @Test func `for its rollback run the newest first`() async throws {
        let ledger = try await Ledger.filled("a")
        let journal = Journal()
        await #expect(throws: Refusal()) {
            try await ledger.store.transaction { tx in
                tx.onRollback { journal.note("first") }
                tx.onCommit { _ in journal.note("commit") }
                tx.onRollback { journal.note("second") }
                try tx[ledger.accounts].update("a", ["balance": 1])
                throw Refusal()
            }
        }
        #expect(journal.lines == ["second", "first"])
    }

    @Test func `for the commit run though nothing was written`() async throws {
        let ledger = try await Ledger.filled("a")
        let journal = Journal()
        try await ledger.store.transaction { tx in
            tx.onCommit { journal.note("\($0 == tx.position)") }
        }
        #expect(journal.lines == ["true"])
    }

    @Test func `are those of each run: rollbacks for runs in conflict, the commit once`()
        async throws
    {
        let ledger = try await Ledger.filled("a")
        let journal = Journal()
        var runs = 0
        try await ledger.store.transaction(retry: .upTo(3)) { tx in
            runs += 1
            let run = runs
            tx.onRollback { journal.note("rollback \(run)") }
            tx.onCommit { _ in journal.note("commit \(run)") }
            _ = try tx[ledger.accounts].get("a")
            if run < 3 {
                try await meanwhile { try await ledger.accounts.increment("a", "balance") }
            }
            try tx[ledger.accounts].update("a", ["balance": 1])
        }
        #expect(journal.lines == ["rollback 1", "rollback 2", "commit 3"])
    }

    @Test func `of a savepoint that was taken back are forgotten, but those for rollbacks`()
        async throws
    {
        let ledger = try await Ledger.filled("a")
        let journal = Journal()
        await #expect(throws: Refusal()) {
            try await ledger.store.transaction { tx in
                tx.onRollback { journal.note("outer rollback") }
                try? tx.savepoint {
                    tx.onRollback { journal.note("inner rollback") }
                    throw Refusal()
                }
                throw Refusal()
            }
        }
        #expect(journal.lines == ["inner rollback", "outer rollback"])
        try await ledger.store.transaction { tx in
            tx.onCommit { _ in journal.note("outer") }
            try? tx.savepoint {
                tx.onCommit { _ in journal.note("inner") }
                throw Refusal()
            }
            try tx.savepoint { tx.onCommit { _ in journal.note("kept") } }
        }
        #expect(journal.lines.suffix(2) == ["outer", "kept"])
    }

    @Test func `of the last run may wait for other writers`() async throws {
        let ledger = try await Ledger.filled("a")
        var runs = 0
        try await ledger.store.transaction(retry: .upTo(1)) { tx in
            runs += 1
            _ = try tx[ledger.accounts].get("a")
            if runs == 1 {
                try await meanwhile { try await ledger.accounts.increment("a", "balance") }
            }
            tx.onCommit { _ in
                _ = try? await meanwhile { try await ledger.accounts.increment("a", "balance") }
            }
            try tx[ledger.accounts].update("a", ["balance": 50])
        }
        #expect(runs == 2)
        #expect(try ledger.balance("a") == 51)
    }

    @Test func `do not say of a commit that it was rolled back, though it may not be durable`()
        async throws
    {
        let store = try await Store.start(
            "lossy", .clock(ManualClock()), StoreOption { $0.history = LossyHistory() })
        await #expect(throws: StoreError.self) {
            try await store.defineBucket("accounts", key: "id", schema: ["id": .string])
        }
        let journal = Journal()
        let error = try await #require(throws: StoreError.self) {
            try await store.transaction { tx in
                tx.onCommit { _ in journal.note("commit") }
                tx.onRollback { journal.note("rollback") }
                try tx.bucket("accounts").insert(["id": "a"])
            }
        }
        #expect(error.position == store.position)
        #expect(try store.bucket("accounts").count() == 1)
        #expect(journal.lines.isEmpty)
    }
}
