import StoreCore
import StoreTesting
import StoreTransactions
import Testing

@Suite struct `A transaction` {
    @Test func `reads its own writes, and commits once`() async throws {
        let store = try await Store.start("still", .clock(ManualClock()))
        let accounts = try await store.defineBucket(
            "accounts", key: "id", schema: ["id": .string, "balance": .integer])
        try await accounts.insertMany([["id": "a", "balance": 10], ["id": "b", "balance": 0]])
        let before = store.position
        try await store.transaction { tx in
            let accounts = try tx.bucket("accounts")
            let a = try accounts.get("a")?["balance"].int64 ?? 0
            try accounts.update("a", ["balance": .integer(a - 3)])
            try accounts.update("b", ["balance": 3])
            #expect(try accounts.get("a")?["balance"] == 7)
            #expect(try accounts.where(["balance": 3]).count() == 1)
        }
        #expect(store.position == before.next)
        #expect(try accounts.get("a")?["balance"] == 7)
    }
}
