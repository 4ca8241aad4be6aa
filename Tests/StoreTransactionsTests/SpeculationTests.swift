import StoreCore
import StoreTransactions
import Testing

@Suite struct `A speculation` {
    @Test func `has what references and policies would add, and changes nothing`() async throws {
        let ledger = try await Ledger.filled("ab")
        let policy = ClosurePolicy { context in
            context.changes.compactMap { change in
                change.kind == .inserted && change.new?["note"] == Value.null
                    ? .update(bucket: "notes", key: change.key, ["note": "seen"]) : nil
            }
        }
        let notes = try await ledger.store.defineBucket(
            "notes", key: "id", schema: ["id": .string, "note": .string],
            BucketOption { $0.add(policy) })
        try await ledger.entries.insertMany([["account": "a"], ["account": "b"], ["account": "a"]])
        let position = ledger.store.position
        var commit: Commit?
        let commits = try await ledger.commits {
            commit = try await ledger.store.speculate { tx in
                try tx[ledger.accounts].delete("a")
                try tx[notes].insert(["id": "n"])
            }
        }
        #expect(commits.isEmpty)
        #expect(commit?.position == position.next)
        #expect(commit?.text == "-a +n -1 -3")
        #expect(commit?.records.map(\.reason).last == .cascade)
        #expect(commit?.records.first?.old?["balance"] == 10)
        #expect(commit?.records[1].new?["note"] == "seen")
        #expect(ledger.store.position == position)
        #expect(try ledger.keys == ["a", "b"])
        #expect(try notes.count() == 0)
        #expect(try ledger.held == [0, 0])
    }

    @Test func `is empty where nothing would change`() async throws {
        let ledger = try await Ledger.filled("a")
        let commit = try await ledger.store.speculate { _ = try $0[ledger.accounts].get("a") }
        #expect(commit.records.isEmpty)
    }

    @Test func `is refused as the transaction would be, and runs no handlers`() async throws {
        let ledger = try await Ledger.filled("ab")
        let journal = Journal()
        await #expect(throws: UniqueConstraintError.self) {
            try await ledger.store.speculate { tx in
                tx.onCommit { _ in journal.note("commit") }
                tx.onRollback { journal.note("rollback") }
                try tx[ledger.accounts].update("a", ["code": "code-b"])
            }
        }
        #expect(journal.lines.isEmpty)
        #expect(try ledger.held == [0, 0])
    }

    @Test func `may be followed by the same as a transaction`() async throws {
        let ledger = try await Ledger.filled("a")
        let change = { (tx: Transaction) in _ = try tx[ledger.accounts].increment("a", "balance") }
        let speculated = try await ledger.store.speculate(change)
        let commits = try await ledger.commits { try await ledger.store.transaction(nil, change) }
        #expect(commits.map(\.text) == [speculated.text])
        #expect(commits.first?.position == speculated.position)
    }
}
