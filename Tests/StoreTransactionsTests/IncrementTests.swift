import StoreCore
import StoreTransactions
import Testing

@Suite struct `Increments in transactions` {
    /// Runs a transaction on account a, which holds 10, while others do something to it.
    private func run(
        _ ledger: Ledger, _ body: (WritableBucket) throws -> Void,
        meanwhile others: @escaping @Sendable (Ledger) async throws -> Void
    ) async throws {
        try await ledger.store.transaction { tx in
            try body(try tx[ledger.accounts])
            try await meanwhile { try await others(ledger) }
        }
    }

    @Test func `commute with those of others`() async throws {
        let ledger = try await Ledger.filled("a")
        try await run(ledger) {
            try $0.increment("a", "balance", by: 5)
            try $0.increment("a", "balance", by: 2)
        } meanwhile: {
            let store = $0.store
            try await store.transaction {
                try $0.bucket("accounts").increment("a", "balance", by: 100)
            }
        }
        #expect(try ledger.balance("a") == 117)
        // Each increment is a version, as it would be without the others.
        #expect(try ledger.accounts.get("a")?.version == 4)
    }

    @Test func `commute with any change of the record`() async throws {
        let ledger = try await Ledger.filled("a")
        let commits = try await ledger.commits {
            try await run(ledger) {
                try $0.increment("a", "balance")
            } meanwhile: {
                try await $0.accounts.update("a", ["owner": "Zoe", "balance": 50])
            }
        }
        #expect(commits.map(\.text) == ["~a", "~a"])
        #expect(commits.last?.records.first?.old?["balance"] == 50)
        #expect(try ledger.accounts.get("a")?["owner"] == "Zoe")
        #expect(try ledger.balance("a") == 51)
        #expect(try ledger.accounts.where(.field("balance") == 51).count() == 1)
    }

    @Test(arguments: [false, true])
    func `do not commute with a read of the record`(readsFirst: Bool) async throws {
        let ledger = try await Ledger.filled("a")
        await #expect(throws: TransactionConflictError.self) {
            try await run(ledger) {
                if readsFirst { _ = try $0.get("a") }
                try $0.increment("a", "balance")
                if !readsFirst { _ = try $0.get("a") }
            } meanwhile: {
                try await $0.accounts.increment("a", "balance")
            }
        }
        #expect(try ledger.balance("a") == 11)
    }

    @Test func `do not commute with a query that finds the record`() async throws {
        let ledger = try await Ledger.filled("a")
        await #expect(throws: TransactionConflictError.self) {
            try await run(ledger) {
                try $0.increment("a", "balance")
                #expect(try $0.sum("balance") == 11)
            } meanwhile: {
                try await $0.accounts.increment("a", "balance")
            }
        }
    }

    @Test(arguments: [false, true])
    func `do not commute with another change of their own`(incrementsFirst: Bool) async throws {
        let ledger = try await Ledger.filled("a")
        await #expect(throws: TransactionConflictError.self) {
            try await run(ledger) {
                if incrementsFirst { try $0.increment("a", "balance") }
                try $0.update("a", ["balance": 3])
                if !incrementsFirst { try $0.increment("a", "balance") }
            } meanwhile: {
                try await $0.accounts.increment("a", "balance")
            }
        }
    }

    @Test func `that lead out of the range in the end are refused`() async throws {
        let ledger = try await Ledger.filled("a")
        await #expect(throws: ValidationError.self) {
            try await run(ledger) {
                try $0.increment("a", "balance", by: 900)
            } meanwhile: {
                try await $0.accounts.increment("a", "balance", by: 900)
            }
        }
        #expect(try ledger.balance("a") == 910)
        #expect(try ledger.held == [0, 0])
    }

    @Test func `of a record that is gone conflict`() async throws {
        let ledger = try await Ledger.filled("a")
        let error = try await #require(throws: TransactionConflictError.self) {
            try await run(ledger) {
                try $0.increment("a", "balance")
            } meanwhile: {
                try await $0.accounts.delete("a")
            }
        }
        #expect(error.key == "a")
        #expect(error.commit?.text == "-a")
    }

    @Test func `of what is not there say so, and that is read`() async throws {
        let ledger = try await Ledger.filled("a")
        await #expect(throws: TransactionConflictError.self) {
            try await ledger.store.transaction { tx in
                #expect(throws: RecordNotFoundError.self) {
                    try tx[ledger.accounts].increment("b", "balance")
                }
                try await meanwhile { try await ledger.accounts.insert(Ledger.account("b")) }
                try tx[ledger.accounts].delete("a")
            }
        }
    }

    @Test func `of eight tasks are all counted, without a conflict`() async throws {
        let ledger = try await Ledger.filled("a")
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<100 {
                        try await ledger.store.transaction {
                            try $0[ledger.accounts].increment("a", "balance")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try ledger.balance("a") == 810)
        #expect(try ledger.figure("conflicts") == 0)
    }
}
