import StoreCore
import Testing

/// The code of the article Typed records.
@Suite struct `The guide to typed records` {
    struct Customer: StoreRecord {
        typealias Key = String
        var id: String
        var name: String

        static let schema = Schema<Customer>("customers", key: \.id) { field in
            field(\.id, "id").generated(.uuid)
            field(\.name, "name").length(1...100)
        }
    }

    struct Order: StoreRecord {
        enum Status: String, Codable, CaseIterable, StoreValue { case pending, paid, shipped }
        struct Address: Codable, Sendable {
            var city: String
            var zip: String?
        }

        typealias Key = Int
        var id = 0
        var customerID: String
        var total: Double
        var status = Status.pending
        var shipped: Timestamp?
        var tags: [String] = []
        var address: Address?

        static let schema = Schema<Order>("orders", key: \.id) { field in
            field(\.id, "id").generated(.autoincrement)
            field(\.customerID, "customerID").references("customers", onDelete: .restrict)
            field(\.total, "total").range(0...)
            field(\.status, "status")
            field(\.shipped, "shipped")
            field(\.tags, "tags")
            field.object(\.address, "address")
            field.nested(\.address?.city, "address.city")
            field.index(\.status, \.total)
        }
    }

    struct Line: StoreRecord {
        typealias Key = CompositeKey<Int, String>
        var orderID: Int
        var sku: String
        var quantity: Int

        static let schema = Schema<Line>("lines", key: \.orderID, \.sku) { field in
            field(\.orderID, "orderID").references("orders", onDelete: .cascade)
            field(\.sku, "sku")
            field(\.quantity, "quantity").range(1...)
        }
    }

    private func shop() async throws -> (Store, Bucket<Order>, Bucket<Line>) {
        let store = try await Store.start("shop")
        let customers = try await store.defineBucket(Customer.self)
        let orders = try await store.defineBucket(Order.self)
        let lines = try await store.defineBucket(Line.self)

        try await customers.insert(Customer(id: "ALFKI", name: "Alfreds Futterkiste"))
        return (store, orders, lines)
    }

    @Test func `from the definition to the first answers`() async throws {
        let (_, orders, _) = try await shop()
        let order = try await orders.insert(Order(customerID: "ALFKI", total: 440))
        try await orders.update(order.id) { $0.status = .paid }

        let paid = try orders.get(order.id)?.status  // .paid
        let large = try orders.where { $0.status == .paid && $0.total > 100 }
            .order(by: \.total, .descending).limit(10).all()
        let berlin = try orders.where { $0[\.address?.city] == "Berlin" }.count()
        let revenue = try orders.query.sum(\.total)  // a Double, as the property is
        let version = try orders.entry(order.id)?.version  // 2

        #expect(paid == .paid)
        #expect(large.map(\.id) == [order.id])
        #expect(berlin == 0)
        #expect(revenue == 440)
        #expect(version == 2)
        #expect(order.id == 1)
    }

    @Test func `writes of every kind`() async throws {
        let (_, orders, _) = try await shop()
        var order = try await orders.insert(Order(customerID: "ALFKI", total: 440))
        order.total = 500
        try await orders.replace(order, ifVersion: 1)
        try await orders.increment(order.id, \.total, by: 20)
        try await orders.deleteMany { $0.status == .shipped }
        try await orders.delete(order.id)

        #expect(try orders.count() == 0)
    }

    @Test func `a key of two properties`() async throws {
        let (store, orders, lines) = try await shop()
        try await store.write { tx in
            let order = try tx[Order.self].insert(Order(customerID: "ALFKI", total: 24))
            try tx[Line.self].insert(Line(orderID: order.id, sku: "tea", quantity: 2))
            try tx[Line.self].insert(Line(orderID: order.id, sku: "jam", quantity: 1))
        }
        let jam = try lines.get(CompositeKey(1, "jam"))?.quantity  // 1
        let ofOrder = try lines.where { $0.orderID == 1 }.count()  // 2

        #expect(jam == 1)
        #expect(ofOrder == 2)
        #expect(try orders.count() == 1)
    }

