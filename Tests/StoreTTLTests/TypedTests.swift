import StoreCore
import StoreTTL
import StoreTesting
import StoreTransactions
import Testing

private struct Cart: StoreRecord, Equatable {
    typealias Key = String
    var id: String
    var items = 0

    static let schema = Schema<Cart>("carts", key: \.id) { field in
        field(\.id, "id")
        field(\.items, "items")
    }
}

@Suite struct `Deadlines of typed records` {
    private let clock = ManualClock()

    private func carts(_ option: BucketOption? = nil) async throws -> Bucket<Cart> {
        let store = try await Store.start("shop", .clock(clock), .expiry(checkInterval: .zero))
        guard let option else { return try await store.defineBucket(Cart.self) }
        return try await store.defineBucket(Cart.self, option)
    }

    @Test func `are set, read and taken away through a handle`() async throws {
        let carts = try await carts(.ttl("60s"))
        #expect(try await carts.insert(Cart(id: "a"), expiresIn: .seconds(5)) == Cart(id: "a"))
        #expect(try carts.ttl(of: "a") == .seconds(5))
        try await carts.touch("a")
        #expect(try carts.ttl(of: "a") == .seconds(60))
        try await carts.touch("a", expiresIn: .seconds(7))
        #expect(try carts.ttl(of: "a") == .seconds(7))
        try await carts.persist("a")
        #expect(try carts.ttl(of: "a") == nil)
    }

    @Test func `are set, read and taken away in a write`() async throws {
        let carts = try await carts(.ttl("60s"))
        try await carts.dynamic.store.write { tx in
            let writer = try tx[carts]
            try writer.insert(Cart(id: "a"), expiresIn: .seconds(5))
            try writer.insert(Cart(id: "b"))
            #expect(try writer.ttl(of: "a") == .seconds(5))
            #expect(try writer.ttl(of: "b") == .seconds(60))
            try writer.touch("a", expiresIn: .seconds(7))
            try writer.persist("b")
            #expect(try writer.ttl(of: "b") == nil)
        }
        #expect(try carts.ttl(of: "a") == .seconds(7))
        #expect(try carts.ttl(of: "b") == nil)
    }

    @Test func `are set in a transaction`() async throws {
        let carts = try await carts(.ttl("60s"))
        try await carts.dynamic.store.transaction { tx in
            try tx[carts].insert(Cart(id: "a"), expiresIn: .seconds(5))
            try tx[carts].touch("a")
        }
        #expect(try carts.ttl(of: "a") == .seconds(60))
    }

    @Test func `are those of records that are there`() async throws {
        let carts = try await carts()
        #expect(throws: RecordNotFoundError.self) { try carts.ttl(of: "a") }
        await #expect(throws: RecordNotFoundError.self) { try await carts.persist("a") }
        try await carts.insert(Cart(id: "a"))
        let error = await #expect(throws: ExpiryError.self) { try await carts.touch("a") }
        #expect(error?.reason == .noLifetime(bucket: "carts"))
        await #expect(throws: ExpiryError.self) {
            try await carts.insert(Cart(id: "b"), expiresIn: .zero)
        }
        #expect(try carts.count() == 1)
    }

    @Test func `end at their instant`() async throws {
        let carts = try await carts()
        try await carts.insert(Cart(id: "a"), expiresIn: .seconds(5))
        clock.advance(by: .seconds(5) - .microseconds(1))
        #expect(try carts.ttl(of: "a") == .microseconds(1))
        clock.advance(by: .microseconds(1))
        #expect(try carts.get("a") == nil)
        #expect(throws: RecordNotFoundError.self) { try carts.ttl(of: "a") }
    }
}
