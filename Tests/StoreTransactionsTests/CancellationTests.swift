import StoreCore
import StoreTransactions
import Testing

@Suite struct `A transaction whose task is cancelled` {
    private func cancel() { withUnsafeCurrentTask { $0?.cancel() } }

    @Test func `does not begin`() async throws {
        let ledger = try await Ledger.filled("a")
        let task = Task {
            cancel()
            try await ledger.store.transaction { _ in Issue.record("a body runs that was cancelled")
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test(arguments: [TransactionRetry.never, .upTo(3)])
    func `is not committed`(retry: TransactionRetry) async throws {
        let ledger = try await Ledger.filled("a")
        let journal = Journal()
        let task = Task {
            try await ledger.store.transaction(retry: retry) { tx in
                tx.onCommit { _ in journal.note("commit") }
                tx.onRollback { journal.note("rollback") }
                try tx[ledger.accounts].update("a", ["balance": 1])
                try await meanwhile { _ = try await ledger.entries.insert(["amount": 1]) }
                cancel()
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(journal.lines == ["rollback"])
        #expect(try ledger.balance("a") == 10)
        #expect(try ledger.held == [0, 0])
    }

    @Test func `goes on to its end where its commit had begun`() async throws {
        let ledger = try await Ledger.filled(
            "a", [.gate { if $0.transactionID != nil { withUnsafeCurrentTask { $0?.cancel() } } }])
        let journal = Journal()
        let task = Task {
            try await ledger.store.transaction { tx in
                tx.onCommit { _ in journal.note("commit") }
                try tx[ledger.accounts].update("a", ["balance": 1])
            }
        }
        try await task.value
        #expect(journal.lines == ["commit"])
        #expect(try ledger.balance("a") == 1)
    }

    @Test func `is not run again`() async throws {
        let ledger = try await Ledger.filled("a")
        let journal = Journal()
        let task = Task {
            try await ledger.store.transaction(retry: .upTo(3)) { tx in
                journal.note("run")
                _ = try tx[ledger.accounts].get("a")
                try await meanwhile { try await ledger.accounts.increment("a", "balance") }
                tx.onRollback { cancel() }
                try tx[ledger.accounts].update("a", ["balance": 1])
            }
        }
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(journal.lines == ["run"])
        #expect(try ledger.held == [0, 0])
    }
}
