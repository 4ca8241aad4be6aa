import StoreCore
import Testing

/// The code of StoreCore's landing page.
@Suite struct `The landing page` {
    struct Order: StoreRecord {
        typealias Key = Int
        var id = 0
        var customer: String
        var total: Double

        static let schema = Schema<Order>("orders", key: \.id) { field in
            field(\.id, "id").generated(.autoincrement)
            field(\.customer, "customer").indexed()
            field(\.total, "total").range(0...)
        }
    }

    @Test func `tells what the store is by a dozen lines`() async throws {
        let store = try await Store.start("shop")
        let orders = try await store.defineBucket(Order.self)

        let order = try await orders.insert(Order(customer: "ALFKI", total: 440))
        try await orders.update(order.id) { $0.total += 60 }

        let large = orders.where { $0.customer == "ALFKI" && $0.total > 100 }
        let revenue = try large.sum(\.total)  // 500
        let then = try store.snapshot()
        try await orders.delete(order.id)
        let kept = try then.bucket(Order.self).count()  // 1

        #expect(revenue == 500)
        #expect(kept == 1)
        #expect(try orders.count() == 0)
    }
}
