import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `A task that outlives a transaction` {
    @Test func `writes as any other once that is over`() async throws {
        let ledger = try await Ledger.filled("a")
        let gate = Gate()
        var task: Task<Record, any Error>?
        try await ledger.store.transaction { tx in
            task = Task {
                await gate.pass()
                return try await ledger.accounts.update("a", ["balance": 7])
            }
            try tx[ledger.accounts].update("a", ["balance": 1])
        }
        let commits = try await ledger.commits {
            await gate.open()
            _ = try await task?.value
        }
        #expect(commits.map(\.text) == ["~a"])
        #expect(commits.first?.transactionID == nil)
        #expect(try ledger.balance("a") == 7)
    }
}
