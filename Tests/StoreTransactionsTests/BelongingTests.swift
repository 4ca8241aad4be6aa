import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `What runs in a body belongs to the transaction` {
    @Test func `also when its time is over`() async throws {
        let ledger = try await Ledger.filled("a")
        let store = ledger.store
        let commits = try await ledger.commits {
            await #expect(throws: TransactionTimeoutError.self) {
                try await store.transaction(timeout: .seconds(5)) { tx in
                    try tx[ledger.accounts].update("a", ["balance": 1])
                    await eventually { ledger.clock.sleeperCount > 0 }
                    ledger.clock.advance(by: .seconds(5))
                    await eventually { (try? tx.draft.context.bucket("accounts")) == nil }
                    do {
                        try await ledger.accounts.update("a", ["balance": 2])
                        Issue.record("an ordinary handle has written in a body")
                    } catch is StoreError {}
                    try await store.transaction { try $0[ledger.accounts].delete("a") }
                }
            }
        }
        #expect(commits.isEmpty)
    }

    @Test func `so that the body cannot commit it`() async throws {
        let ledger = try await Ledger.filled("a")
        let store = ledger.store
        let commits = try await ledger.commits {
            await #expect(throws: StoreError.self) {
                try await store.transaction { tx in
                    try tx[ledger.accounts].update("a", ["balance": 1])
                    try await store.commit(tx.draft)
                }
            }
        }
        #expect(commits.isEmpty)
    }

    @Test func `though that of another store is retried in a turn of its own`() async throws {
        let (ledger, other) = (try await Ledger.filled("a"), try await Ledger.filled("b"))
        try await ledger.store.transaction { _ in
            try await other.store.transaction(retry: .upTo(1)) { tx in
                let balance = try tx[other.accounts].get("b")?["balance"].int64 ?? 0
                if tx.attempt == 1 {
                    try await meanwhile { try await other.accounts.update("b", ["balance": 50]) }
                }
                try tx[other.accounts].update("b", ["balance": .integer(balance + 1)])
            }
        }
        #expect(try other.balance("b") == 51)
    }

    @Test func `so that a predicate which ends it ends nothing under its own feet`() async throws {
        let ledger = try await Ledger.filled("abc")
        await #expect(throws: StoreError.self) {
            try await ledger.store.transaction { tx in
                let accounts = try tx[ledger.accounts]
                try accounts.update("a", ["balance": 1])
                let draft = tx.draft
                let ending = Predicate.matching { _ in
                    draft.end()
                    return true
                }
                #expect(try accounts.where(ending).all().count == 3)
                _ = try accounts.get("a")
            }
        }
        #expect(try ledger.balance("a") == 10)
        #expect(try ledger.held == [0, 0])
    }
}
