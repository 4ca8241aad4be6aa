import StoreCore
import StoreTransactions
import Testing

/// The code of StoreTransactions's landing page and of the article Transactions.
@Suite struct `The guide to transactions` {
    struct NotEnough: Error {}

    struct Account: StoreRecord {
        typealias Key = String
        var id: String
        var balance: Int

        static let schema = Schema<Account>("accounts", key: \.id) { field in
            field(\.id, "id")
            field(\.balance, "balance")
        }
    }

    private func bank() async throws -> (Store, DynamicBucket, DynamicBucket) {
        let store = try await Store.start("bank")
        _ = try await store.defineBucket(Account.self)
        let accounts = try store.bucket("accounts")
        try await accounts.insertMany([["id": "a", "balance": 30], ["id": "b", "balance": 0]])
        let notes = try await store.defineBucket(
            "notes", key: "id", schema: ["id": .string, "value": .integer])
        return (store, accounts, notes)
    }

    @Test func `a transfer is one commit`() async throws {
        let (store, accounts, _) = try await bank()
        try await store.transaction("transfer", retry: .upTo(5)) { tx in
            let accounts = try tx[Account.self]
            guard let from = try accounts.get("a"), from.balance >= 10 else { throw NotEnough() }
            try accounts.update("a") { $0.balance -= 10 }
            try accounts.update("b") { $0.balance += 10 }
        }
        #expect(try accounts.get("b")?["balance"] == 10)
    }

    @Test func `its own writes are read`() async throws {
        let (store, _, _) = try await bank()
        let total = try await store.transaction { tx in
            let accounts = try tx.bucket("accounts")
            try accounts.insert(["id": "c", "balance": 5])
            return try accounts.where(.field("balance") > 0).sum("balance")  // the new one included
        }
        #expect(total == 35)
    }

    @Test func `a conflict says where`() async throws {
        let (store, accounts, notes) = try await bank()
        do {
            try await store.transaction("audit") { tx in
                let sum = try tx[accounts].where(.field("balance") > 0).sum("balance")
                try tx[notes].insert(["id": "sum", "value": sum])
            }
        } catch let conflict as TransactionConflictError {
            print("\(conflict.bucket) has changed at \(conflict.changePosition?.value ?? 0)")
        }
        #expect(try notes.get("sum")?["value"] == 30)
    }

    @Test func `increments, savepoints and handlers`() async throws {
        let (store, accounts, notes) = try await bank()
        try await store.transaction { tx in
            try tx[accounts].increment("a", "balance", by: -10)
            try tx[accounts].increment("b", "balance", by: 10)
        }
        try await store.transaction { tx in
            do {
                try tx.savepoint {
                    try tx[accounts].update("a", ["balance": 0])
                    throw NotEnough()
                }
            } catch is NotEnough {
                try tx[notes].insert(["id": "refused"])
            }
        }
        #expect(try accounts.get("a")?["balance"] == 20)
        #expect(try notes.contains("refused"))
        try await store.transaction { tx in
            tx.onCommit { position in print("committed at \(position.value)") }
            tx.onRollback { print("nothing has happened") }
            try tx[accounts].delete("b")
        }
        #expect(try accounts.count() == 1)
    }

    @Test func `a speculation changes nothing`() async throws {
        let (store, accounts, _) = try await bank()
        let commit = try await store.speculate { tx in try tx[accounts].delete("a") }
        let count = commit.records.count
        #expect(count == 1)
        #expect(try accounts.count() == 2)
    }
}
