import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `Policies and others that disturb a transaction` {
    @Test func `policies that throw or add too much refuse it as a whole`() async throws {
        let ledger = try await Ledger.filled("a")
        let policy = ClosurePolicy { context in
            if context.changes.contains(where: { $0.key == "bad" }) { throw Refusal() }
            // Adds for ever.
            return context.changes.compactMap { change in
                change.kind == .inserted && change.key != "fine"
                    ? .insert(
                        bucket: "endless", ["id": .string((change.key.value.string ?? "") + "x")])
                    : nil
            }
        }
        let endless = try await ledger.store.defineBucket(
            "endless", key: "id", schema: ["id": .string], BucketOption { $0.add(policy) })
        for key in ["bad", "more"] {
            await #expect(throws: (any Error).self) {
                try await ledger.store.transaction(retry: .upTo(3)) { tx in
                    try tx[ledger.accounts].update("a", ["balance": 0])
                    try tx[endless].insert(["id": .string(key)])
                }
            }
            await #expect(throws: (any Error).self) {
                try await ledger.store.speculate { try $0[endless].insert(["id": .string(key)]) }
            }
        }
        try await ledger.store.transaction { try $0[endless].insert(["id": "fine"]) }
        #expect(try endless.all().map(\.name) == ["fine"])
        #expect(try ledger.balance("a") == 10)
        #expect(try ledger.held == [0, 0])
    }

    @Test func `nested joins that throw take back only their own`() async throws {
        let ledger = try await Ledger.filled("abc")
        let store = ledger.store
        try await store.transaction { tx in
            try tx[ledger.accounts].update("a", ["balance": 1])
            _ = try? await store.transaction { inner in
                #expect(inner === tx)
                try inner[ledger.accounts].update("a", ["balance": 2])
                try inner[ledger.accounts].increment("b", "balance")
                try await store.transaction { try $0[ledger.accounts].delete("c") }
                _ = try? await store.transaction { deepest in
                    try deepest[ledger.accounts].clear()
                    throw Refusal()
                }
                #expect(try inner[ledger.accounts].count() == 2)
                throw Refusal()
            }
            #expect(try tx[ledger.accounts].count() == 3)
        }
        #expect(try ledger.accounts.all().compactMap { $0["balance"].int64 } == [1, 20, 30])
    }

    @Test(arguments: 0..<10)
    func `cancelled in the middle of retries it counts for nothing or as a whole`(yields: Int)
        async throws
    {
        let ledger = try await Ledger.filled("ab")
        let done = Journal()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let task = Task {
                        for _ in 0..<10 {
                            try await ledger.store.transaction(retry: .upTo(5)) { tx in
                                let a = try tx[ledger.accounts].get("a")?["balance"].int64 ?? 0
                                let b = try tx[ledger.accounts].get("b")?["balance"].int64 ?? 0
                                await Task.yield()
                                try tx[ledger.accounts].update("a", ["balance": .integer(a - 1)])
                                try tx[ledger.accounts].update("b", ["balance": .integer(b + 1)])
                            }
                            done.note("done")
                        }
                    }
                    for _ in 0..<yields * 20 { await Task.yield() }
                    task.cancel()
                    do { try await task.value } catch {
                        #expect(error is CancellationError || error is TransactionConflictError)
                    }
                }
            }
        }
        let count = Int64(done.lines.count)
        #expect(try ledger.balance("a") == 10 - count)
        #expect(try ledger.balance("b") == 20 + count)
        #expect(try ledger.held == [0, 0])
    }

    @Test func `the deadline of what it inserts counts from its commit`() async throws {
        let ledger = try await Ledger.filled("a")
        try await ledger.store.transaction { tx in
            let accounts = try tx[ledger.accounts]
            // Over before the commit.
            try accounts.insert(Ledger.account("x"), expiresAt: tx.now + .seconds(1))
            try accounts.setDeadline("a", tx.now + .seconds(1))
            ledger.clock.advance(by: .seconds(2))
            #expect(try accounts.get("x") != nil)
        }
        #expect(try ledger.keys == [])
        try await ledger.accounts.insert(Ledger.account("x"))
        try await ledger.accounts.insert(Ledger.account("a"))
        #expect(try ledger.accounts.storedCount() == 2)
    }

    @Test func `increments beside others in many tasks lose nothing`() async throws {
        let store = try await Store.start("counters", .clock(ManualClock()))
        let items = try await store.defineBucket(
            "items", key: "id", schema: ["id": .string, "n": .integer], indexes: ["n"])
        try await items.insert(["id": "a", "n": 0])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for step in 0..<50 {
                        if worker.isMultiple(of: 2) {
                            try await items.increment("a", "n")
                            continue
                        }
                        try await store.transaction { tx in
                            try tx[items].increment("a", "n", by: 3)
                            await Task.yield()
                            try? tx.savepoint {
                                try tx[items].increment("a", "n", by: 100)
                                throw Refusal()
                            }
                            try tx[items].increment("a", "n", by: -2)
                            if step.isMultiple(of: 5) { await Task.yield() }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try items.get("a")?["n"] == 400)
        #expect(try items.where(.field("n") == 400).count() == 1)
        await store.stop()
    }
}
