import StoreCore
import StoreEvents
import Testing

@Suite struct `Figures` {
    /// Counts by name.
    private actor Counters {
        private(set) var counts: [String: Int] = [:]

        func count(_ name: String) { counts[name, default: 0] += 1 }
    }

    @Test func `of what has changed count by bucket and kind`() async throws {
        let company = try await Company()
        let counters = Counters()
        company.store.on("bucket.*.*") { event, _ in
            await counters.count("\(event.bucket).\(event.change.kind)")
        }
        try await company.user("Alice", orders: 100)
        try await company.user("Bob")
        try await company.orders.update(1, ["status": "paid"])
        try await company.store.settle()
        #expect(
            await counters.counts == [
                "users.inserted": 2, "orders.inserted": 1, "orders.updated": 1,
            ]
        )
    }

    @Test func `that are derived follow what they are derived from`() async throws {
        let company = try await Company()
        let figures = try await company.store.defineBucket(
            "figures", key: "id",
            schema: [
                "id": .string, "orderCount": .integer, "totalSpent": .integer,
                "lastOrder": .integer,
            ])
        company.orders.on { [orders = company.orders] event, _ in
            let user = event.record?["userID"] ?? nil
            let own = orders.where(["userID": user])
            try await figures.upsert([
                "id": user, "orderCount": .integer(Int64(try own.count())),
                "totalSpent": try own.sum("total"), "lastOrder": try own.max("id") ?? .null,
            ])
        }
        let alice = try await company.user("Alice", orders: 150, 50)
        let bob = try await company.user("Bob", orders: 80)
        try await company.orders.update(1, ["total": 100])
        try await company.orders.delete(3)
        try await company.store.settle()
        let ofAlice = try #require(try figures.get(alice.key))
        #expect(ofAlice["orderCount"] == 2)
        #expect(ofAlice["totalSpent"] == 150)
        #expect(ofAlice["lastOrder"] == 2)
        let ofBob = try #require(try figures.get(bob.key))
        #expect(ofBob["orderCount"] == 0)
        #expect(ofBob["totalSpent"] == 0)
        #expect(ofBob["lastOrder"].isNull)
    }

    @Test func `of events that gather are written many at once`() async throws {
        let company = try await Company()
        company.store.on("bucket.orders.*", batching: .count(100, every: .milliseconds(100))) {
            [auditLog = company.auditLog] events in
            try await auditLog.insertMany(events.map(Company.entry))
        }
        try await company.user("Alice", orders: 1, 2, 3, 4, 5)
        let position = company.store.position
        #expect(try company.auditLog.count() == 0)
        try await company.store.settle()
        #expect(try company.auditLog.count() == 5)
        #expect(company.store.position == position.next)
    }
}
