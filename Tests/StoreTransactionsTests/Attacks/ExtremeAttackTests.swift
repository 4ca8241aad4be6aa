import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `Extremes in transactions` {
    @Test(arguments: [Duration.seconds(Int64.max), .seconds(1e20)])
    func `long timeouts on the system's clock are waited for without harm`(timeout: Duration)
        async throws
    {
        let store = try await Store.start("real")
        let items = try await store.defineBucket("items", key: "id", schema: ["id": .string])
        for _ in 0..<20 {
            try await store.transaction(timeout: timeout) { tx in
                try tx[items].upsert(["id": "a"])
                await Task.yield()
            }
        }
        #expect(try items.count() == 1)
        await store.stop()
    }

    @Test(arguments: [
        Duration.zero, .seconds(-1), .seconds(Int64.min), .seconds(-1e20), .nanoseconds(1),
    ])
    func `no time at all is a timeout`(timeout: Duration) async throws {
        let ledger = try await Ledger.filled("a")
        await #expect(throws: TransactionTimeoutError.self) {
            try await ledger.store.transaction(retry: .upTo(3), timeout: timeout) { tx in
                try tx[ledger.accounts].update("a", ["balance": 1])
            }
        }
        #expect(try ledger.balance("a") == 10)
        #expect(try ledger.held == [0, 0])
    }

    @Test(arguments: [Int.min, -1, 0, 1, Int.max])
    func `any number of retries`(count: Int) async throws {
        let ledger = try await Ledger.filled("a")
        var runs = 0
        _ = try? await ledger.store.transaction(retry: .upTo(count)) { tx in
            runs += 1
            _ = try tx[ledger.accounts].get("a")
            if runs < 3, tx.attempt == 1 || count > 1 {
                try await meanwhile { _ = try await ledger.accounts.increment("a", "balance") }
            }
            try tx[ledger.accounts].update("a", ["owner": "Zoe"])
        }
        #expect(runs == (count < 1 ? 1 : count == 1 ? 2 : 3))
        #expect(try ledger.held == [0, 0])
    }

    @Test func `an increment that overflows on a newer record refuses the transaction as a whole`()
        async throws
    {
        let store = try await Store.start("counters", .clock(ManualClock()))
        let items = try await store.defineBucket(
            "items", key: "id",
            schema: ["id": .string, "n": .integer, "code": .string(unique: true)])
        try await items.insertMany([
            ["id": "a", "n": 0, "code": "a"], ["id": "b", "n": 0, "code": "b"],
        ])
        await #expect(throws: (any Error).self) {
            try await store.transaction(retry: .upTo(2)) { tx in
                try tx[items].increment("b", "n", by: 1)
                try tx[items].insert(["id": "c", "n": 1, "code": "c"])
                try tx[items].increment("a", "n", by: .integer(.max))
                try await meanwhile {
                    _ = try await items.update("a", ["n": .integer(.max)])
                    _ = try await items.increment("b", "n", by: 5)
                }
            }
        }
        #expect(try items.get("a")?["n"].int64 == .max)
        #expect(try items.get("b")?["n"].int64 == 5)
        #expect(try items.count() == 2)
        try await store.transaction { tx in
            try tx[items].increment("b", "n", by: .integer(.min))
            try await meanwhile { _ = try await items.increment("b", "n", by: -5) }
        }
        #expect(try items.get("b")?["n"].int64 == .min)
        try await items.insert(["id": "c", "n": 1, "code": "c"])
        #expect(try store.stats().snapshots.positions == 0)
    }

    @Test func `a rebased increment is held to the range of its field`() async throws {
        let ledger = try await Ledger.filled("a")
        await #expect(throws: ValidationError.self) {
            try await ledger.store.transaction { tx in
                try tx[ledger.accounts].increment("a", "balance", by: 600)
                try await meanwhile { _ = try await ledger.accounts.update("a", ["balance": 600]) }
            }
        }
        #expect(try ledger.balance("a") == 600)
    }

    @Test func `many changes are taken back by savepoints`() async throws {
        let store = try await Store.start("many", .clock(ManualClock()))
        let items = try await store.defineBucket(
            "items", key: "id", schema: ["id": .integer, "n": .integer], indexes: ["n"])
        try await items.insertMany(
            (0..<5_000).map { ["id": .integer(Int64($0)), "n": 0] as Fields })
        try await store.transaction { tx in
            let bucket = try tx[items]
            for round in 0..<10 {
                try? tx.savepoint {
                    try bucket.updateMany(where: .field("n") == 0, ["n": 1])
                    try bucket.insertMany(
                        (0..<1_000).map { ["id": .integer(Int64(10_000 + $0)), "n": 2] as Fields })
                    try? tx.savepoint {
                        try bucket.clear()
                        #expect(try bucket.count() == 0)
                        throw Refusal()
                    }
                    #expect(try bucket.where(.field("n") == 2).count() == 1_000)
                    try bucket.deleteMany(where: .field("n") == 2)
                    if round < 9 { throw Refusal() }
                }
            }
            #expect(try bucket.where(.field("n") == 1).count() == 5_000)
        }
        #expect(try items.where(.field("n") == 1).count() == 5_000)
        #expect(try items.count() == 5_000)
    }

    @Test func `thousands of open drafts let go of what they hold`() async throws {
        let ledger = try await Ledger.filled("abc")
        do {
            var drafts: [WriteDraft] = []
            for round in 0..<3_000 {
                let draft = try ledger.store.draft()
                try draft.context.bucket("accounts").increment("a", "balance")
                drafts.append(draft)
                if round.isMultiple(of: 10) {
                    try await ledger.accounts.update("b", ["balance": .integer(Int64(round % 900))])
                }
            }
            #expect(try ledger.store.stats().snapshots.positions > 100)
            var count = 0
            for draft in drafts.prefix(50) {
                try await ledger.store.commit(draft)
                count += 1
            }
            #expect(try ledger.balance("a") == Int64(10 + count))
        }
        #expect(try ledger.held == [0, 0])
    }

    @Test func `a poisoned or refusing gate leaves nothing held`() async throws {
        let ledger = try await Ledger.filled(
            "a", [.gate { if $0.transactionID != nil { throw Refusal() } }])
        for _ in 0..<50 {
            await #expect(throws: Refusal()) {
                try await ledger.store.transaction(retry: .upTo(3)) { tx in
                    try tx[ledger.accounts].increment("a", "balance")
                    try await ledger.store.transaction {
                        try $0[ledger.accounts].increment("a", "balance")
                    }
                }
            }
        }
        #expect(try ledger.balance("a") == 10)
        #expect(try ledger.held == [0, 0])
        #expect(try ledger.figure("retries") == 0)
    }
}
