import StoreCore
import StoreTransactions
import Testing

@Suite struct `A transaction within a transaction` {
    @Test func `joins: both are one commit, or nothing`() async throws {
        let ledger = try await Ledger.filled("a")
        let store = ledger.store
        let commits = try await ledger.commits {
            let result = try await store.transaction("outer") { tx in
                try tx[ledger.accounts].update("a", ["balance": 1])
                return try await store.transaction("inner", retry: .upTo(3), timeout: .zero) {
                    inner in
                    #expect(inner === tx)
                    #expect(try inner[ledger.accounts].get("a")?["balance"] == 1)
                    try inner[ledger.entries].insert(["account": "a", "amount": 1])
                    return 7
                }
            }
            #expect(result == 7)
            await #expect(throws: Refusal()) {
                try await store.transaction { _ in
                    try await store.transaction { try $0[ledger.accounts].clear() }
                    throw Refusal()
                }
            }
        }
        #expect(commits.map(\.text) == ["~a +1"])
        #expect(commits.first?.causation?.label == "transaction:outer")
    }

    @Test func `that throws undoes its own writes alone`() async throws {
        let ledger = try await Ledger.filled("a")
        let store = ledger.store
        try await store.transaction { tx in
            try tx[ledger.accounts].update("a", ["balance": 1])
            await #expect(throws: Refusal()) {
                try await store.transaction { inner in
                    try inner[ledger.accounts].update("a", ["balance": 2])
                    try inner[ledger.accounts].insert(Ledger.account("x"))
                    throw Refusal()
                }
            }
            #expect(try tx[ledger.accounts].all().map(\.name) == ["a"])
        }
        #expect(try ledger.balance("a") == 1)
    }

    @Test func `of another store is one of its own`() async throws {
        let (ledger, other) = (try await Ledger.filled("a"), try await Ledger.filled("b"))
        await #expect(throws: Refusal()) {
            try await ledger.store.transaction { tx in
                try tx[ledger.accounts].delete("a")
                try await other.store.transaction { try $0[other.accounts].delete("b") }
                throw Refusal()
            }
        }
        #expect(try ledger.keys == ["a"])
        #expect(try other.keys.isEmpty)
    }

    @Test func `is refused where it would be a speculation`() async throws {
        let ledger = try await Ledger.filled("a")
        await #expect(throws: StoreError.self) {
            try await ledger.store.transaction { _ in
                _ = try await ledger.store.speculate { try $0[ledger.accounts].clear() }
            }
        }
    }
}

@Suite struct `In the body of a transaction` {
    private struct Write: Sendable {
        let write: @Sendable (Ledger) async throws -> Void
        init(_ write: @escaping @Sendable (Ledger) async throws -> Void) { self.write = write }
    }

    private static let writes = [
        Write { try await $0.accounts.insert(Ledger.account("z")) },
        Write { try await $0.typed.update("a") { $0.balance = 1 } },
        Write { try await $0.accounts.clear() },
        Write { try await $0.store.write { _ in } },
        Write { try await $0.store.commit(WriteBatch()) },
        Write { try await $0.store.commit(try $0.store.draft()) },
        Write { _ = try await $0.store.defineBucket("new", key: "id", schema: ["id": .string]) },
        Write { try await $0.store.dropBucket("accounts") },
        Write { try await $0.store.exclusively {} },
    ]

    @Test(arguments: writes.indices)
    func `writes through ordinary handles throw, and say what to do`(index: Int) async throws {
        let ledger = try await Ledger.filled("a")
        let commits = try await ledger.commits {
            try await ledger.store.transaction { tx in
                let error = try await #require(throws: StoreError.self) {
                    try await Self.writes[index].write(ledger)
                }
                #expect(error.description.contains("inside a transaction"))
                try tx[ledger.accounts].update("a", ["balance": 1])
            }
        }
        #expect(commits.map(\.text) == ["~a"])
    }
}

@Suite struct `A transaction that is over` {
    private struct Use: Sendable {
        let use: @Sendable (Transaction, WritableBucket, Query) throws -> Void
        init(_ use: @escaping @Sendable (Transaction, WritableBucket, Query) throws -> Void) {
            self.use = use
        }
    }

    private static let uses = [
        Use { tx, _, _ in _ = try tx.bucket("accounts") },
        Use { tx, _, _ in _ = try tx[Account.self] },
        Use { tx, _, _ in try tx.savepoint {} },
        Use { _, bucket, _ in _ = try bucket.get("a") },
        Use { _, bucket, _ in _ = try bucket.count() },
        Use { _, bucket, _ in try bucket.insert(Ledger.account("z")) },
        Use { _, bucket, _ in try bucket.delete("a") },
        Use { _, _, query in _ = try query.all() },
    ]

    @Test(arguments: uses.indices, [false, true])
    func `throws whatever is done with it, and with what it gave out`(index: Int, fails: Bool)
        async throws
    {
        let ledger = try await Ledger.filled("a")
        var kept: (Transaction, WritableBucket, Query)?
        try? await ledger.store.transaction { tx in
            let accounts = try tx[ledger.accounts]
            kept = (tx, accounts, accounts.where(.field("balance") > 1))
            if fails { throw Refusal() }
        }
        let (tx, bucket, query) = try #require(kept)
        #expect(throws: StoreError(.scopeEnded)) { try Self.uses[index].use(tx, bucket, query) }
        #expect(try ledger.keys == ["a"])
    }
}
