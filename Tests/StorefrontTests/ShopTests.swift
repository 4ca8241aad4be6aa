import StoreCore
import Testing

@testable import storefront

@Suite struct `The shop` {
    @Test func `takes each master file as one commit`() async throws {
        try await withShop([:]) { shop, folder in
            var log = StepLog()
            let before = shop.store.position
            let badRows = try await shop.importCatalogue(from: folder, log: &log)
            #expect(badRows.isEmpty)
            #expect(shop.store.position.value == before.value + 6)
            #expect(try shop.products.get(1)?.productName == "Chai")
        }
    }

    @Test func `reports a master row that its schema or a unique field refuses`() async throws {
        let products = """
            productID,productName,supplierID,categoryID,unitPrice
            1,Chai,1,1,18.00
            2,Chang,1,1,-19.00
            3,Chai,1,1,4.50
            1,Tofu,1,1,23.25
            5,Ikura,1,1,31.00
            """
        try await withShop(["products.csv": products]) { shop, folder in
            var log = StepLog()
            let badRows = try await shop.importCatalogue(from: folder, log: &log)
            #expect(badRows.map(\.file) == Array(repeating: "products.csv", count: 3))
            #expect(badRows.map(\.line) == [3, 4, 5])
            #expect(try shop.products.all().map(\.productName) == ["Chai", "Ikura"])
        }
    }

    @Test func `places orders by date, each with its lines in one commit`() async throws {
        let files = [
            "orders.csv": """
            orderID,customerID,orderDate,shippedDate,shipCountry
            2,ALFKI,1996-07-05 00:00:00.000,NULL,Germany
            1,ALFKI,1996-07-04 00:00:00.000,1996-07-16 00:00:00.000,Germany
            """,
            "order-details.csv": """
            orderID,productID,unitPrice,quantity,discount
            1,1,18.00,2,0.25
            2,1,18.00,1,0
            """,
        ]
        try await withShop(files) { shop, folder in
            var log = StepLog()
            _ = try await shop.importCatalogue(from: folder, log: &log)
            try await shop.stockUp(from: folder, log: &log)
            let before = shop.store.position
            let badRows = try await shop.placeOrders(from: folder, log: &log)
            #expect(badRows.isEmpty)
            #expect(shop.store.position.value == before.value + 2)
            #expect(try shop.orders.all().map(\.orderID) == [1, 2])
            let order = try #require(try shop.orders.get(1))
            #expect(order.month == "1996-07")
            #expect(order.daysToShip == 12)
            #expect(order.net == 27)
            #expect(try shop.orders.get(2)?.daysToShip == nil)
            #expect(try shop.orderLines.get(CompositeKey(1, 1))?.gross == 36)
        }
    }

    @Test func `leaves nothing of an order that it refuses, and goes on`() async throws {
        let files = [
            "orders.csv": """
            orderID,customerID,orderDate,shippedDate,shipCountry
            1,ALFKI,1996-07-04,NULL,Germany
            2,NOONE,1996-07-05,NULL,Germany
            3,ALFKI,1996-07-06,NULL,Germany
            """,
            "order-details.csv": """
            orderID,productID,unitPrice,quantity,discount
            1,1,18.00,1,0
            1,99,18.00,1,0
            3,1,18.00,1,0
            4,1,18.00,1,0
            """,
        ]
        try await withShop(files) { shop, folder in
            var log = StepLog()
            _ = try await shop.importCatalogue(from: folder, log: &log)
            try await shop.stockUp(from: folder, log: &log)
            let badRows = try await shop.placeOrders(from: folder, log: &log)
            #expect(
                badRows.map { $0.description.split(whereSeparator: { ",;".contains($0) })[0] } == [
                    "orders.csv:2: Bucket \"products\" has no record with key 99",
                    "orders.csv:3: There is no record \"NOONE\" in bucket \"customers\"",
                    "order-details.csv:5: there is no order 4",
                ])
            #expect(try shop.orders.all().map(\.orderID) == [3])
            #expect(try shop.orderLines.count() == 1)
        }
    }
}
