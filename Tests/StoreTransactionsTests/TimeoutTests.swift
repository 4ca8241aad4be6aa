import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `A transaction that takes too long` {
    @Test func `ends at its next use`() async throws {
        let ledger = try await Ledger.filled("a")
        let error = try await #require(throws: TransactionTimeoutError.self) {
            try await ledger.store.transaction("slow", timeout: .seconds(5)) { tx in
                try tx[ledger.accounts].update("a", ["balance": 1])
                ledger.clock.advance(by: .seconds(5))
                #expect(throws: TransactionTimeoutError.self) { try tx[ledger.accounts] }
                #expect(throws: TransactionTimeoutError.self) { try tx[ledger.typed] }
                #expect(throws: TransactionTimeoutError.self) { try tx[Account.self] }
                _ = try tx.bucket("accounts")
                Issue.record("a transaction is used whose time is over")
            }
        }
        #expect(error.label == "slow")
        #expect(error.timeout == .seconds(5))
        #expect(error.description.contains("slow"))
        #expect(try ledger.balance("a") == 10)
        #expect(try ledger.figure("timeouts") == 1)
        #expect(try ledger.held == [0, 0])
    }

    @Test func `ends at its commit`() async throws {
        let ledger = try await Ledger.filled("a")
        await #expect(throws: TransactionTimeoutError.self) {
            try await ledger.store.transaction(timeout: .seconds(5)) { tx in
                try tx[ledger.accounts].update("a", ["balance": 1])
                ledger.clock.advance(by: .seconds(6))
            }
        }
        #expect(try ledger.balance("a") == 10)
    }

    @Test func `lets its version go while its body waits`() async throws {
        let ledger = try await Ledger.filled("a")
        let gate = Gate()
        let task = Task {
            try await ledger.store.transaction(timeout: .seconds(5)) { tx in
                let accounts = try tx[ledger.accounts]
                let query = accounts.where(.field("balance") > 1)
                _ = try accounts.get("a")
                await gate.pass()
                #expect(throws: TransactionTimeoutError.self) { try accounts.get("a") }
                #expect(throws: TransactionTimeoutError.self) { try query.count() }
                #expect(throws: TransactionTimeoutError.self) { try accounts.delete("a") }
                #expect(throws: TransactionTimeoutError.self) { try tx.savepoint {} }
            }
        }
        await gate.isReached()
        try await ledger.accounts.update("a", ["balance": 5])
        #expect(try ledger.held == [1, 1])
        await eventually { ledger.clock.sleeperCount > 0 }
        ledger.clock.advance(by: .seconds(5))
        await eventually { (try? ledger.held == [0, 1]) == true }
        await gate.open()
        await #expect(throws: TransactionTimeoutError.self) { try await task.value }
        #expect(try ledger.balance("a") == 5)
        #expect(try ledger.held == [0, 0])
    }

    @Test func `counts its retries in`() async throws {
        let ledger = try await Ledger.filled("a")
        var runs = 0
        await #expect(throws: TransactionTimeoutError.self) {
            try await ledger.store.transaction(retry: .upTo(10), timeout: .seconds(5)) { tx in
                runs += 1
                _ = try tx[ledger.accounts].get("a")
                try await meanwhile { try await ledger.accounts.increment("a", "balance") }
                ledger.clock.advance(by: .seconds(2))
                try tx[ledger.accounts].increment("a", "balance")
            }
        }
        #expect(runs == 3)
    }

    @Test func `may take as long as it likes where no time is given`() async throws {
        let ledger = try await Ledger.filled("a")
        try await ledger.store.transaction(timeout: nil) { tx in
            ledger.clock.advance(by: .seconds(1_000_000))
            #expect(ledger.clock.sleeperCount == 0)
            try tx[ledger.accounts].update("a", ["balance": 1])
        }
        #expect(try ledger.balance("a") == 1)
    }

    @Test(arguments: [Duration.zero, .seconds(-1)])
    func `does not begin where it has no time`(timeout: Duration) async throws {
        let ledger = try await Ledger.filled("a")
        await #expect(throws: TransactionTimeoutError.self) {
            try await ledger.store.transaction(timeout: timeout) { _ in
                Issue.record("a body runs whose time is over")
            }
        }
    }

    @Test func `may have more time than there is`() async throws {
        let ledger = try await Ledger.filled("a")
        try await ledger.store.transaction(timeout: .seconds(Int64.max)) {
            try $0[ledger.accounts].update("a", ["balance": 1])
        }
        #expect(try ledger.balance("a") == 1)
    }

    @Test func `is ended when another with a later deadline has gone before`() async throws {
        let ledger = try await Ledger.filled("a")
        let (first, second) = (Gate(), Gate())
        let long = Task {
            try await ledger.store.transaction(timeout: .seconds(60)) { tx in
                _ = try tx[ledger.accounts].get("a")
                await first.pass()
            }
        }
        await first.isReached()
        let short = Task {
            try await ledger.store.transaction(timeout: .seconds(5)) { tx in
                _ = try tx[ledger.accounts].get("a")
                await second.pass()
            }
        }
        await second.isReached()
        try await ledger.accounts.update("a", ["balance": 5])
        await eventually { ledger.clock.sleeperCount == 1 }
        ledger.clock.advance(by: .seconds(5))
        await second.open()
        await #expect(throws: TransactionTimeoutError.self) { try await short.value }
        await first.open()
        try await long.value
        #expect(try ledger.held == [0, 0])
    }
}
