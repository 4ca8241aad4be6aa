import StoreCore
import Testing

@testable import storefront

@Suite struct `The stock` {
    private let products = """
        productID,productName,supplierID,categoryID,unitPrice,unitsInStock
        1,Chai,1,1,18.00,5
        2,Chang,1,1,19.00,0
        """
    private let orders = """
        orderID,customerID,orderDate,shippedDate,shipCountry
        1,ALFKI,1996-07-04,NULL,Germany
        2,NOONE,1996-07-05,NULL,Germany
        3,ALFKI,1996-07-06,NULL,Germany
        """
    private let lines = """
        orderID,productID,unitPrice,quantity,discount
        1,1,18.00,2,0
        1,2,19.00,7,0
        2,2,19.00,4,0
        3,1,18.00,1,0
        """

    /// A shop that has the products, with as many units on the shelves as the data says.
    private func withProducts(_ body: (Shop) async throws -> Void) async throws {
        try await withShop(["products.csv": products]) { shop, folder in
            var log = StepLog()
            _ = try await shop.importCatalogue(from: folder, log: &log)
            try await body(shop)
        }
    }

    @Test func `is what the data says, sold orders later`() async throws {
        let files = ["products.csv": products, "orders.csv": orders, "order-details.csv": lines]
        try await withShop(files) { shop, folder in
            var log = StepLog()
            _ = try await shop.importCatalogue(from: folder, log: &log)
            let before = shop.store.position
            try await shop.stockUp(from: folder, log: &log)
            #expect(shop.store.position.value == before.value + 1)
            #expect(try shop.stock() == [1: 8, 2: 11])
            let badRows = try await shop.placeOrders(from: folder, log: &log)
            #expect(badRows.map(\.line) == [3])
            // What the refused order would have sold is still there.
            #expect(try shop.stock() == [1: 5, 2: 4])
        }
    }

    @Test(arguments: [Int.min, -1, 0, Int.max])
    func `does not change for a quantity that nobody can order`(quantity: Int) async throws {
        let files = [
            "products.csv": products, "orders.csv": orders,
            "order-details.csv": """
            orderID,productID,unitPrice,quantity,discount
            1,1,18.00,\(quantity),0
            3,1,18.00,\(quantity),0
            """,
        ]
        try await withShop(files) { shop, folder in
            var log = StepLog()
            _ = try await shop.importCatalogue(from: folder, log: &log)
            try await shop.stockUp(from: folder, log: &log)
            let badRows = try await shop.placeOrders(from: folder, log: &log)
            #expect(badRows.map(\.line) == [2, 3, 4])
            #expect(try shop.stock() == [1: 5, 2: 0])
        }
    }

    @Test func `keeps what an order has taken before it is refused`() async throws {
        try await withProducts { shop in
            let order: Fields = [
                "orderID": 1, "customerID": "ALFKI", "orderDate": .date(.init(microseconds: 0)),
                "shipCountry": "Germany",
            ]
            let lines: [Fields] = [
                ["orderID": 1, "productID": 1, "unitPrice": 18, "quantity": 2],
                ["orderID": 1, "productID": 2, "unitPrice": 19, "quantity": 1],
            ]
            let error = await #expect(throws: OutOfStock.self) {
                try await shop.place(order, lines: lines)
            }
            #expect(error?.product == "Chang")
            let stock = try shop.stock()
            #expect(stock == [1: 5, 2: 0])
            #expect(try shop.orders.count() == 0)
        }
    }

    @Test(arguments: [0, 1, 2, 40])
    func `is sold out by two tills at once, and not oversold`(units: Int) async throws {
        try await withProducts { shop in
            try await shop.products.update(1) { $0.unitsInStock = units }
            let sold = try await LastBoxes(shop: shop, productID: 1).sellOut()
            #expect(sold == units)
            #expect(try shop.stock() == [1: 0, 2: 0])
        }
    }
}
