import StoreCore
import StoreTesting
import StoreTransactions
import Testing

/// What rules, references and policies are asked about.
@Suite struct `What a transaction leaves` {
    @Test func `may have swapped unique values`() async throws {
        let ledger = try await Ledger.filled()
        try await ledger.store.transaction { tx in
            try tx[ledger.accounts].update("a", ["code": "code-b"])
            try tx[ledger.accounts].update("b", ["code": "code-a"])
        }
        #expect(try ledger.accounts.where(["code": "code-a"]).all().map(\.name) == ["b"])
    }

    @Test func `may have a unique value of a record that goes`() async throws {
        let ledger = try await Ledger.filled()
        try await ledger.store.transaction { tx in
            var heir = Ledger.account("d")
            heir["code"] = "code-a"
            try tx[ledger.accounts].insert(heir)
            try tx[ledger.accounts].delete("a")
        }
        #expect(try ledger.accounts.where(["code": "code-a"]).all().map(\.name) == ["d"])
    }

    @Test func `must not repeat a unique value`() async throws {
        let ledger = try await Ledger.filled()
        await #expect(throws: UniqueConstraintError.self) {
            try await ledger.store.transaction { tx in
                try tx[ledger.accounts].update("a", ["balance": 0])
                try tx[ledger.accounts].update("b", ["code": "code-c"])
            }
        }
        #expect(try ledger.balance("a") == 10)
        #expect(try ledger.held == [0, 0])
    }

    @Test func `must not repeat a unique value that has been given meanwhile`() async throws {
        let ledger = try await Ledger.filled()
        await #expect(throws: UniqueConstraintError.self) {
            try await ledger.store.transaction { tx in
                var fields = Ledger.account("d")
                fields["code"] = "new"
                try tx[ledger.accounts].insert(fields)
                try await meanwhile { try await ledger.accounts.update("a", ["code": "new"]) }
            }
        }
        #expect(try ledger.keys == ["a", "b", "c"])
    }

    @Test func `may refer to what was inserted later`() async throws {
        let ledger = try await Ledger.filled(onDelete: .restrict)
        try await ledger.store.transaction { tx in
            try tx[ledger.entries].insert(["account": "d", "amount": 1])
            try tx[ledger.accounts].insert(Ledger.account("d"))
        }
        #expect(try ledger.entries.count() == 1)
    }

    @Test func `must not refer to nothing`() async throws {
        let ledger = try await Ledger.filled()
        await #expect(throws: ReferenceError.self) {
            try await ledger.store.transaction { tx in
                try tx[ledger.entries].insert(["account": "nobody", "amount": 1])
            }
        }
        #expect(try ledger.entries.count() == 0)
    }

    @Test func `must not refer to what has been deleted meanwhile`() async throws {
        let ledger = try await Ledger.filled(onDelete: .restrict)
        await #expect(throws: ReferenceError.self) {
            try await ledger.store.transaction { tx in
                try tx[ledger.entries].insert(["account": "a", "amount": 1])
                try await meanwhile { try await ledger.accounts.delete("a") }
            }
        }
        #expect(try ledger.entries.count() == 0)
    }

    @Test func `takes along what refers to a record that is gone, though it came meanwhile`()
        async throws
    {
        let ledger = try await Ledger.filled()
        let commits = try await ledger.commits {
            try await ledger.store.transaction { tx in
                try tx[ledger.accounts].delete("a")
                try await meanwhile {
                    _ = try await ledger.entries.insert(["account": "a", "amount": 1])
                }
            }
        }
        #expect(commits.map(\.text) == ["+1", "-a -1"])
        #expect(try ledger.entries.count() == 0)
    }

    @Test func `is shown to policies once, as a whole, and has what they add`() async throws {
        let ledger = try await Ledger.filled()
        let journal = Journal()
        let policy = ClosurePolicy { context in
            journal.note("\(context.changes.count)")
            return context.changes.compactMap { change in
                change.kind == .inserted && change.new?["note"] == Value.null
                    ? .update(bucket: "notes", key: change.key, ["note": "seen"]) : nil
            }
        }
        let notes = try await ledger.store.defineBucket(
            "notes", key: "id", schema: ["id": .string, "note": .string],
            BucketOption { $0.add(policy) })
        try await ledger.store.transaction { tx in
            try tx[notes].insert(["id": "x"])
            try tx[notes].insert(["id": "y", "note": "own"])
            #expect(journal.lines.isEmpty)
            #expect(try tx[notes].get("x")?["note"] == .null)
        }
        #expect(journal.lines.first == "2")
        #expect(try notes.get("x")?["note"] == "seen")
        #expect(try notes.get("y")?["note"] == "own")
    }

    @Test func `is refused as a whole by a policy or a gate`() async throws {
        let ledger = try await Ledger.filled(
            "abc", [.gate { if $0.transactionID != nil { throw Refusal() } }])
        await #expect(throws: Refusal()) {
            try await ledger.store.transaction { try $0[ledger.accounts].clear() }
        }
        #expect(try ledger.keys == ["a", "b", "c"])
        #expect(try ledger.held == [0, 0])
    }

    @Test func `has numbers that no other transaction has been given`() async throws {
        let ledger = try await Ledger.filled()
        let store = ledger.store
        let first = try await store.transaction { tx in
            let first = try tx[ledger.entries].insert(["account": "a"]).key
            let second = try await meanwhile {
                try await store.transaction { try $0[ledger.entries].insert(["account": "b"]).key }
            }
            #expect(first != second)
            #expect(try tx[ledger.entries].get(first)?["account"] == "a")
            return first
        }
        #expect(try ledger.entries.get(first)?["account"] == "a")
        #expect(try ledger.entries.count() == 2)
    }

    @Test func `has validated and generated values at once`() async throws {
        let ledger = try await Ledger.filled()
        await #expect(throws: ValidationError.self) {
            try await ledger.store.transaction { tx in
                #expect(throws: ValidationError.self) {
                    try tx[ledger.accounts].insert(["id": "d", "balance": "much"])
                }
                try tx[ledger.accounts].update("a", ["balance": 5_000])
            }
        }
    }

    @Test func `knows what is not there`() async throws {
        let ledger = try await Ledger.filled()
        try await ledger.store.transaction { tx in
            #expect(throws: RecordNotFoundError.self) {
                try tx[ledger.accounts].update("nobody", ["balance": 1])
            }
            let wasThere = try tx[ledger.accounts].delete("nobody")
            #expect(!wasThere)
            #expect(throws: StoreError(.bucketNotDefined("nowhere"))) { try tx.bucket("nowhere") }
            #expect(throws: UniqueConstraintError.self) {
                try tx[ledger.accounts].insert(Ledger.account("a"))
            }
        }
    }
}
