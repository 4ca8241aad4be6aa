import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `What a transaction has learnt has to be still true` {
    /// Runs `body` in a transaction, and `others` before it commits; returns whether that was in conflict.
    private func conflicts(
        _ ledger: Ledger, isolation: TransactionIsolation = .serializable,
        _ body: (Transaction) throws -> Void,
        meanwhile others: @escaping @Sendable (Ledger) async throws -> Void
    ) async throws -> Bool {
        do {
            try await ledger.store.transaction(isolation: isolation) { tx in
                try body(tx)
                try await meanwhile { try await others(ledger) }
            }
            return false
        } catch is TransactionConflictError {
            return true
        }
    }

    @Test(arguments: [TransactionIsolation.serializable, .snapshot])
    func `by queries of what its increments have left`(
        isolation: TransactionIsolation
    ) async throws {
        let ledger = try await Ledger.filled("a")
        let isInConflict = try await conflicts(ledger, isolation: isolation) { tx in
            let accounts = try tx[ledger.accounts]
            try accounts.increment("a", "balance", by: 10)
            #expect(try accounts.where(.field("balance") > 15).count() == 1)
        } meanwhile: {
            try await $0.accounts.update("a", ["balance": -100])
        }
        #expect(isInConflict)
    }

    @Test(arguments: [true, false])
    func `by looks at what it increments, whatever else may change`(isBefore: Bool) async throws {
        let ledger = try await Ledger.filled("a")
        let isInConflict = try await conflicts(ledger, isolation: .snapshot) { tx in
            let accounts = try tx[ledger.accounts]
            if isBefore { _ = try accounts.get("a") }
            try accounts.increment("a", "balance", by: -10)
            if !isBefore { _ = try accounts.get("a") }
        } meanwhile: {
            try await $0.accounts.increment("a", "balance", by: -10)
        }
        #expect(isInConflict)
    }

    @Test func `by an insertion that it has taken back by a query`() async throws {
        let ledger = try await Ledger.filled("a")
        let isInConflict = try await conflicts(ledger) { tx in
            let accounts = try tx[ledger.accounts]
            try accounts.insert(["id": "k", "balance": 1, "code": "k"])
            try accounts.deleteMany(where: Predicate(["code": "k"]))
            try accounts.update("a", ["balance": 1])
        } meanwhile: {
            try await $0.accounts.insert(["id": "k", "balance": 2, "code": "other"])
        }
        #expect(isInConflict)
    }

    @Test func `by a query that has failed`() async throws {
        let store = try await Store.start("still", .clock(ManualClock()))
        let sizes = try await store.defineBucket(
            "sizes", key: "id", schema: ["id": .string, "n": .integer])
        try await sizes.insertMany([
            ["id": "a", "n": .integer(.max)], ["id": "b", "n": .integer(.max)], ["id": "c"],
        ])
        await #expect(throws: TransactionConflictError.self) {
            try await store.transaction { tx in
                let sizes = try tx[sizes]
                #expect(throws: (any Error).self) { try sizes.sum("n") }
                try sizes.update("c", ["n": 1])
                try await meanwhile { try await store.bucket("sizes").delete("b") }
            }
        }
    }

    @Test func `by clearing what it had made overdue itself`() async throws {
        let ledger = try await Ledger.filled("a")
        let isInConflict = try await conflicts(ledger) { tx in
            let accounts = try tx[ledger.accounts]
            try accounts.setDeadline("a", tx.now)
            try accounts.clear()
        } meanwhile: {
            try await $0.accounts.update("a", ["balance": 5])
        }
        #expect(isInConflict)
    }

    @Test func `which it is when only what nobody saw has been swept`() async throws {
        let ledger = try await Ledger.filled("ab")
        try await ledger.accounts.setDeadline("b", ledger.clock.now + .seconds(1))
        ledger.clock.advance(by: .seconds(2))
        let isInConflict = try await conflicts(ledger) { tx in
            let accounts = try tx[ledger.accounts]
            #expect(try accounts.count() == 1)
            try accounts.update("a", ["balance": 1])
        } meanwhile: {
            var sweep = WriteBatch()
            sweep.expire("b", from: $0.accounts)
            try await $0.store.commit(sweep)
        }
        #expect(!isInConflict)
    }
}
