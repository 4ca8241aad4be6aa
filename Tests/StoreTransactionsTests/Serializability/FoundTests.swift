import StoreCore
import StoreTesting
import StoreTransactions
import Testing

/// What random transactions have found, each by itself.
@Suite struct `A savepoint that is taken back` {
    @Test func `brings back what the transaction had inserted, for queries too`() async throws {
        let store = try await Store.start("still", .clock(ManualClock()))
        let parcels = try await store.defineBucket(
            "parcels", key: "id", schema: ["id": .integer, "weight": .integer])
        try await store.transaction { tx in
            let parcels = try tx[parcels]
            try parcels.insert(["id": 1, "weight": 5])
            #expect(try parcels.where(["weight": 5]).count() == 1)
            #expect(throws: ChangedItsMind.self) {
                try tx.savepoint {
                    try parcels.delete(1)
                    throw ChangedItsMind()
                }
            }
            #expect(try parcels.where(["weight": 5]).count() == 1)
        }
        #expect(try parcels.get(1)?["weight"] == 5)
    }

    @Test func `takes its increments back, whatever others have added meanwhile`() async throws {
        let store = try await Store.start("still", .clock(ManualClock()))
        let counters = try await store.defineBucket(
            "counters", key: "id", schema: ["id": .integer, "count": .integer])
        try await counters.insert(["id": 1, "count": 0])
        try await store.transaction { tx in
            let counter = try tx[counters]
            try counter.increment(1, "count", by: 1)
            #expect(throws: ChangedItsMind.self) {
                try tx.savepoint {
                    try counter.increment(1, "count", by: 10)
                    throw ChangedItsMind()
                }
            }
            try await Task.detached { _ = try await counters.increment(1, "count", by: 100) }.value
        }
        #expect(try counters.get(1)?["count"] == 101)
    }

    @Test
    func `leaves a transaction that finds what it writes afterwards, however much was taken back`()
        async throws
    {
        let store = try await Store.start("still", .clock(ManualClock()))
        let parcels = try await store.defineBucket("parcels", key: "id", schema: ["id": .integer])
        try await store.transaction { tx in
            let parcels = try tx[parcels]
            #expect(throws: ChangedItsMind.self) {
                try tx.savepoint {
                    for id in 0..<Int64(100) { try parcels.insert(["id": .integer(id)]) }
                    throw ChangedItsMind()
                }
            }
            try parcels.insert(["id": 1])
            #expect(try parcels.get(1) != nil)
            #expect(throws: UniqueConstraintError.self) { try parcels.insert(["id": 1]) }
        }
        #expect(try parcels.count() == 1)
    }
}

private struct ChangedItsMind: Error {}
