import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `What transactions hold` {
    @Test func `is let go before the commit, so that who is undisturbed writes in place`()
        async throws
    {
        let journal = Journal()
        let late = Late()
        let ledger = try await Ledger.filled(
            "abc",
            [.gate { _ in if let held = try? late.ledger?.held { journal.note("\(held[0])") } }])
        late.set(ledger)
        try await ledger.store.transaction { tx in
            _ = try tx[ledger.accounts].where(.field("balance") > 15).all()
            try tx[ledger.accounts].update("a", ["balance": 1])
        }
        #expect(journal.lines == ["0"])
        try await ledger.store.transaction { tx in
            _ = try tx[ledger.accounts].get("b")
            _ = try tx[ledger.accounts].where(.field("balance") > 25).all()
            try await meanwhile { try await ledger.accounts.update("a", ["balance": 2]) }
            try tx[ledger.accounts].update("c", ["balance": 50])
        }
        #expect(journal.lines.last == "0")
        #expect(try ledger.store.stats().snapshots.pinnedBytes == 0)
    }

    @Test(arguments: ["throw", "conflict", "refusal", "query"])
    func `is nothing when they have come to nothing`(how: String) async throws {
        let ledger = try await Ledger.filled()
        var kept: [Any] = []
        await #expect(throws: (any Error).self) {
            try await ledger.store.transaction { tx in
                let accounts = try tx[ledger.accounts]
                kept += [tx, accounts, accounts.query] as [Any]
                _ = try accounts.order(by: "balance").all()
                try accounts.update("a", ["balance": 1])
                if how != "throw" {
                    try await meanwhile { try await ledger.accounts.update("b", ["balance": 2]) }
                }
                if how == "refusal" { try accounts.update("c", ["code": "code-b"]) }
                if how == "query" { _ = try accounts.where(["nothing": 1]).all() }
                if how == "throw" { throw Refusal() }
            }
        }
        #expect(kept.count == 3)
        #expect(try ledger.held == [0, 0])
        #expect(try ledger.store.stats().snapshots.pinnedBytes == 0)
    }

    @Test func `ends with the store, which waits for none`() async throws {
        let ledger = try await Ledger.filled("a")
        let gate = Gate()
        let task = Task {
            try await ledger.store.transaction { tx in
                let accounts = try tx[ledger.accounts]
                try accounts.update("a", ["balance": 1])
                await gate.pass()
                #expect(throws: StoreError(.stopped)) { try accounts.get("a") }
                try accounts.update("a", ["balance": 2])
            }
        }
        await gate.isReached()
        await ledger.store.stop()
        await gate.open()
        await #expect(throws: StoreError(.stopped)) { try await task.value }
    }

    @Test func `may be used by several child tasks at once`() async throws {
        let ledger = try await Ledger.filled("a")
        try await ledger.store.transaction { tx in
            try await withThrowingTaskGroup { group in
                for task in 0..<4 {
                    group.addTask {
                        for number in 0..<50 {
                            try tx[ledger.accounts].insert([
                                "id": .string("\(task)-\(number)"), "balance": 1,
                            ])
                            try tx[ledger.accounts].increment("a", "balance")
                            _ = try tx[ledger.accounts].where(.field("balance") == 1).count()
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try tx.bucket("accounts").count() == 201)
        }
        #expect(try ledger.balance("a") == 210)
        #expect(try ledger.accounts.count() == 201)
    }

    @Test func `may be reached from a predicate's own closure`() async throws {
        let ledger = try await Ledger.filled()
        try await ledger.store.transaction { tx in
            let accounts = try tx[ledger.accounts]
            try accounts.update("a", ["balance": 15])
            let richer = Predicate.matching { record in
                let first = try? accounts.get("a")?["balance"].int64
                return (record["balance"].int64 ?? 0) > (first ?? 0)
            }
            #expect(try accounts.where(richer).all().map(\.name) == ["b", "c"])
            let writing = Predicate.matching { record in
                (try? accounts.insert(Ledger.account("new-\(record.name)"))) != nil
            }
            // A write in the midst of another one is refused.
            #expect(try accounts.updateMany(where: writing, ["balance": 1]) == 0)
            #expect(try accounts.count() == 3)
        }
    }
}

/// What is known only later.
private final class Late: @unchecked Sendable {
    private(set) var ledger: Ledger?
    func set(_ ledger: Ledger) { self.ledger = ledger }
}
