import StoreCore

extension Report {
    /// The sums are exact, and rounded once: their order does not matter.
    func revenue() throws -> [String] {
        let gross = try orderLines.sum("gross").double ?? 0
        let net = try orderLines.sum("net").double ?? 0
        var table = TextTable(.left, .right)
        table.add("gross", "\(Money(gross))")
        table.add("discounts", "\(Money(gross - net))")
        table.add("net", "\(Money(net))")
        return table.lines
    }

    func topProducts() throws -> [String] {
        let groups = try orderLines.groupBy("productID").aggregate(.sum("net"), .sum("quantity"))
        var table = TextTable(.right, .left, .right, .right)
        for (rank, group) in groups.sorted(by: hasSoldMore).prefix(10).enumerated() {
            let product = try products.get(group["productID"])
            table.add(
                "\(rank + 1)", product?["productName"].string ?? "?",
                "\(Money(group[.sum("net")].double ?? 0))",
                "\(grouped(group[.sum("quantity")].int ?? 0)) units")
        }
        return table.lines
    }

    func revenueByCountry() throws -> [String] {
        let groups = try orders.groupBy("shipCountry").aggregate(.sum("net"))
        return chart(groups.sorted(by: hasSoldMore), by: "shipCountry")
    }

    /// Groups come in the order of what they are grouped by: the months need no sorting.
    func revenueByMonth() throws -> [String] {
        chart(try orders.groupBy("month").aggregate(.sum("net")), by: "month")
    }

    private func hasSoldMore(_ a: Group, _ b: Group) -> Bool {
        a[.sum("net")] > b[.sum("net")]
    }

    private func chart(_ groups: [Group], by field: String) -> [String] {
        var chart = BarChart()
        for group in groups {
            chart.add(group[field].string ?? "?", group[.sum("net")].double ?? 0)
        }
        return chart.lines
    }
}
