import StoreCore
import StoreTransactions
import Testing

/// Accounts a (10, Ann), b (20, Bob), c (30, Ann); the transaction inserts d, e and z, updates b, and deletes a.
@Suite struct `What a transaction has written` {
    private func writing(_ check: (Transaction) throws -> Void) async throws {
        let ledger = try await Ledger.filled()
        try await ledger.store.transaction { tx in
            let accounts = try tx.bucket("accounts")
            try accounts.insert(Ledger.account("z", 40, owner: "Zoe"))
            try accounts.update("b", ["balance": 25])
            try accounts.delete("a")
            try accounts.insert(Ledger.account("d", 50, owner: "Zoe"))
            try check(tx)
        }
        #expect(try ledger.keys == ["b", "c", "z", "d"])
    }

    @Test func `is found by its key`() async throws {
        try await writing { tx in
            let accounts = try tx.bucket("accounts")
            #expect(try accounts.get("z")?["balance"] == 40)
            #expect(try accounts.get("b")?["balance"] == 25)
            #expect(try accounts.get("b")?.version == 2)
            #expect(try accounts.get("a") == nil)
            #expect(try accounts.contains("z"))
            #expect(try !accounts.contains("a"))
        }
    }

    @Test func `stands behind what was there, in the order of insertion`() async throws {
        try await writing { tx in
            let accounts = try tx.bucket("accounts")
            #expect(try accounts.all().map(\.name) == ["b", "c", "z", "d"])
            #expect(try accounts.first()?.name == "b")
            #expect(try accounts.last()?.name == "d")
            #expect(try accounts.first(3).map(\.name) == ["b", "c", "z"])
            #expect(try accounts.last(2).map(\.name) == ["z", "d"])
        }
    }

    @Test func `is found by queries, indexed or not`() async throws {
        try await writing { tx in
            let accounts = try tx.bucket("accounts")
            #expect(try accounts.where(["owner": "Zoe"]).all().map(\.name) == ["z", "d"])
            #expect(try accounts.where(["owner": "Ann"]).all().map(\.name) == ["c"])
            #expect(try accounts.where(["code": "code-z"]).first()?.name == "z")
            #expect(try accounts.where(["code": "code-a"]).exists() == false)
            #expect(try accounts.where(.field("balance") > 24).count() == 4)
            #expect(try accounts.where(.field("balance") == 20).all().isEmpty)
            let chosen = Predicate.matching { $0["balance"] == 25 }
            #expect(try accounts.where(chosen).all().map(\.name) == ["b"])
        }
    }

    @Test func `has its place in every order, and within limits and offsets`() async throws {
        try await writing { tx in
            let accounts = try tx.bucket("accounts")
            let ordered = accounts.order(by: "balance", .descending)
            #expect(try ordered.all().map(\.name) == ["d", "z", "c", "b"])
            #expect(try ordered.offset(1).limit(2).all().map(\.name) == ["z", "c"])
            #expect(try accounts.order(by: "owner").all().map(\.name) == ["c", "b", "z", "d"])
        }
    }

    @Test func `has its place on pages, in both directions`() async throws {
        try await writing { tx in
            let accounts = try tx.bucket("accounts")
            let first = try accounts.page(limit: 3)
            #expect(first.records.map(\.name) == ["b", "c", "z"])
            let second = try accounts.page(after: first.nextCursor, limit: 3)
            #expect(second.records.map(\.name) == ["d"])
            #expect(!second.hasMore)
            let back = try accounts.page(before: second.previousCursor, limit: 2)
            #expect(back.records.map(\.name) == ["c", "z"])
        }
    }

