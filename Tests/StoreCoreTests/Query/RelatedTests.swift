import StoreCore
import StoreTesting
import Testing

@Suite struct `Related records` {
    // MARK: The record that a column leads to

    @Test func `come with the records that lead to them, in the query's order`() async throws {
        let shop = try await RelatedShop.filled()
        let rows = try shop.orders.query.with("customer").all()
        let found = rows.map { order, customer in "\(order.name) \(customer?.name ?? "-")" }
        #expect(found == ["3 b", "1 a", "2 a", "4 -", "5 -", "6 a"])
    }

    @Test func `keep within order, limit and offset`() async throws {
        let shop = try await RelatedShop.filled()
        let rows = try shop.orders.where(.field("total") > 10).order(by: "id", .descending)
            .offset(1).limit(4).with("customer").all()
        let found = rows.map { order, customer in "\(order.name) \(customer?.name ?? "-")" }
        #expect(found == ["5 -", "4 -", "2 a", "1 a"])
    }

    @Test func `come for several columns at once`() async throws {
        let shop = try await RelatedShop.filled()
        let rows = try shop.orders.query.with("customer").with("employee").all()
        let found = rows.map { row, employee in
            "\(row.record.name) \(row.related?.name ?? "-") \(employee?.name ?? "-")"
        }
        #expect(found == ["3 b 1", "1 a 2", "2 a 2", "4 - 1", "5 - -", "6 a -"])
    }

    @Test func `may be of the same bucket`() async throws {
        let shop = try await RelatedShop.filled()
        let up = try shop.employees.query.with("boss").all()
        #expect(up.map { $1?.name } == [nil, "1", "3"])
        let down = try shop.employees.query.with("employees", by: "boss").all()
        #expect(down.map { $1.map(\.name) } == [["2"], [], ["3"]])
    }

