import StoreCore
import StoreTesting
import Testing

@Suite struct `Typed records` {
    private func orders() async throws -> (Store, Bucket<Order>) {
        let store = try await Store.start("typed", .clock(ManualClock()))
        return (store, try await store.defineBucket(Order.self))
    }

    @Test func `come back as they went in, with what the store makes`() async throws {
        let (_, orders) = try await orders()
        let draft = Order(
            customer: "ALFKI", total: 440, shipped: Timestamp(microseconds: 5), tags: ["a", "b"],
            address: .init(city: "Berlin", zip: nil),
            notes: [.init(text: "fragile", at: Timestamp(microseconds: 7))])
        let order = try await orders.insert(draft)
        var expected = draft
        expected.id = 1
        #expect(order == expected)
        #expect(try orders.get(1) == expected)
        #expect(try orders.dynamic.get(1)?["address"]["city"] == "Berlin")
        #expect(try orders.entry(1)?.version == 1)
        #expect(try orders.get(2) == nil)
    }

    @Test func `are found and ordered by their properties`() async throws {
        let (_, orders) = try await orders()
        for total in [30.0, 10, 20] {
            try await orders.insert(Order(customer: "c\(total)", total: total))
        }
        try await orders.update(2) { $0.status = .paid }
        #expect(try orders.where { $0.status == .pending && $0.total > 15 }.count() == 2)
        #expect(try orders.order(by: \.total, .descending).all().map(\.total) == [30, 20, 10])
        #expect(try orders.where { $0.status == .paid }.first()?.id == 2)
        #expect(try orders.where { $0.customer.hasPrefix("c1") }.sum(\.total) == 10)
        #expect(try orders.query.max(\.total) == 30)
        #expect(try orders.query.distinct(\.status) == [.paid, .pending])
        #expect(try orders.where { $0.shipped.isNull }.count() == 3)
        #expect(try orders.where { $0.shipped == nil }.explain().access == .scan)
        try await orders.insertMany((0..<50).map { Order(customer: "many\($0)", total: 1) })
        let one = orders.where { $0.customer == "c30.0" }
        #expect(try one.explain().access == .index("customer"))
    }

    @Test func `are found by what is nested`() async throws {
        let (_, orders) = try await orders()
        try await orders.insert(Order(customer: "a", total: 1, address: .init(city: "Bern")))
        try await orders.insert(Order(customer: "b", total: 1))
        #expect(try orders.where { $0[\.address?.city] == "Bern" }.count() == 1)
    }

    @Test func `a property that is no column is an error of the query`() async throws {
        let (_, orders) = try await orders()
        #expect(throws: QueryError.self) { try orders.where { $0[\.customer.count] == 3 }.all() }
        #expect(throws: QueryError.self) { try orders.order(by: \.customer.count).all() }
        #expect(throws: QueryError.self) { try orders.query.max(\.customer.count) }
    }

    @Test func `have keys of several properties`() async throws {
        let store = try await Store.start("typed")
        let lines = try await store.defineBucket(Line.self)
        try await lines.insert(Line(order: 1, product: "tea", quantity: 2))
        try await lines.insert(Line(order: 1, product: "jam", quantity: 3))
        #expect(try lines.get(CompositeKey(1, "jam"))?.quantity == 3)
        #expect(try await lines.delete(CompositeKey(1, "tea")))
        await #expect(throws: UniqueConstraintError.self) {
            try await lines.insert(Line(order: 1, product: "jam", quantity: 4))
        }
        try await lines.replace(Line(order: 1, product: "jam", quantity: 9))
        #expect(try lines.all() == [Line(order: 1, product: "jam", quantity: 9)])
    }

    @Test func `may write themselves`() async throws {
        let store = try await Store.start("typed")
        let readings = try await store.defineBucket(Reading.self)
        let made = try await readings.insert(Reading(value: 1.5))
        #expect(made.id.count == 36)
        #expect(try readings.get(made.id) == made)
        #expect(try readings.query.avg(\.value) == 1.5)
    }

    @Test func `share a bucket with dynamic records`() async throws {
        let (store, orders) = try await orders()
        try await orders.dynamic.insert([
            "customer": "x", "total": 5, "status": "paid", "tags": [], "notes": [], "extra": true,
        ])
        #expect(try orders.get(1)?.status == .paid)
        try await orders.update(1) { $0.total = 6 }
        let record = try #require(try orders.dynamic.get(1))
        #expect(record["extra"] == true)
        #expect(record["total"] == 6)
        #expect(try store.bucket(Order.self).count() == 1)
        #expect(try store.snapshot().bucket(Order.self).get(1)?.total == 6)
        #expect(throws: StoreError.self) { try store.bucket(Line.self) }
    }

    @Test func `take part in writes, batches and commits`() async throws {
        let (store, orders) = try await orders()
        let observer = RecordingObserver()
        _ = try await store.attach(observer)
        try await store.write { tx in
            let order = try tx[Order.self].insert(Order(customer: "a", total: 1))
            try tx[Order.self].update(order.id) { $0.total += 1 }
            #expect(try tx[Order.self].where { $0.total == 2 }.count() == 1)
        }
        var batch = WriteBatch()
        try batch.insert(Order(customer: "b", total: 3), into: orders)
        try await store.commit(batch)
        let changes = observer.commits.flatMap { $0.changes(of: Order.self) }
        #expect(try changes.map { try $0.new()?.total } == [2, 3])
        #expect(changes.map(\.key) == [1, 2])
    }
}
