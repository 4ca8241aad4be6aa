import StoreCore
import StoreTransactions
import Testing

@Suite struct `Transactions beside others` {
    /// Runs a transaction that reads, is overtaken, and writes; whether it was committed.
    private func commits(
        _ ledger: Ledger, isolation: TransactionIsolation = .serializable,
        _ body: (Transaction) throws -> Void,
        meanwhile others: @escaping @Sendable (Ledger) async throws -> Void
    ) async throws -> Bool {
        do {
            try await ledger.store.transaction(isolation: isolation) { tx in
                try body(tx)
                try await meanwhile { try await others(ledger) }
            }
            return true
        } catch is TransactionConflictError {
            return false
        }
    }

    @Test func `do not conflict over ranges that do not meet`() async throws {
        let ledger = try await Ledger.filled()
        let done = try await commits(ledger) { tx in
            #expect(try tx[ledger.accounts].where(.field("balance") > 25).sum("balance") == 30)
            try tx[ledger.accounts].update("c", ["balance": 31])
        } meanwhile: {
            try await $0.accounts.update("a", ["balance": 24])
            try await $0.accounts.insert(Ledger.account("d", 25))
        }
        #expect(done)
        #expect(try ledger.accounts.sum("balance") == 100)
    }

    @Test func `do not conflict over fields that were not read`() async throws {
        let ledger = try await Ledger.filled()
        let done = try await commits(ledger) { tx in
            #expect(try tx[ledger.accounts].where(["owner": "Ann"]).sum("balance") == 40)
            try tx[ledger.entries].insert(["amount": 40])
        } meanwhile: {
            try await $0.accounts.update("a", ["code": "other"])
        }
        #expect(done)
    }

    @Test func `do not conflict over other buckets and keys`() async throws {
        let ledger = try await Ledger.filled()
        let done = try await commits(ledger) { tx in
            _ = try tx[ledger.accounts].get("a")
            try tx[ledger.accounts].update("b", ["balance": 1])
        } meanwhile: {
            try await $0.accounts.delete("c")
            try await $0.entries.insert(["account": "a", "amount": 1])
        }
        #expect(done)
    }

    @Test func `do not conflict over presence when a record only changes`() async throws {
        let ledger = try await Ledger.filled()
        let done = try await commits(ledger) { tx in
            #expect(try tx[ledger.accounts].contains("a"))
            try tx[ledger.accounts].delete("b")
        } meanwhile: {
            try await $0.accounts.update("a", ["balance": 1])
        }
        #expect(done)
    }

    @Test(arguments: [TransactionIsolation.serializable, .snapshot])
    func `skew writes only where snapshots are all that is asked for`(
        isolation: TransactionIsolation
    ) async throws {
        let ledger = try await Ledger.filled()
        // Either may go below zero if both together do not.
        let done = try await commits(ledger, isolation: isolation) { tx in
            let sum = try tx[ledger.accounts].get("a")?["balance"].int64 ?? 0
            let other = try tx[ledger.accounts].get("b")?["balance"].int64 ?? 0
            if sum + other >= 30 { try tx[ledger.accounts].update("a", ["balance": -20]) }
        } meanwhile: {
            try await $0.accounts.update("b", ["balance": -10])
        }
        #expect(done == (isolation == .snapshot))
    }

    @Test(arguments: [TransactionIsolation.serializable, .snapshot])
    func `meet phantoms only where snapshots are all that is asked for`(
        isolation: TransactionIsolation
    ) async throws {
        let ledger = try await Ledger.filled()
        let done = try await commits(ledger, isolation: isolation) { tx in
            let count = try tx[ledger.accounts].where(["owner": "Ann"]).count()
            try tx[ledger.entries].insert(["amount": .integer(Int64(count))])
        } meanwhile: {
            try await $0.accounts.insert(Ledger.account("d", 10, owner: "Ann"))
        }
        #expect(done == (isolation == .snapshot))
    }

    @Test(arguments: [TransactionIsolation.serializable, .snapshot])
    func `lose no update`(isolation: TransactionIsolation) async throws {
        let ledger = try await Ledger.filled()
        let done = try await commits(ledger, isolation: isolation) { tx in
            try tx[ledger.accounts].update("a") { fields in
                fields["balance"] = .integer((fields["balance"].int64 ?? 0) + 1)
            }
        } meanwhile: {
            try await $0.accounts.increment("a", "balance")
        }
        #expect(!done)
    }

    @Test(arguments: [TransactionIsolation.serializable, .snapshot])
    func `insert no key twice`(isolation: TransactionIsolation) async throws {
        let ledger = try await Ledger.filled()
        let done = try await commits(ledger, isolation: isolation) { tx in
            try tx[ledger.accounts].upsert(["id": "d", "balance": 1])
        } meanwhile: {
            try await $0.accounts.insert(["id": "d", "balance": 2])
        }
        #expect(!done)
        #expect(try ledger.balance("d") == 2)
    }

    @Test func `conflict over a window's end, in the order of insertion too`() async throws {
        let ledger = try await Ledger.filled()
        let done = try await commits(ledger) { tx in
            try tx[ledger.accounts].insert(Ledger.account("z", 10))
            #expect(try tx[ledger.accounts].last()?.name == "z")
            #expect(try tx[ledger.accounts].first(4).count == 4)
        } meanwhile: {
            try await $0.accounts.insert(Ledger.account("d", 10))
        }
        #expect(!done)
    }

    @Test func `do not conflict over what lies behind a window`() async throws {
        let ledger = try await Ledger.filled()
        let done = try await commits(ledger) { tx in
            #expect(
                try tx[ledger.accounts].order(by: "balance").first(2).map(\.name) == ["a", "b"])
            try tx[ledger.entries].insert(["amount": 1])
        } meanwhile: {
            try await $0.accounts.insert(Ledger.account("d", 90))
        }
        #expect(done)
    }

    @Test func `that follow one another are never in conflict`() async throws {
        let ledger = try await Ledger.filled()
        for _ in 0..<10 {
            try await ledger.store.transaction { tx in
                let sum = try tx[ledger.accounts].sum("balance").int64 ?? 0
                try tx[ledger.accounts].update("a", ["balance": .integer(sum % 100)])
            }
        }
        #expect(try ledger.figure("conflicts") == 0)
        #expect(try ledger.figure("committed") == 10)
    }
}
