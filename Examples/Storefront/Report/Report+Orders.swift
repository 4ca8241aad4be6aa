import StoreCore

extension Report {
    /// The first order by descending delay is the last entry of an index: nothing is sorted.
    func longestDelay() throws -> [String] {
        guard let order = try orders.order(by: \.daysToShip, .descending).first(),
            let days = order.daysToShip
        else { return [] }
        let name = try customers.get(order.customerID)?.companyName ?? "?"
        return [
            "  order \(order.orderID) for \(name): \(days) days,"
                + " from \(day(order.orderDate)) to \(day(order.shippedDate))"
        ]
    }

    private var ordersToGermany: TypedQuery<Order> {
        orders.where { $0.shipCountry == "Germany" }.order(by: \.orderDate)
    }

    /// A page begins behind the cursor that the page before it ended with.
    func secondPageOfOrders() throws -> [String] {
        let first = try ordersToGermany.page(limit: 5)
        let second = try ordersToGermany.page(after: first.nextCursor, limit: 5)
        var table = TextTable(.left, .left, .left, .right)
        for order in second.records {
            table.add(
                "\(order.orderID)", day(order.orderDate),
                try customers.get(order.customerID)?.companyName ?? "?", "\(Money(order.net))")
        }
        return table.lines
    }

    func explanation() throws -> [String] {
        ["  \(try ordersToGermany.limit(5).explain())"]
    }

    private func day(_ date: Timestamp?) -> String {
        String(date?.iso8601.prefix(10) ?? "never")
    }
}
