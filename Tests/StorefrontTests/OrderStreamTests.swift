import Foundation
import StoreCore
import Testing

@testable import storefront

@Suite struct `The stream of orders` {
    private let orders = """
        orderID,customerID,orderDate,shippedDate,shipCountry
        1,ALFKI,1996-07-04,1996-07-08,Germany
        2,ALFKI,1996-07-05,1996-07-06,Germany
        3,ALFKI,1996-07-07,1996-07-08,Germany
        4,ALFKI,1996-07-08,NULL,Germany
        """

    @Test func `leaves an order open until the day on which it is shipped`() async throws {
        try await withShop(["orders.csv": orders]) { shop, folder in
            let stream = try await shop.opened(on: folder)
            var open: [[Int]] = []
            while try await stream.placeNext() {
                open.append(try shop.openOrders.all().map(\.orderID))
            }
            #expect(open == [[1], [1, 2], [1, 3], [4]])
        }
    }

    @Test func `knows of a shipped order what is known when all are placed at once`() async throws {
        try await withShop(["orders.csv": orders]) { shop, folder in
            let stream = try await shop.opened(on: folder)
            while try await stream.placeNext() {}
            let streamed = try shop.orders.all().map(\.daysToShip)
            for order in try shop.orders.all() { try await shop.orders.delete(order.orderID) }
            var log = StepLog()
            _ = try await shop.placeOrders(from: folder, log: &log)
            #expect(try shop.orders.all().map(\.daysToShip) == streamed)
            #expect(streamed == [4, 1, 1, nil])
        }
    }

    @Test func `reports what is refused with the row of its order, and goes on`() async throws {
        let orders = """
            orderID,customerID,orderDate,shippedDate,shipCountry
            1,ALFKI,1996-07-04,1996-07-03,Germany
            2,NOONE,1996-07-05,NULL,Germany
            3,ALFKI,1996-07-06,NULL,Germany
            """
        try await withShop(["orders.csv": orders]) { shop, folder in
            let stream = try await shop.opened(on: folder)
            while try await stream.placeNext() {}
            #expect(await stream.badRows.map(\.line).sorted() == [2, 3])
            // The first was placed, and nobody knows when it was shipped.
            #expect(try shop.openOrders.all().map(\.orderID) == [1, 3])
        }
    }
}

extension Shop {
    /// The orders of a folder's files, for the shop as it is before the first of them.
    func opened(on folder: URL) async throws -> OrderStream {
        var log = StepLog()
        _ = try await importCatalogue(from: folder, log: &log)
        try await stockUp(from: folder, log: &log)
        return try OrderStream(of: folder, to: self)
    }
}
