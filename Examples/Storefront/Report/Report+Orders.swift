import StoreCore

extension Report {
    /// The first order by descending delay is the last entry of an index: nothing is sorted.
    func longestDelay() throws -> [String] {
        guard
            let (order, customer) = try orders.order(by: \.daysToShip, .descending)
                .with(\.customerID, Customer.self).first(),
            let days = order.daysToShip
        else { return [] }
        let name = customer?.companyName ?? "?"
        return [
            "  order \(order.orderID) for \(name): \(days) days,"
                + " from \(order.orderDate.day) to \(order.shippedDate?.day ?? "never")"
        ]
    }

    private var ordersToGermany: TypedQuery<Order> {
        orders.where { $0.shipCountry == "Germany" }.order(by: \.orderDate)
    }

    /// A page begins behind the cursor that the page before it ended with; its orders come with their customers.
    func secondPageOfOrders() throws -> [String] {
        let first = try ordersToGermany.page(limit: 5)
        let (second, _) = try ordersToGermany.with(\.customerID, Customer.self)
            .page(after: first.nextCursor, limit: 5)
        var table = TextTable(.left, .left, .left, .right)
        for (order, customer) in second {
            table.add(
                "\(order.orderID)", order.orderDate.day, customer?.companyName ?? "?",
                "\(Money(order.net))")
        }
        return table.lines
    }

    func explanation() throws -> [String] {
        ["  \(try ordersToGermany.limit(5).explain())"]
    }
}
