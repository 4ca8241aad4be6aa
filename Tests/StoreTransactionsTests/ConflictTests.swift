import StoreCore
import StoreTesting
import StoreTransactions
import Testing

/// What others may do while a transaction is under way, which has read accounts a (10, Ann), b (20, Bob), c (30, Ann).
@Suite struct `The conflict of a transaction` {
    /// Runs a transaction in which others come between reading and writing; what it is refused with.
    private func conflict(
        _ ledger: Ledger, isolation: TransactionIsolation = .serializable,
        reading: (Transaction) throws -> Void,
        meanwhile others: @escaping @Sendable (Ledger) async throws -> Void
    ) async throws -> TransactionConflictError {
        let before = ledger.store.position
        var committed: Position?
        let error = try await #require(throws: TransactionConflictError.self) {
            try await ledger.store.transaction("t", isolation: isolation) { tx in
                try reading(tx)
                try await meanwhile { try await others(ledger) }
                committed = ledger.store.position
                try tx[ledger.entries].insert(["amount": 1])
            }
        }
        #expect(error.label == "t")
        #expect(error.attempts == 1)
        #expect(error.readPosition == before)
        #expect(ledger.store.position == committed)
        #expect(try ledger.entries.count() == 0)
        #expect(try ledger.held == [0, 0])
        return error
    }

    @Test func `names the record that has changed, and the commit that did it`() async throws {
        let ledger = try await Ledger.filled()
        let error = try await conflict(ledger) {
            _ = try $0.bucket("accounts").get("a")
        } meanwhile: {
            try await $0.accounts.update("a", ["balance": 1])
        }
        #expect(error.bucket == "accounts")
        #expect(error.key == "a")
        #expect(error.predicate == nil)
        #expect(error.changePosition == ledger.store.position)
        #expect(error.commit?.position == ledger.store.position)
        #expect(error.commit?.text == "~a")
        #expect(error.description.contains("key") && error.description.contains("accounts"))
    }

    @Test func `names the record that was deleted`() async throws {
        let ledger = try await Ledger.filled()
        let error = try await conflict(ledger) {
            _ = try $0.bucket("accounts").get("a")
        } meanwhile: {
            try await $0.accounts.delete("a")
            try await $0.accounts.delete("b")
        }
        #expect(error.key == "a")
        #expect(error.commit?.text == "-a")
        #expect(error.changePosition == error.commit?.position)
    }

    @Test func `names the key that was not there, and is now`() async throws {
        let ledger = try await Ledger.filled()
        let error = try await conflict(ledger) {
            let found = try $0.bucket("accounts").get("d")
            #expect(found == nil)
        } meanwhile: {
            try await $0.accounts.insert(Ledger.account("d"))
        }
        #expect(error.key == "d")
        #expect(error.commit?.text == "+d")
    }

    @Test func `names the key whose presence was asked for`() async throws {
        let ledger = try await Ledger.filled()
        let error = try await conflict(ledger) {
            let found = try $0.bucket("accounts").contains("a")
            #expect(found)
        } meanwhile: {
            try await $0.accounts.delete("a")
        }
        #expect(error.key == "a")
    }

    @Test func `names the query into whose range a record has come`() async throws {
        let ledger = try await Ledger.filled()
        let asked = Predicate.field("balance") > 25
        let error = try await conflict(ledger) {
            let found = try $0.bucket("accounts").where(asked).count()
            #expect(found == 1)
        } meanwhile: {
            try await $0.accounts.insert(Ledger.account("d", 26))
        }
        #expect(error.bucket == "accounts")
        #expect(error.predicate == asked)
        #expect(error.key == "d")
        #expect(error.changePosition == ledger.store.position)
        #expect(error.commit?.text == "+d")
        #expect(error.description.contains("query"))
    }

    @Test func `names the query into whose range a record has moved, or out of it`() async throws {
        for balance: Value in [99, 0] {
            let ledger = try await Ledger.filled()
            let error = try await conflict(ledger) {
                _ = try $0.bucket("accounts").where(
                    .field("balance") >= 20 && .field("balance") <= 50
                ).all()
            } meanwhile: {
                try await $0.accounts.update("b", ["balance": balance])
            }
            #expect(error.key == "b")
            #expect(error.commit?.text == "~b")
        }
    }

    @Test func `comes of any record where all were counted`() async throws {
        let ledger = try await Ledger.filled()
        let error = try await conflict(ledger) {
            let found = try $0.bucket("accounts").count()
            #expect(found == 3)
        } meanwhile: {
            try await $0.accounts.insert(Ledger.account("d"))
        }
        #expect(error.bucket == "accounts")
        #expect(error.commit?.text == "+d")
    }

    @Test func `comes of a record that has expired, which nobody did`() async throws {
        let ledger = try await Ledger()
        try await ledger.accounts.insert(
            Ledger.account("a", 10), expiresAt: ledger.clock.now + .seconds(1))
        let error = try await conflict(ledger) {
            let found = try $0.bucket("accounts").get("a")
            #expect(found != nil)
        } meanwhile: {
            $0.clock.advance(by: .seconds(1))
        }
        #expect(error.key == "a")
        #expect(error.changePosition == nil)
        #expect(error.commit == nil)
        #expect(error.description.contains("expired"))
    }

    @Test func `comes of a record that has expired within a query's range`() async throws {
        let ledger = try await Ledger()
        try await ledger.accounts.insert(
            Ledger.account("a", 10), expiresAt: ledger.clock.now + .seconds(1))
        let error = try await conflict(ledger) {
            let found = try $0.bucket("accounts").where(.field("balance") > 5).count()
            #expect(found == 1)
        } meanwhile: {
            $0.clock.advance(by: .seconds(1))
        }
        #expect(error.key == "a")
        #expect(error.predicate != nil)
        #expect(error.commit == nil)
    }

    @Test(arguments: [false, true])
    func `names the bucket that was redefined, whether looked up in or counted`(counts: Bool)
        async throws
    {
        let ledger = try await Ledger.filled()
        let error = try await conflict(ledger) {
            if counts { _ = try $0.bucket("accounts").count() }
            _ = try $0.bucket("accounts").get("a")
        } meanwhile: {
            _ = try await $0.store.updateBucket("accounts", adding: ["note": .string])
        }
        #expect(error.bucket == "accounts")
        #expect(error.key == nil)
        #expect(error.changePosition == ledger.store.position)
        #expect(error.commit?.position == ledger.store.position)
        #expect(!error.description.contains("expired"))
    }

    @Test func `names the bucket that was dropped`() async throws {
        let ledger = try await Ledger.filled()
        let shelf = try await ledger.store.defineBucket("shelf", key: "id", schema: ["id": .string])
        try await shelf.insert(["id": "a"])
        let error = try await conflict(ledger) {
            _ = try $0.bucket("shelf").get("a")
        } meanwhile: {
            try await $0.store.dropBucket("shelf")
        }
        #expect(error.bucket == "shelf")
        #expect(error.changePosition == ledger.store.position)
    }

    @Test func `names the bucket that was defined after the transaction had begun`() async throws {
        let ledger = try await Ledger.filled()
        let error = try await #require(throws: TransactionConflictError.self) {
            try await ledger.store.transaction { tx in
                try await meanwhile {
                    _ = try await ledger.store.defineBucket(
                        "late", key: "id", schema: ["id": .string])
                }
                try tx.bucket("late").insert(["id": "a"])
            }
        }
        #expect(error.bucket == "late")
        #expect(error.changePosition == ledger.store.position)
        // A retry begins on a version that has it.
        try await ledger.store.transaction { try $0.bucket("late").insert(["id": "a"]) }
    }

    @Test func `comes of a record that both have written`() async throws {
        for isolation in [TransactionIsolation.serializable, .snapshot] {
            let ledger = try await Ledger.filled()
            let error = try await conflict(ledger, isolation: isolation) {
                let balance = try $0.bucket("accounts").get("a")?["balance"].int64 ?? 0
                try $0.bucket("accounts").update("a", ["balance": .integer(balance + 1)])
            } meanwhile: {
                try await $0.accounts.update("a", ["balance": 50])
            }
            #expect(error.key == "a")
            #expect(error.commit?.text == "~a")
            #expect(try ledger.balance("a") == 50)
        }
    }

    @Test func `can still be told when the history does not reach back`() async throws {
        let ledger = try await Ledger.filled("abc", [.history(commits: 2, bytes: 1 << 20)])
        let error = try await conflict(ledger) {
            _ = try $0.bucket("accounts").get("a")
            _ = try $0.bucket("accounts").where(.field("balance") > 25).all()
        } meanwhile: {
            try await $0.accounts.update("a", ["balance": 1])
            for _ in 0..<5 { try await $0.accounts.update("b", ["balance": 1]) }
        }
        #expect(error.key == "a")
        #expect(error.commit == nil)
        #expect(error.changePosition != nil)
    }
}
