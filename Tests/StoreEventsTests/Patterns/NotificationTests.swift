import StoreCore
import StoreEvents
import Testing

@Suite struct `Notifications` {
    @Test func `are sent when the state changes, and not when something else does`() async throws {
        let company = try await Company()
        let notes = Notes()
        company.notify(notes)
        try await company.user("Alice", orders: 200)
        try await company.orders.update(1, ["status": "paid"])
        try await company.orders.update(1, ["status": "shipped"])
        try await company.orders.update(1, ["total": 210])
        try await company.orders.update(1, ["status": "shipped", "total": 220])
        try await company.store.settle()
        #expect(await notes.all == ["#1 pending → paid", "#1 paid → shipped"])
    }

    @Test func `may be decided by the handler`() async throws {
        let company = try await Company()
        let notes = Notes()
        company.store.on("bucket.orders.updated") { event, _ in
            if event.old?["status"] == event.new?["status"] { return }
            await notes.note("\(event.key)")
        }
        try await company.user("Alice", orders: 200)
        try await company.orders.update(1, ["total": 210])
        try await company.orders.update(1, ["status": "paid"])
        try await company.store.settle()
        #expect(await notes.all == ["1"])
    }

    /// The threshold is 5: what matters is that stock crosses it.
    @Test(arguments: [
        ([3, 0, 15], ["low: 3", "out"], ["restocked"]),
        ([5, 4, 3], ["low: 5"], []),
        ([0, 0], ["out"], []),
        ([6, 5, 6, 5], ["low: 5", "low: 5"], []),
    ]) func `of low stock come when a threshold is crossed`(
        stocks: [Int], alerts: [String], restocks: [String]
    ) async throws {
        let shop = try await Shop()
        let products = try await shop.store.defineBucket(
            "products", key: "id", schema: ["id": .string, "stock": .integer(range: 0...)])
        let raised = try await shop.store.defineBucket(
            "alerts", key: "id",
            schema: ["id": .integer(generated: .autoincrement), "message": .string])
        let notes = Notes()
        products.on(.updated, whenChanged: ["stock"]) { event, _ in
            let before = event.old?["stock"].int ?? 0
            let now = event.new?["stock"].int ?? 0
            if before > 5, now <= 5, now > 0 {
                try await raised.insert(["message": .string("low: \(now)")])
            }
            if before > 0, now == 0 { try await raised.insert(["message": "out"]) }
            if before == 0, now > 0 { await notes.note("restocked") }
        }
        try await products.insert(["id": "widget", "stock": 10])
        for stock in stocks {
            try await products.update("widget", ["stock": .integer(Int64(stock))])
        }
        try await shop.store.settle()
        #expect(try raised.order(by: "id").all().map { $0["message"].string } == alerts)
        #expect(await notes.all == restocks)
    }
}
