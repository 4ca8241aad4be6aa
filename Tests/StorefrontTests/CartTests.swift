import StoreCore
import StoreTTL
import StoreTesting
import Testing

@testable import storefront

@Suite struct `A cart` {
    private let clock = ManualClock()

    /// A shop with ten units of one product on the shelf, of which three are in a customer's cart.
    private func withCart(_ body: (Shop) async throws -> Void) async throws {
        let products = """
            productID,productName,supplierID,categoryID,unitPrice,unitsInStock
            1,Chai,1,1,18.00,10
            """
        try await withShop(["products.csv": products], clock: clock) { shop, folder in
            var log = StepLog()
            _ = try await shop.importCatalogue(from: folder, log: &log)
            try await shop.open(Cart(customerID: "ALFKI", productID: 1, quantity: 3))
            try await body(shop)
        }
    }

    @Test func `is filled from the shelf`() async throws {
        try await withCart { shop in
            let cart = try #require(try shop.carts.get("ALFKI"))
            #expect(cart.quantity == 3)
            #expect(try shop.stock() == [1: 7])
        }
    }

    @Test func `is not opened for more than there is`() async throws {
        try await withCart { shop in
            try await shop.carts.delete("ALFKI")
            await #expect(throws: OutOfStock.self) {
                try await shop.open(Cart(customerID: "ALFKI", productID: 1, quantity: 8))
            }
            #expect(try shop.carts.count() == 0)
            #expect(try shop.stock() == [1: 7])
        }
    }

    @Test func `is there until its half hour is over`() async throws {
        try await withCart { shop in
            clock.advance(by: .minutes(30) - .microseconds(1))
            try await shop.store.settle()
            #expect(try shop.carts.ttl(of: "ALFKI") == .microseconds(1))
            #expect(try shop.stock() == [1: 7])
        }
    }

    @Test func `goes back to the shelf when its half hour is over`() async throws {
        try await withCart { shop in
            let begin = shop.store.position
            clock.advance(by: .minutes(30))
            #expect(try shop.carts.get("ALFKI") == nil)
            try await shop.store.settle()
            #expect(try shop.stock() == [1: 10])
            let changes = try await shop.store.history.commits(after: begin, limit: 10)
                .flatMap { $0.changes(of: Cart.self) }
            #expect(changes.map(\.reason) == [.expired])
            let lost = try #require(try changes.first?.old())
            #expect(lost.quantity == 3)
        }
    }

    @Test func `has another half hour when it is touched`() async throws {
        try await withCart { shop in
            clock.advance(by: .minutes(20))
            try await shop.carts.touch("ALFKI")
            clock.advance(by: .minutes(20))
            try await shop.store.settle()
            #expect(try shop.carts.ttl(of: "ALFKI") == .minutes(10))
            #expect(try shop.stock() == [1: 7])
        }
    }

    @Test func `that is taken away goes to nobody's shelf`() async throws {
        try await withCart { shop in
            try await shop.carts.delete("ALFKI")
            try await shop.store.settle()
            #expect(try shop.stock() == [1: 7])
        }
    }
}
