import StoreCore
import StoreTransactions
import Testing

/// Records 0, 1 and 2 with equal sort values; the transaction inserts 20 and 21.
@Suite struct `A cursor at what a transaction has inserted` {
    private func taken(
        commits: Bool = true
    ) async throws -> (store: Store, bucket: DynamicBucket, cursor: Cursor?) {
        struct Abandoned: Error {}
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .integer, "n": .integer], indexes: ["n"])
        for id in 0..<3 { try await bucket.insert(["id": .integer(Int64(id)), "n": 1]) }
        var cursor: Cursor?
        do {
            try await store.transaction { tx in
                let own = try tx.bucket("b")
                try own.insert(["id": 20, "n": 1])
                cursor = try own.order(by: "n").page(limit: 100).nextCursor
                try own.insert(["id": 21, "n": 1])
                #expect(try ids(own.order(by: "n").page(after: cursor, limit: 9)) == [21])
                if !commits { throw Abandoned() }
            }
        } catch is Abandoned {}
        return (store, bucket, cursor)
    }

    private func ids(_ page: Page) -> [Int] { page.records.compactMap { $0["id"].int } }

    @Test func `goes on behind it after the commit`() async throws {
        let (_, bucket, cursor) = try await taken()
        try await bucket.insert(["id": 22, "n": 1])
        let order = bucket.order(by: "n")
        #expect(try ids(order.page(after: cursor, limit: 9)) == [21, 22])
        #expect(try ids(order.page(before: cursor, limit: 9)) == [0, 1, 2])
    }

    @Test func `goes on behind it in another transaction that inserts too`() async throws {
        let (store, _, cursor) = try await taken()
        let seen = try await store.transaction { tx in
            let own = try tx.bucket("b")
            try own.insert(["id": 30, "n": 1])
            return ids(try own.order(by: "n").page(after: cursor, limit: 9))
        }
        #expect(seen == [21, 30])
    }

    @Test func `shows all that came later when the transaction was abandoned`() async throws {
        let (_, bucket, cursor) = try await taken(commits: false)
        try await bucket.insert(["id": 22, "n": 1])
        #expect(try ids(bucket.order(by: "n").page(after: cursor, limit: 9)) == [22])
    }

    @Test func `leaves nothing out when the record is gone`() async throws {
        let (_, bucket, cursor) = try await taken()
        try await bucket.delete(20)
        try await bucket.insert(["id": 22, "n": 1])
        #expect(try ids(bucket.order(by: "n").page(after: cursor, limit: 9)) == [21, 22])
    }

    @Test func `taken inside a write goes on behind it`() async throws {
        let (store, bucket, _) = try await taken()
        var cursor: Cursor?
        try await store.write { tx in
            let own = try tx.bucket("b")
            try own.insert(["id": 30, "n": 1])
            cursor = try own.order(by: "n").page(limit: 100).nextCursor
        }
        try await bucket.insert(["id": 31, "n": 1])
        #expect(try ids(bucket.order(by: "n").page(after: cursor, limit: 9)) == [31])
    }
}
