import StoreCore
import StoreTransactions
import Testing

@Suite struct `Writes of many records in a transaction` {
    @Test func `see those before them, and are seen by those after`() async throws {
        let ledger = try await Ledger.filled("abcd")
        let commits = try await ledger.commits {
            try await ledger.store.transaction { tx in
                let accounts = try tx[ledger.accounts]
                try accounts.insert(Ledger.account("e", 50, owner: "Ann"))
                #expect(
                    try accounts.updateMany(where: .field("owner") == "Ann", ["balance": 1]) == 3)
                #expect(try accounts.deleteMany(where: .field("balance") == 1) == 3)
                #expect(try accounts.all().map(\.name) == ["b", "d"])
            }
        }
        #expect(commits.map(\.text) == ["-a -c"])
    }

    @Test func `upsert and replace what is there, committed or not`() async throws {
        let ledger = try await Ledger.filled("a")
        try await ledger.store.transaction { tx in
            let accounts = try tx[ledger.accounts]
            try accounts.upsert(["id": "a", "balance": 1])
            try accounts.upsert(["id": "b", "balance": 3])
            try accounts.upsert(["id": "b", "balance": 2, "owner": "Bea"])
            #expect(try accounts.get("b")?["balance"] == 2)
            try accounts.replace("a", with: ["id": "a", "balance": 3])
            #expect(try accounts.get("a")?["owner"] == .null)
        }
        #expect(try ledger.accounts.get("a")?["code"] == .null)
        #expect(try ledger.accounts.get("b")?["owner"] == "Bea")
    }

    @Test func `clear a bucket of all that is there`() async throws {
        let ledger = try await Ledger.filled("ab")
        let commits = try await ledger.commits {
            try await ledger.store.transaction { tx in
                let accounts = try tx[ledger.accounts]
                try accounts.insert(Ledger.account("c"))
                #expect(try accounts.clear() == 3)
                #expect(try accounts.count() == 0)
                try accounts.insert(Ledger.account("d"))
            }
        }
        #expect(commits.map(\.text) == ["-a -b +d"])
        #expect(commits.first?.records.first?.reason == .cleared)
    }

    @Test(arguments: ["update", "delete", "clear"])
    func `conflict with a record that comes meanwhile`(what: String) async throws {
        let ledger = try await Ledger.filled("ab")
        await #expect(throws: TransactionConflictError.self) {
            try await ledger.store.transaction { tx in
                let accounts = try tx[ledger.accounts]
                switch what {
                case "update":
                    try accounts.updateMany(where: .field("owner") == "Ann", ["balance": 1])
                case "delete": try accounts.deleteMany(where: .field("owner") == "Ann")
                default: try accounts.clear()
                }
                try await meanwhile {
                    _ = try await ledger.accounts.insert(Ledger.account("z", 10, owner: "Ann"))
                }
            }
        }
        #expect(try ledger.accounts.sum("balance") == 40)
    }

    @Test func `ten thousand are one commit`() async throws {
        let ledger = try await Ledger()
        let commits = try await ledger.commits {
            try await ledger.store.transaction { tx in
                for number in 0..<10_000 {
                    try tx[ledger.accounts].insert(["id": .string("k\(number)"), "balance": 1])
                }
                #expect(try tx[ledger.accounts].sum("balance") == 10_000)
            }
        }
        #expect(commits.map(\.records.count) == [10_000])
        #expect(try ledger.accounts.last()?.name == "k9999")
    }
}