    @Test func `are named with the rows that they are a part of`() async throws {
        let shop = try await RelatedShop.filled()
        let query = shop.orders.query.with("customer").with("employee")
        let traced = try query.rows(reading: shop.orders).traced(shop.orders.query.limit(5).all())
        #expect(traced.map { $0.row.record.record.name } == ["3", "1", "2", "4", "5"])
        #expect(
            traced.map { $0.related.map(\.name) } == [
                ["b", "1"], ["a", "2"], ["a", "2"], ["1"], [],
            ])
        let customers = shop.customers.query.with("orders", by: "customer")
        let back = try customers.rows(reading: shop.customers).traced(shop.customers.all())
        #expect(back.map { $0.related.map(\.name) } == [["1", "2", "6"], ["3"], []])
    }

    @Test func `come with the first record`() async throws {
        let shop = try await RelatedShop.filled()
        let first = try shop.orders.order(by: "id").with("customer").first()
        #expect(first?.record.name == "1")
        #expect(first?.related?.name == "a")
        #expect(try shop.orders.where(["id": 99]).with("customer").first() == nil)
    }

    @Test func `come with pages, in both directions`() async throws {
        let shop = try await RelatedShop.filled()
        let query = shop.orders.order(by: "id").with("customer")
        let first = try query.page(limit: 2)
        #expect(first.rows.map { $1?.name } == ["a", "a"])
        #expect(first.page.hasMore)
        let second = try query.page(after: first.page.nextCursor, limit: 2)
        #expect(second.rows.map { "\($0.name) \($1?.name ?? "-")" } == ["3 b", "4 -"])
        let back = try query.page(before: second.page.previousCursor, limit: 1)
        #expect(back.rows.map { "\($0.name) \($1?.name ?? "-")" } == ["2 a"])
        #expect(try query.page(limit: 0).rows.isEmpty)
    }

    // MARK: The records that lead to one

    static let indexSets: [[IndexDefinition]] = [
        [], ["customer"], [["customer", "total"]], ["total"], [["total", "customer"]],
    ]

    @Test(arguments: indexSets)
    func `that refer to one come in their bucket's order, whatever is indexed`(
        indexes: [IndexDefinition]
    ) async throws {
        let shop = try await RelatedShop.filled(indexes: indexes)
        let rows = try shop.customers.order(by: "id", .descending)
            .with("orders", by: "customer").all()
        #expect(rows.map(\.record.name) == ["c", "b", "a"])
        #expect(rows.map { $1.map(\.name) } == [[], ["3"], ["1", "2", "6"]])
    }

    @Test func `come in both directions at once`() async throws {
        let shop = try await RelatedShop.filled()
        let rows = try shop.employees.query.with("boss").with("orders", by: "employee").all()
        let found = rows.map { row, orders in
            "\(row.record.name) \(row.related?.name ?? "-") \(orders.map(\.name))"
        }
        #expect(found == [#"1 - ["3", "4"]"#, #"2 1 ["1", "2"]"#, "3 3 []"])
    }

    @Test func `of enforced references come by the index that these have`() async throws {
        let shop = try await RelatedShop(onDelete: .restrict, .slowQueries(over: .zero))
        try await shop.customers.insertMany((0..<1_000).map { ["id": "c\($0)"] })
        try await shop.orders.insertMany(
            (0..<10_000).map { ["id": .integer($0), "customer": .string("c\($0 % 1_000)")] })
        let rows = try shop.customers.query.limit(100).with("orders", by: "customer").all()
        #expect(rows.allSatisfy { $1.count == 10 })
        let query = try #require(shop.store.slowQueries.first)
        #expect(query.explanation.access == .index(["customer"]))
        #expect(query.explanation.rowsExamined == 1_000)
        #expect(query.count == 1)
    }

    @Test func `without an index come by one scan`() async throws {
        let shop = try await RelatedShop(.slowQueries(over: .zero))
        try await shop.customers.insertMany((0..<100).map { ["id": "c\($0)"] })
        try await shop.orders.insertMany(
            (0..<1_000).map { ["id": .integer($0), "customer": .string("c\($0 % 100)")] })
        let rows = try shop.customers.query.with("orders", by: "customer").all()
        #expect(rows.allSatisfy { $1.count == 10 })
        #expect(shop.store.slowQueries.map(\.explanation.access) == [.scan])
        #expect(shop.store.slowQueries.map(\.explanation.rowsExamined) == [1_000])
        #expect(shop.store.slowQueries.map(\.count) == [1])
    }

    // MARK: One moment

    @Test func `are those of a snapshot`() async throws {
        let shop = try await RelatedShop.filled()
        let then = try shop.store.snapshot().bucket("orders")
        try await shop.customers.delete("a")
        #expect(try then.query.with("customer").all().compactMap { $1?.name }.count == 4)
        #expect(try shop.orders.query.with("customer").all().compactMap { $1?.name } == ["b"])
    }

    @Test func `are those that a write has left until then`() async throws {
        let shop = try await RelatedShop.filled()
        try await shop.store.write { tx in
            try tx.bucket("customers").insert(["id": "nobody"])
            try tx.bucket("orders").update(4, ["customer": "c"])
            let orders = try tx.bucket("orders").where(.field("id").isIn([4, 5]))
                .with("customer").all()
            #expect(orders.map { $1?.name } == ["c", "nobody"])
            let customers = try tx.bucket("customers").where(["id": "c"])
                .with("orders", by: "customer").first()
            #expect(customers?.related.map(\.name) == ["4"])
        }
    }

    @Test func `that are overdue are not there`() async throws {
        let clock = ManualClock()
        let shop = try await RelatedShop(.clock(clock))
        try await shop.customers.insert(
            ["id": "a"], expiresAt: clock.now + .seconds(5))
        try await shop.orders.insert(["id": 1, "customer": "a"])
        #expect(try shop.orders.query.with("customer").first()?.related != nil)
        clock.advance(by: .seconds(5))
        #expect(try shop.orders.query.with("customer").first()?.related == nil)
    }

    // MARK: What does not lead anywhere

    @Test func `are refused for a column that is no reference`() async throws {
        let shop = try await RelatedShop.filled()
        expect(reason: .noReference) { try shop.orders.query.with("note").all() }
        expect(reason: .noReference) {
            try shop.customers.query.with("orders", by: "note").all()
        }
        expect(reason: .noReference) {
            try shop.customers.query.with("orders", by: "employee").all()
        }
    }

    @Test func `are refused for a field that is no column`() async throws {
        let shop = try await RelatedShop.filled()
        expect(reason: .unknownField) { try shop.orders.query.with("costumer").first() }
        expect(reason: .unknownField) {
            try shop.customers.query.with("orders", by: "costumer").page(limit: 1)
        }
    }

    @Test func `are refused of a bucket that is not defined`() async throws {
        let shop = try await RelatedShop.filled()
        try await shop.store.dropBucket("customers")
        let error = #expect(throws: StoreError.self) {
            try shop.orders.query.with("customer").all()
        }
        #expect(error?.reason == .bucketNotDefined("customers"))
        #expect(throws: StoreError(.bucketNotDefined("letters"))) {
            try shop.employees.query.with("letters", by: "employee").all()
        }
    }

    @Test func `are refused by the handle of a dropped bucket`() async throws {
        let shop = try await RelatedShop.filled()
        try await shop.store.dropBucket("orders")
        #expect(throws: StoreError(.bucketDropped("orders"))) {
            try shop.orders.query.with("customer").all()
        }
    }

    @Test func `are refused of a bucket whose key is of several fields`() async throws {
        let store = try await Store.start()
        let lines = try await store.defineBucket(
            "lines", key: ["order", "number"], schema: ["order": .integer, "number": .integer])
        let notes = try await store.defineBucket(
            "notes", key: "id",
            schema: ["id": .integer, "line": .integer(references: "lines")])
        expect(reason: .noReference) { try notes.query.with("line").all() }
        expect(reason: .noReference) { try lines.query.with("notes", by: "line").all() }
        let error = #expect(throws: QueryError.self) { try notes.query.with("line").all() }
        #expect(error?.message.contains("2 fields") == true)
    }
}
