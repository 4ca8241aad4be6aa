import StoreCore
import StoreReactive
import Testing

/// The code of the pages about query values and bodies.
@Suite struct `Query values` {
    struct Customer: StoreRecord {
        typealias Key = String
        var id: String

        static let schema = Schema<Customer>("customers", key: \.id) { field in
            field(\.id, "id")
        }
    }

    struct Order: StoreRecord, Equatable {
        typealias Key = Int
        enum Status: String, Codable, StoreValue { case pending, paid }

        var id: Int
        var customerID: String
        var total: Double
        var status: Status

        static let schema = Schema<Order>("orders", key: \.id) { field in
            field(\.id, "id")
            field(\.customerID, "customerID").references("customers", onDelete: .restrict)
            field(\.total, "total")
            field(\.status, "status")
        }
    }

    private func shop() async throws -> (store: Store, orders: Bucket<Order>) {
        let store = try await Store.start("shop")
        let customers = try await store.defineBucket(Customer.self)
        let orders = try await store.defineBucket(Order.self)
        try await customers.insert(Customer(id: "ALFKI"))
        for id in 1...50 {
            try await orders.insert(
                Order(
                    id: id, customerID: "ALFKI", total: Double(id),
                    status: id % 2 == 0 ? .pending : .paid))
        }
        return (store, orders)
    }

    @MainActor final class Table {
        var rows: [Order] = []
        var shown = 0
    }

    @MainActor @Test func `follow the store`() async throws {
        let (store, orders) = try await shop()
        let pending = orders.where { $0.status == .pending }
        let count = pending.live(.count)
        let revenue = orders.query.live(.sum(\.total))
        let dearest = pending.order(by: \.total, .descending).limit(20).live()
        let perStatus = orders.query.groupBy(\.status).live(.count, .sum(\.total))
        let withCustomers = pending.with(\.customerID, Customer.self).live()
        let table = Table()
        try await dearest.subscribe { @MainActor update in
            let delta = update.delta()
            table.rows = delta.apply(to: table.rows, from: update.value)
        }
        try await store.settle()
        #expect(table.rows.map(\.id) == Array(stride(from: 50, to: 10, by: -2)))

        try await orders.insert(
            Order(id: 51, customerID: "ALFKI", total: 45.5, status: .pending))
        try await orders.update(50) { $0.status = .paid }
        try await store.settle()

        #expect(table.rows.map(\.id).prefix(4) == [48, 46, 51, 44])
        #expect(table.rows.count == 20)
        #expect(count.latest?.value == 25)
        #expect(revenue.latest?.value == 1_320.5)
        #expect(perStatus.latest?.value.map(\.count) == [26, 25])
        #expect(withCustomers.latest?.value.allSatisfy { $0.related?.id == "ALFKI" } == true)
        await store.stop()
    }

    @Test func `show a page that stays put`() async throws {
        let (store, orders) = try await shop()
        let first = try orders.order(by: \.total).page(limit: 20)
        let second = orders.order(by: \.total).livePage(after: first.nextCursor, limit: 20)
        try await orders.delete(3)
        try await store.settle()
        #expect(second.latest?.value.records.map(\.id) == Array(21...40))
        await store.stop()
    }

    @MainActor @Test func `are asked for with a body, too`() async throws {
        let (store, orders) = try await shop()
        let table = Table()
        let ordersOf = try store.define("ordersOf", for: String.self) { ctx, customer in
            try ctx[Order.self].where { $0.customerID == customer }.all()
        }
        try await store.subscribe(ordersOf, "ALFKI") { @MainActor update in
            table.shown = update.value.count
        }
        let live = store.live(ordersOf, "ALFKI")
        try await orders.delete(1)
        try await store.settle()
        var lines: [String] = []
        func print(_ line: String) { lines.append(line) }
        print(live.status?.lastWake?.description ?? "never woken")
        #expect(table.shown == 49)
        #expect(lines.first?.hasPrefix("orders/1 was deleted") == true)
        await store.stop()
    }
}
