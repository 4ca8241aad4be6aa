import StoreCore

/// The report, section by section.
///
/// Every section reads the same snapshot of the shop, so that the figures agree with each other
/// whatever is written meanwhile.
struct Report {
    let products: TypedSource<Product>
    let orders: TypedSource<Order>
    let orderLines: TypedSource<OrderLine>
    private(set) var text = ""

    init(of shop: Shop) throws {
        let snapshot = try shop.store.snapshot()
        products = try snapshot.bucket(Product.self)
        orders = try snapshot.bucket(Order.self)
        orderLines = try snapshot.bucket(OrderLine.self)
    }

    mutating func writeAll(log: inout StepLog) throws {
        let sections: [(title: String, rows: Int, lines: () throws -> [String])] = [
            ("Revenue", try orderLines.count(), revenue),
            ("Top products by net revenue", try orderLines.count(), topProducts),
            ("Net revenue by country", try orders.count(), revenueByCountry),
            ("Net revenue by month", try orders.count(), revenueByMonth),
            ("Slowest-moving stock", try products.count(), slowestStock),
            ("Longest ship delay", 1, longestDelay),
            ("Orders to Germany, second page", 5, secondPageOfOrders),
            ("How that page was found", 0, explanation),
        ]
        text = "Northwind Traders\n"
        for (title, rows, lines) in sections {
            write(title, try lines())
            log.add(title, rows: rows)
        }
    }

    /// Adds a section to the text.
    mutating func write(_ title: String, _ lines: [String]) {
        text += "\n\(title)\n" + lines.joined(separator: "\n") + "\n"
    }
}
