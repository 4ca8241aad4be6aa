import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `The commit of a transaction` {
    @Test func `has the changes of all buckets in the order of the program`() async throws {
        let ledger = try await Ledger.filled()
        let commits = try await ledger.commits {
            try await ledger.store.transaction { tx in
                try tx[ledger.accounts].update("b", ["balance": 1])
                try tx[ledger.entries].insert(["account": "a", "amount": 1])
                try tx[ledger.accounts].delete("c")
                try tx[ledger.accounts].insert(Ledger.account("d"))
                try tx[ledger.accounts].update("b", ["balance": 2])
            }
        }
        #expect(commits.map(\.text) == ["~b +1 -c +d"])
    }

    @Test func `carries the transaction's id and label`() async throws {
        let ledger = try await Ledger.filled()
        var id: String?
        let commits = try await ledger.commits {
            try await ledger.store.transaction("transfer") { tx in
                id = tx.id
                #expect(tx.label == "transfer")
                try tx[ledger.accounts].increment("a", "balance")
            }
        }
        #expect(commits.first?.transactionID == id)
        #expect(commits.first?.causation?.label == "transaction:transfer")
    }

    @Test func `is caused by what has caused the transaction`() async throws {
        let ledger = try await Ledger.filled()
        let commits = try await ledger.commits {
            try await Causation("request").run {
                try await ledger.store.transaction { try $0[ledger.accounts].delete("a") }
                try await ledger.store.transaction("t") { try $0[ledger.accounts].delete("b") }
            }
        }
        #expect(
            commits.map { $0.causation?.chain.map(\.label) } == [
                ["request"], ["transaction:t", "request"],
            ])
    }

    @Test func `is none if nothing was written`() async throws {
        let ledger = try await Ledger.filled()
        let commits = try await ledger.commits {
            let sum = try await ledger.store.transaction { tx in
                try await meanwhile { try await ledger.accounts.increment("a", "balance", by: 5) }
                return try tx[ledger.accounts].sum("balance")
            }
            // What was true together, at one position.
            #expect(sum == 60)
        }
        #expect(commits.map(\.text) == ["~a"])
    }

    @Test func `is none if everything was taken back`() async throws {
        let ledger = try await Ledger.filled()
        let commits = try await ledger.commits {
            try await ledger.store.transaction { tx in
                try tx[ledger.accounts].insert(Ledger.account("d"))
                try tx[ledger.accounts].delete("d")
            }
        }
        #expect(commits.isEmpty)
    }

    @Test func `is none if the body throws, whose error comes as it is`() async throws {
        let ledger = try await Ledger.filled()
        let commits = try await ledger.commits {
            await #expect(throws: Refusal()) {
                try await ledger.store.transaction { tx in
                    try tx[ledger.accounts].clear()
                    throw Refusal()
                }
            }
        }
        #expect(commits.isEmpty)
        #expect(try ledger.keys == ["a", "b", "c"])
    }

    @Test func `has one change for several updates of a record`() async throws {
        let ledger = try await Ledger.filled()
        let commits = try await ledger.commits {
            try await ledger.store.transaction { tx in
                for balance in 1...5 {
                    try tx[ledger.accounts].update("a", ["balance": .integer(Int64(balance))])
                }
            }
        }
        #expect(commits.map(\.text) == ["~a"])
        #expect(commits.first?.records.first?.old?["balance"] == 10)
        #expect(try ledger.accounts.get("a")?["balance"] == 5)
    }

    @Test func `has a deletion for an update and a deletion`() async throws {
        let ledger = try await Ledger.filled()
        let commits = try await ledger.commits {
            try await ledger.store.transaction { tx in
                try tx[ledger.accounts].update("a", ["balance": 1])
                #expect(try tx[ledger.accounts].delete("a"))
                #expect(try !tx[ledger.accounts].delete("a"))
            }
        }
        #expect(commits.map(\.text) == ["-a"])
        #expect(commits.first?.records.first?.old?["balance"] == 10)
    }

    @Test func `has an update for a deletion and an insertion`() async throws {
        let ledger = try await Ledger.filled()
        let commits = try await ledger.commits {
            try await ledger.store.transaction { tx in
                try tx[ledger.accounts].delete("a")
                try tx[ledger.accounts].insert(Ledger.account("a", 7))
                #expect(try tx[ledger.accounts].where(["id": "a"]).count() == 1)
                #expect(try tx[ledger.accounts].count() == 3)
            }
        }
        #expect(commits.map(\.text) == ["~a"])
        #expect(try ledger.balance("a") == 7)
    }

    @Test func `has an insertion for an insertion and an update`() async throws {
        let ledger = try await Ledger.filled()
        let commits = try await ledger.commits {
            try await ledger.store.transaction { tx in
                try tx[ledger.accounts].insert(Ledger.account("d"))
                try tx[ledger.accounts].update("d", ["balance": 9])
            }
        }
        #expect(commits.map(\.text) == ["+d"])
        #expect(try ledger.balance("d") == 9)
    }

    @Test func `leaves records in the order in which the body saw them`() async throws {
        let ledger = try await Ledger.filled()
        let seen = try await ledger.store.transaction { tx in
            let accounts = try tx[ledger.accounts]
            try accounts.delete("a")
            try accounts.insert(Ledger.account("x"))
            try accounts.insert(Ledger.account("a"))
            try accounts.insert(Ledger.account("y"))
            try accounts.delete("x")
            try accounts.insert(Ledger.account("x"))
            return try accounts.all().map(\.name)
        }
        #expect(try ledger.keys == seen)
    }

    @Test func `gives its records the instant and the position of the commit`() async throws {
        let ledger = try await Ledger.filled()
        let given = try await ledger.store.transaction { tx in
            let record = try tx[ledger.accounts].insert(Ledger.account("d"))
            ledger.clock.advance(by: .seconds(3))
            return record
        }
        let record = try #require(try ledger.accounts.get("d"))
        #expect(record.createdAt == ledger.clock.now)
        #expect(record.updatedAt == ledger.clock.now)
        // What the body was given is what it has seen.
        #expect(given.createdAt < record.createdAt)
    }
}
