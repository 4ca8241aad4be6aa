import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `A body that does what it should not` {
    @Test(arguments: [0, 1])
    func `stops its own store`(retries: Int) async throws {
        let ledger = try await Ledger.filled("a")
        await #expect(throws: (any Error).self) {
            try await ledger.store.transaction(retry: .upTo(retries)) { tx in
                _ = try tx[ledger.accounts].get("a")
                try tx[ledger.accounts].update("a", ["balance": 1])
                if tx.attempt <= retries {
                    try await meanwhile { _ = try await ledger.accounts.increment("a", "balance") }
                    return
                }
                await ledger.store.stop()
                #expect(throws: StoreError.self) { try tx[ledger.accounts].get("a") }
            }
        }
    }

    @Test(arguments: [0, 1])
    func `waits for the store and changes its buckets`(retries: Int) async throws {
        let ledger = try await Ledger.filled("a")
        try await ledger.store.transaction(retry: .upTo(retries)) { tx in
            _ = try tx[ledger.accounts].get("a")
            try tx[ledger.accounts].update("a", ["balance": 1])
            if tx.attempt <= retries {
                try await meanwhile { _ = try await ledger.accounts.increment("a", "balance") }
                return
            }
            await #expect(throws: StoreError.self) { try await ledger.store.dropBucket("accounts") }
            await #expect(throws: StoreError.self) {
                _ = try await ledger.store.defineBucket("other", key: "id", schema: ["id": .string])
            }
            await #expect(throws: StoreError.self) {
                _ = try await ledger.store.updateBucket("accounts", adding: ["x": .string])
            }
            await #expect(throws: StoreError.self) {
                _ = try await ledger.store.speculate { try $0[ledger.accounts].clear() }
            }
            await #expect(throws: StoreError.self) { try await ledger.store.write { _ in } }
            _ = try? await ledger.store.settle()
        }
        #expect(try ledger.balance("a") == 1)
        #expect(try ledger.held == [0, 0])
    }

    @Test(arguments: [0, 1])
    func `leaves it to handlers to write, stop and run transactions`(retries: Int) async throws {
        let ledger = try await Ledger.filled("ab")
        let store = ledger.store
        let accounts = ledger.accounts
        try await store.transaction(retry: .upTo(retries)) { tx in
            _ = try tx[accounts].get("a")
            try tx[accounts].update("a", ["balance": 1])
            tx.onRollback { _ = try? await accounts.increment("b", "balance", by: 100) }
            tx.onCommit { _ in
                _ = try? await store.transaction { try $0[accounts].increment("b", "balance") }
                _ = try? await accounts.increment("b", "balance")
                await store.stop()
            }
            if tx.attempt <= retries {
                try await meanwhile { _ = try await accounts.increment("a", "balance") }
            }
        }
        #expect(throws: StoreError.self) { try store.draft() }
    }
}