    @Test func `references hold`() async throws {
        let (store, orders, lines) = try await shop()
        let customers = try store.bucket(Customer.self)
        let order = try await orders.insert(Order(customerID: "ALFKI", total: 24))
        try await lines.insert(Line(orderID: order.id, sku: "tea", quantity: 2))

        do {
            try await customers.delete("ALFKI")
        } catch let error as ReferenceError {
            print(error)  // Record "ALFKI" … is still referred to by field "customerID" …
        }
        try await orders.delete(order.id)  // takes its lines along, in the same commit
        try await customers.delete("ALFKI")  // nobody refers to it any more

        #expect(try lines.count() == 0)
        #expect(try customers.count() == 0)
        await #expect(throws: ReferenceError.self) {
            try await orders.insert(Order(customerID: "nobody", total: 1))
        }
    }

    @Test func `references are followed`() async throws {
        let (_, orders, lines) = try await shop()
        let order = try await orders.insert(Order(customerID: "ALFKI", total: 240))
        try await lines.insert(Line(orderID: order.id, sku: "tea", quantity: 2))

        let large = orders.where { $0.total > 100 }
        for (order, customer) in try large.with(\.customerID, Customer.self).all() {
            print(order.id, customer?.name ?? "nobody")
        }
        for (order, lines) in try orders.query.with(Line.self, by: \.orderID).all() {
            print(order.id, lines.count)
        }

        let row = try orders.query.with(\.customerID, Customer.self)
            .with(Line.self, by: \.orderID).first()
        #expect(row?.record.related?.name == "Alfreds Futterkiste")
        #expect(row?.related.map(\.sku) == ["tea"])
    }

    struct Reading: StoreRecord, Identifiable {
        var id: String
        var celsius: Double
        var note: String?

        static let schema = Schema<Reading>("readings", key: \.id) { field in
            field(\.id, "id")
            field(\.celsius, "celsius")
            field(\.note, "note")
        }
    }

    struct FastReading: StoreRecord, Identifiable {
        var id: String
        var celsius: Double
        var note: String?

        static let schema = Schema<FastReading>("readings", key: \.id) { field in
            field(\.id, "id")
            field(\.celsius, "celsius")
            field(\.note, "note")
        }

        init(row: Row) throws {
            id = try row["id"]
            celsius = try row["celsius"]
            note = try row["note"]
        }

        func encode(into row: inout RowWriter) {
            row.set("id", id)
            row.set("celsius", celsius)
            row.set("note", note)
        }
    }

    @Test func `the fast path reads what Codable writes`() async throws {
        let store = try await Store.start("weather")
        let readings = try await store.defineBucket(Reading.self)
        try await readings.insert(Reading(id: "roof", celsius: 21.5))
        let fast = try store.bucket(FastReading.self)

        #expect(try fast.get("roof")?.celsius == 21.5)
        try await fast.update("roof") { $0.note = "sunny" }
        #expect(try readings.get("roof")?.note == "sunny")
    }

    @Test func `dynamic and typed handles side by side`() async throws {
        let (_, orders, _) = try await shop()
        let order = try await orders.insert(Order(customerID: "ALFKI", total: 440))
        try await orders.dynamic.update(order.id, ["importedFrom": "legacy.csv"])
        try await orders.update(order.id) { $0.total = 500 }

        let record = try orders.dynamic.get(order.id)
        let origin = record?["importedFrom"].string  // "legacy.csv": the struct did not touch it
        let total = record?["total"].double  // 500

        #expect(origin == "legacy.csv")
        #expect(total == 500)
    }

    @Test func `typed changes, batches and snapshots`() async throws {
        let (store, orders, _) = try await shop()
        var batch = WriteBatch()
        try batch.insert(Order(customerID: "ALFKI", total: 1), into: orders)
        try batch.insert(Order(customerID: "ALFKI", total: 2), into: orders)
        let receipt = try await store.commit(batch)

        for commit in try await store.history.commits(after: .start, limit: 100) {
            for change in commit.changes(of: Order.self) {
                print(change.kind, try change.new()?.total ?? 0)
            }
        }
        let then = try store.snapshot().bucket(Order.self).all()

        #expect(then.map(\.total) == [1, 2])
        #expect(receipt.records.count == 2)
    }

    struct Renamed: StoreRecord {
        typealias Key = String
        var id: String
        var name: String
        enum CodingKeys: String, CodingKey {
            case id
            case name = "full_name"
        }

        static let schema = Schema<Renamed>("people", key: \.id) { field in
            field(\.id, "id")
            field(\.name, "name")  // the coding key is full_name
        }
    }

    @Test func `what does not fit is named`() async throws {
        let store = try await Store.start("shop")
        do {
            try await store.defineBucket(Renamed.self)
        } catch let error as DefinitionError {
            print(error)  // … field "name": … encodes nothing under this name …
        }
        await #expect(throws: DefinitionError.self) { try await store.defineBucket(Renamed.self) }
        #expect(store.buckets.isEmpty)
    }
}
