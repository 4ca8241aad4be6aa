import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `A savepoint` {
    /// What is undone: of the accounts a, b, c, and d which the transaction has inserted.
    private static func disturb(_ accounts: WritableBucket) throws {
        try accounts.update("a", ["balance": 99])
        try accounts.update("d", ["balance": 98])
        try accounts.delete("b")
        try accounts.insert(Ledger.account("b", 97))
        try accounts.delete("c")
        try accounts.delete("d")
        try accounts.insert(Ledger.account("e", 96))
    }

    private func picture(_ accounts: WritableBucket) throws -> [String] {
        try accounts.all().map { "\($0.name) \($0["balance"].int64 ?? 0) \($0.version)" }
            + accounts.order(by: "balance").all().map(\.name)
    }

    /// Whether queries have been asked before, within and after: the state that they keep follows.
    @Test(arguments: [false, true], [false, true])
    func `takes everything back if it throws`(asksBefore: Bool, asksWithin: Bool) async throws {
        let ledger = try await Ledger.filled()
        let commits = try await ledger.commits {
            try await ledger.store.transaction { tx in
                let accounts = try tx[ledger.accounts]
                try accounts.insert(Ledger.account("d", 40))
                try accounts.update("a", ["balance": 11])
                if asksBefore { _ = try accounts.order(by: "balance").all() }
                #expect(throws: Refusal()) {
                    try tx.savepoint {
                        try Self.disturb(accounts)
                        if asksWithin {
                            #expect(try accounts.count() == 3)
                            #expect(try accounts.where(["owner": "Ann"]).count() >= 1)
                        }
                        throw Refusal()
                    }
                }
                #expect(
                    try picture(accounts) == [
                        "a 11 2", "b 20 1", "c 30 1", "d 40 1", "a", "b", "c", "d",
                    ])
                #expect(try accounts.get("e") == nil)
                #expect(try accounts.get("b")?["balance"] == 20)
                try accounts.insert(Ledger.account("e", 50))
                #expect(try accounts.where(["code": "code-e"]).count() == 1)
            }
        }
        #expect(commits.map(\.text) == ["+d ~a +e"])
        #expect(try ledger.keys == ["a", "b", "c", "d", "e"])
        #expect(try ledger.balance("a") == 11)
    }

    @Test func `keeps what it has written if it returns`() async throws {
        let ledger = try await Ledger.filled()
        try await ledger.store.transaction { tx in
            let key = try tx.savepoint { try tx[ledger.accounts].insert(Ledger.account("d")).key }
            #expect(key == "d")
        }
        #expect(try ledger.keys == ["a", "b", "c", "d"])
    }

    @Test func `within another is taken back with it, or alone`() async throws {
        let ledger = try await Ledger.filled("a")
        try await ledger.store.transaction { tx in
            let accounts = try tx[ledger.accounts]
            try tx.savepoint {
                try accounts.insert(Ledger.account("x"))
                try? tx.savepoint {
                    try accounts.insert(Ledger.account("y"))
                    try accounts.delete("x")
                    throw Refusal()
                }
                #expect(try accounts.all().map(\.name) == ["a", "x"])
            }
            try? tx.savepoint {
                try tx.savepoint { _ = try accounts.insert(Ledger.account("z")) }
                try accounts.delete("a")
                throw Refusal()
            }
            #expect(try accounts.all().map(\.name) == ["a", "x"])
        }
        #expect(try ledger.keys == ["a", "x"])
    }

    @Test func `may suspend`() async throws {
        let ledger = try await Ledger.filled("a")
        try await ledger.store.transaction { tx in
            await #expect(throws: Refusal()) {
                try await tx.suspendingSavepoint {
                    try tx[ledger.accounts].delete("a")
                    await Task.yield()
                    throw Refusal()
                }
            }
        }
        #expect(try ledger.keys == ["a"])
    }

    @Test func `is there in store.write too`() async throws {
        let ledger = try await Ledger.filled()
        let commits = try await ledger.commits {
            try await ledger.store.write { tx in
                let accounts = try tx[ledger.accounts]
                try accounts.insert(Ledger.account("d", 40))
                #expect(try accounts.count() == 4)
                #expect(throws: Refusal()) {
                    try tx.savepoint {
                        try Self.disturb(accounts)
                        #expect(try accounts.count() == 3)
                        throw Refusal()
                    }
                }
                #expect(try accounts.all().map(\.name) == ["a", "b", "c", "d"])
            }
        }
        #expect(commits.map(\.text) == ["+d"])
    }

    @Test func `that was taken back has been read all the same`() async throws {
        let ledger = try await Ledger.filled()
        await #expect(throws: TransactionConflictError.self) {
            try await ledger.store.transaction { tx in
                try? tx.savepoint {
                    if try tx[ledger.accounts].get("a")?["balance"] == 10 { throw Refusal() }
                }
                try await meanwhile { try await ledger.accounts.update("a", ["balance": 0]) }
                try tx[ledger.accounts].delete("b")
            }
        }
    }

    @Test func `takes back the increments that it has made, and no others`() async throws {
        let ledger = try await Ledger.filled("a")
        try await ledger.store.transaction { tx in
            let accounts = try tx[ledger.accounts]
            try accounts.increment("a", "balance", by: 1)
            try? tx.savepoint {
                try accounts.increment("a", "balance", by: 100)
                throw Refusal()
            }
            try await meanwhile { try await ledger.accounts.increment("a", "balance", by: 5) }
        }
        #expect(try ledger.balance("a") == 16)
    }

    @Test func `whose begin another one has taken back takes back what came later`() async throws {
        let ledger = try await Ledger.filled("a")
        try await ledger.store.transaction { tx in
            let (first, second) = (Gate(), Gate())
            async let one: Void = tx.suspendingSavepoint {
                try tx[ledger.accounts].update("a", ["balance": 1])
                try tx[ledger.accounts].insert(Ledger.account("x"))
                await first.pass()
                throw Refusal()
            }
            await first.isReached()
            async let two: Void = tx.suspendingSavepoint {
                try tx[ledger.accounts].update("a", ["balance": 2])
                await second.pass()
                try tx[ledger.accounts].insert(Ledger.account("y"))
                throw Refusal()
            }
            await second.isReached()
            await first.open()
            _ = try? await one
            await second.open()
            _ = try? await two
            let accounts = try tx[ledger.accounts]
            #expect(try accounts.all().map(\.name) == ["a"])
            #expect(try accounts.get("a")?["balance"] == 10)
        }
        #expect(try ledger.keys == ["a"])
    }
}