    @Test func `counts in aggregates and groups`() async throws {
        try await writing { tx in
            let accounts = try tx.bucket("accounts")
            #expect(try accounts.count() == 4)
            #expect(try accounts.count(where: ["owner": "Zoe"]) == 2)
            #expect(try accounts.sum("balance") == 145)
            #expect(try accounts.avg("balance") == 36.25)
            #expect(try accounts.min("balance") == 25)
            #expect(try accounts.max("balance") == 50)
            #expect(try Set(accounts.distinct("owner")) == ["Ann", "Bob", "Zoe"])
            let groups = try accounts.groupBy("owner").aggregate(.sum("balance"))
            let sums = groups.map {
                "\($0["owner"].string ?? "") \($0[.sum("balance")].int64 ?? 0)"
            }
            #expect(sums.sorted() == ["Ann 30", "Bob 25", "Zoe 90"])
        }
    }

    @Test func `is related to other records, in both directions`() async throws {
        try await writing { tx in
            let accounts = try tx.bucket("accounts")
            let entries = try tx.bucket("entries")
            try entries.insert(["account": "z", "amount": 1])
            try entries.insert(["account": "c", "amount": 2])
            let up = try entries.query.with("account").all()
            #expect(up.map { $1?.name } == ["z", "c"])
            let down = try accounts.query.with("entries", by: "account").all()
            #expect(down.map { $1.count } == [0, 1, 1, 0])
        }
    }

    @Test func `is there in types too`() async throws {
        try await writing { tx in
            let accounts = try tx[Account.self]
            let new = try accounts.insert(Account(id: "n", owner: "Nia", balance: 7))
            #expect(new.id == "n")
            try accounts.update("n") { $0.balance += 1 }
            #expect(try accounts.get("n")?.balance == 8)
            #expect(try accounts.where { $0.owner == "Nia" }.all().map(\.balance) == [8])
            #expect(try accounts.order(by: \.balance).all().map(\.id) == ["n", "b", "c", "z", "d"])
            #expect(try accounts.count() == 5)
            #expect(try accounts.delete("n"))
        }
    }

    private struct Card: StoreRecord, Equatable {
        typealias Key = Int
        var id: Int
        var holder: String?
        var limit: Int?
        static let schema = Schema<Card>("cards", key: \.id) { field in
            field(\.id, "id")
            field(\.holder, "holder").unique()
            field(\.limit, "limit").default(100)
        }
    }

    @Test func `is without a property that was set to nil`() async throws {
        let store = try await Store.start()
        let cards = try await store.defineBucket(Card.self)
        try await cards.insertMany((1...3).map { Card(id: $0, holder: "holder \($0)", limit: 5) })
        try await store.transaction { tx in
            let cards = try tx[Card.self]
            #expect(try cards.update(1) { $0.holder = nil } == Card(id: 1, limit: 5))
            #expect(try cards.replace(Card(id: 2)) == Card(id: 2))
            #expect(try cards.upsert(Card(id: 3)) == Card(id: 3))
            #expect(try cards.insert(Card(id: 4, holder: "holder 1")).limit == 100)
        }
        #expect(
            try cards.all() == [
                Card(id: 1, limit: 5), Card(id: 2), Card(id: 3),
                Card(id: 4, holder: "holder 1", limit: 100),
            ])
    }

    @Test func `is seen by nobody else before the end, nor through ordinary handles`() async throws
    {
        let ledger = try await Ledger.filled()
        try await ledger.store.transaction { tx in
            try tx[ledger.accounts].delete("a")
            try tx[ledger.accounts].insert(Ledger.account("d"))
            #expect(try ledger.keys == ["a", "b", "c"])
            let seen = try await meanwhile { try ledger.keys }
            #expect(seen == ["a", "b", "c"])
        }
        #expect(try ledger.keys == ["b", "c", "d"])
    }

    @Test func `goes on being beside one position, whatever others commit`() async throws {
        let ledger = try await Ledger.filled()
        try await ledger.store.transaction(isolation: .snapshot) { tx in
            let position = tx.position
            try tx[ledger.accounts].insert(Ledger.account("d"))
            try await meanwhile { try await ledger.accounts.delete("a") }
            #expect(try tx[ledger.accounts].all().map(\.name) == ["a", "b", "c", "d"])
            #expect(try tx[ledger.accounts].get("a") != nil)
            #expect(tx.position == position)
        }
        #expect(try ledger.keys == ["b", "c", "d"])
    }
}
