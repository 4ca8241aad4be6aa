import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `Overdue records in a transaction` {
    /// A store with an overdue record, `a`, that is still there.
    private func overdue() async throws -> (Store, DynamicBucket) {
        let clock = ManualClock()
        let store = try await Store.start("overdue", .clock(clock))
        let items = try await store.defineBucket(
            "items", key: "id", schema: ["id": .string, "n": .integer(unique: true)], indexes: ["n"]
        )
        try await items.insert(["id": "a", "n": 1], expiresAt: clock.now + .seconds(1))
        try await items.insert(["id": "z", "n": 9])
        clock.advance(by: .seconds(1))
        return (store, items)
    }

    @Test(arguments: [false, true], [false, true])
    func `give way, and come back with a savepoint that is taken back`(
        purges: Bool, keeps: Bool
    ) async throws {
        let (store, items) = try await overdue()
        try await store.transaction { tx in
            let bucket = try tx[items]
            for _ in 0..<3 {
                try? tx.savepoint {
                    try bucket.insert(["id": "a", "n": 2])
                    #expect(try bucket.where(.field("n") == 2).count() == 1)
                    try bucket.insert(["id": "b", "n": 1])
                    throw Refusal()
                }
                #expect(try bucket.count() == 1)
                #expect(try bucket.get("a") == nil)
            }
            if purges {
                try await meanwhile {
                    try await store.write { _ = try $0[items].expire("a") }
                }
            }
            try bucket.upsert(["id": "a", "n": 3])
            try bucket.insert(["id": "b", "n": 1])
            try bucket.delete("a")
            if keeps { try bucket.insert(["id": "a", "n": 4]) }
        }
        #expect(try items.get("a")?["n"] == (keeps ? 4 : nil))
        #expect(try items.get("b")?["n"] == 1)
        #expect(try items.storedCount() == (keeps ? 3 : 2))
        #expect(try items.where(.field("n") > 0).count() == (keeps ? 3 : 2))
        #expect(try store.stats().snapshots.positions == 0)
    }

    @Test func `conflict with others who take their key`() async throws {
        let (store, items) = try await overdue()
        await #expect(throws: TransactionConflictError.self) {
            try await store.transaction { tx in
                try tx[items].insert(["id": "a", "n": 2])
                try await meanwhile { _ = try await items.insert(["id": "a", "n": 3]) }
            }
        }
        #expect(try items.get("a")?["n"] == 3)
        #expect(try items.storedCount() == 2)
    }

    @Test func `free their values for whoever comes first`() async throws {
        let (store, items) = try await overdue()
        await #expect(throws: (any Error).self) {
            try await store.transaction { tx in
                try tx[items].insert(["id": "b", "n": 1])
                try await meanwhile { _ = try await items.insert(["id": "c", "n": 1]) }
            }
        }
        #expect(try items.where(.field("n") == 1).all().map(\.name) == ["c"])
        #expect(try items.count() == 2)
    }

    @Test(arguments: 0..<7)
    func `are purged beside it without a conflict`(way: Int) async throws {
        let (store, items) = try await overdue()
        try await store.transaction { tx in
            let bucket = try tx[items]
            switch way {
            case 0: #expect(try bucket.count() == 1)
            case 1: #expect(try bucket.get("a") == nil)
            case 2: #expect(try bucket.where(.field("n") < 5).count() == 0)
            case 3: _ = try? bucket.update("a", ["n": 5])
            case 4:
                try? tx.savepoint {
                    try bucket.insert(["id": "a", "n": 2])
                    throw Refusal()
                }
            case 5:
                try bucket.insert(["id": "a", "n": 2])
                try bucket.delete("a")
            default: #expect(try bucket.all().count == 1)
            }
            try bucket.insert(["id": "c", "n": 7])
            try await meanwhile { try await store.write { _ = try $0[items].expire("a") } }
        }
        #expect(try items.count() == 2)
    }
}
