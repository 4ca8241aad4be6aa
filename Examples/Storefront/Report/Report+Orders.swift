import StoreCore

extension Report {
    /// The first order by descending delay is the last entry of an index: nothing is sorted.
    func longestDelay() throws -> [String] {
        guard let order = try orders.order(by: "daysToShip", .descending).first() else { return [] }
        let customer = try customers.get(order["customerID"])
        let name = customer?["companyName"].string ?? "?"
        return [
            "  order \(order.key) for \(name): \(order["daysToShip"]) days,"
                + " from \(day(order["orderDate"])) to \(day(order["shippedDate"]))"
        ]
    }

    private var ordersToGermany: Query {
        orders.where(.field("shipCountry") == "Germany").order(by: "orderDate")
    }

    /// A page begins behind the cursor that the page before it ended with.
    func secondPageOfOrders() throws -> [String] {
        let first = try ordersToGermany.page(limit: 5)
        let second = try ordersToGermany.page(after: first.nextCursor, limit: 5)
        var table = TextTable(.left, .left, .left, .right)
        for order in second.records {
            let customer = try customers.get(order["customerID"])
            table.add(
                "\(order.key)", day(order["orderDate"]), customer?["companyName"].string ?? "?",
                "\(Money(order["net"].double ?? 0))")
        }
        return table.lines
    }

    func explanation() throws -> [String] {
        ["  \(try ordersToGermany.limit(5).explain())"]
    }

    private func day(_ value: Value) -> String {
        String(value.date?.iso8601.prefix(10) ?? "never")
    }
}
