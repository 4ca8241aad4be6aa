import StoreCore
import StoreTransactions
import Testing

@Suite struct `A transaction that is overtaken` {
    /// Runs a transaction that somebody comes between for so many runs of its body; how many there were.
    private func runs(
        _ ledger: Ledger, _ retry: TransactionRetry, overtaken count: Int
    ) async throws -> (runs: Int, error: TransactionConflictError?) {
        var runs = 0
        do {
            try await ledger.store.transaction(retry: retry) { tx in
                runs += 1
                #expect(tx.attempt == runs)
                let balance = try tx[ledger.accounts].get("a")?["balance"].int64 ?? 0
                if runs <= count {
                    try await meanwhile { try await ledger.accounts.increment("a", "balance") }
                }
                try tx[ledger.accounts].update("a", ["balance": .integer(balance + 100)])
            }
            return (runs, nil)
        } catch let error as TransactionConflictError {
            return (runs, error)
        }
    }

    @Test(arguments: [TransactionRetry.never, .upTo(0), .upTo(-3)])
    func `fails at once where no retry is asked for`(retry: TransactionRetry) async throws {
        let ledger = try await Ledger.filled("a")
        let (runs, error) = try await runs(ledger, retry, overtaken: 1)
        #expect(runs == 1)
        #expect(error?.attempts == 1)
        #expect(try ledger.balance("a") == 11)
    }

    @Test(arguments: [0, 1, 2])
    func `runs again, on a newer state, until nobody comes between`(times: Int) async throws {
        let ledger = try await Ledger.filled("a")
        let (runs, error) = try await runs(ledger, .upTo(3), overtaken: times)
        #expect(runs == times + 1)
        #expect(error == nil)
        #expect(try ledger.balance("a") == Int64(110 + times))
        #expect(try ledger.figure("retries") == Int64(times))
        #expect(try ledger.figure("conflicts") == Int64(times))
        #expect(try ledger.figure("committed") == 1)
        #expect(try ledger.held == [0, 0])
    }

    @Test func `has the writers to itself in its last run`() async throws {
        let ledger = try await Ledger.filled("a")
        let journal = Journal()
        var runs = 0
        var late: Task<Void, any Error>?
        try await ledger.store.transaction(retry: .upTo(1)) { tx in
            runs += 1
            _ = try tx[ledger.accounts].get("a")
            if runs == 1 {
                try await meanwhile { try await ledger.accounts.increment("a", "balance") }
            } else {
                late = Task.detached {
                    try await ledger.accounts.increment("a", "balance")
                    journal.note("writer")
                }
                for _ in 0..<100 { await Task.yield() }
                journal.note("transaction")
            }
            try tx[ledger.accounts].update("a", ["balance": 50])
        }
        try await late?.value
        #expect(runs == 2)
        #expect(journal.lines == ["transaction", "writer"])
        #expect(try ledger.balance("a") == 51)
    }

    @Test func `may be read beside in its last run`() async throws {
        let ledger = try await Ledger.filled("a")
        var runs = 0
        try await ledger.store.transaction(retry: .upTo(1)) { tx in
            runs += 1
            _ = try tx[ledger.accounts].get("a")
            let read = try await meanwhile {
                if try ledger.balance("a") == 10 {
                    try await ledger.accounts.update("a", ["balance": 1])
                }
                return try ledger.balance("a")
            }
            #expect(read == 1)
            try tx[ledger.accounts].update("a", ["balance": 2])
        }
        #expect(runs == 2)
    }

    @Test func `is not run again for a version that the body itself asks for`() async throws {
        let ledger = try await Ledger.filled("a")
        var runs = 0
        let error = try await #require(throws: ConflictError.self) {
            try await ledger.store.transaction(retry: .upTo(3)) { tx in
                runs += 1
                try tx[ledger.accounts].update("a", ["balance": 1], ifVersion: 7)
            }
        }
        #expect(error.expectedVersion == 7)
        #expect(error.actualVersion == 1)
        #expect(runs == 1)
        #expect(try ledger.balance("a") == 10)
    }

    @Test func `is not run again for what it is refused with`() async throws {
        let ledger = try await Ledger.filled("ab")
        var runs = 0
        await #expect(throws: UniqueConstraintError.self) {
            try await ledger.store.transaction(retry: .upTo(3)) { tx in
                runs += 1
                try tx[ledger.accounts].update("a", ["code": "code-b"])
            }
        }
        #expect(runs == 1)
    }

    @Test func `loses nothing where eight tasks want the same record`() async throws {
        let ledger = try await Ledger.filled("ab")
        try await withThrowingTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<50 {
                        try await ledger.store.transaction(retry: .upTo(2)) { tx in
                            let accounts = try tx[Account.self]
                            let amount = task.isMultiple(of: 2) ? 1 : -1
                            try accounts.update("a") { $0.balance += amount }
                            await Task.yield()
                            try accounts.update("b") { $0.balance -= amount }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try ledger.balance("a") == 10)
        #expect(try ledger.balance("b") == 20)
        #expect(try ledger.figure("committed") == 400)
        #expect(try ledger.held == [0, 0])
    }
}
