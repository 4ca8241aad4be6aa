import StoreCore

extension Report {
    /// The sums are exact, and rounded once: their order does not matter.
    func revenue() throws -> [String] {
        let gross = try orderLines.query.sum(\.gross)
        let net = try orderLines.query.sum(\.net)
        var table = TextTable(.left, .right)
        table.add("gross", "\(Money(gross))")
        table.add("discounts", "\(Money(gross - net))")
        table.add("net", "\(Money(net))")
        return table.lines
    }

    func topProducts() throws -> [String] {
        let groups = try orderLines.query.groupBy(\.productID)
            .aggregate(.sum(\.net), .sum(\.quantity))
        var table = TextTable(.right, .left, .right, .right)
        for (rank, group) in groups.sorted(by: hasSoldMore).prefix(10).enumerated() {
            table.add(
                "\(rank + 1)", try products.get(group.key)?.productName ?? "?",
                "\(Money(group[.sum(\.net)].double ?? 0))",
                "\(grouped(group[.sum(\.quantity)].int ?? 0)) units")
        }
        return table.lines
    }

    func revenueByCountry() throws -> [String] {
        let groups = try orders.query.groupBy(\.shipCountry).aggregate(.sum(\.net))
        return chart(groups.sorted(by: hasSoldMore))
    }

    /// Groups come in the order of what they are grouped by: the months need no sorting.
    func revenueByMonth() throws -> [String] {
        chart(try orders.query.groupBy(\.month).aggregate(.sum(\.net)))
    }

    private func hasSoldMore(_ a: TypedGroup<OrderLine, Int>, _ b: TypedGroup<OrderLine, Int>)
        -> Bool
    {
        a[.sum(\.net)] > b[.sum(\.net)]
    }

    private func hasSoldMore(_ a: TypedGroup<Order, String>, _ b: TypedGroup<Order, String>) -> Bool
    {
        a[.sum(\.net)] > b[.sum(\.net)]
    }

    private func chart(_ groups: [TypedGroup<Order, String>]) -> [String] {
        var chart = BarChart()
        for group in groups { chart.add(group.key, group[.sum(\.net)].double ?? 0) }
        return chart.lines
    }
}
