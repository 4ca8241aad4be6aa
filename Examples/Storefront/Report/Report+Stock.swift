import StoreCore

extension Report {
    /// What lay on the shelves before the orders and after them, beside what the data says.
    func stockTaking(opening: [Int: Int], inData: [Int: Int]) throws -> [String] {
        let left = try products.all().map { ($0.productID, $0.unitsInStock ?? 0) }
        let same = left.count { inData[$0] == $1 }
        var table = TextTable(.left, .right)
        table.add("at the opening", grouped(opening.values.reduce(0, +)))
        table.add("sold", grouped(try orderLines.query.sum(\.quantity)))
        table.add("left", grouped(left.reduce(0) { $0 + $1.1 }))
        table.add("in the data", grouped(inData.values.reduce(0, +)))
        return table.lines + [
            "  \(same) of \(left.count) products have as much left as the data says"
        ]
    }

    /// What lies on the shelves longest, if it goes on to sell as it has sold.
    func slowestStock() throws -> [String] {
        guard let first = try orders.query.min(\.orderDate),
            let last = try orders.query.max(\.orderDate)
        else { return [] }
        let weeks = first.duration(to: last) / .seconds(7 * 86_400)

        var sold: [Int: Double] = [:]
        for group in try orderLines.query.groupBy(\.productID).aggregate(.sum(\.quantity)) {
            sold[group.key] = group[.sum(\.quantity)].double ?? 0
        }
        let stock = try products.where { $0.discontinued == false && $0.unitsInStock > 0 }.all()
        let lasting = stock.map { product in
            let perWeek = (sold[product.productID] ?? 0) / weeks
            let inStock = Double(product.unitsInStock ?? 0)
            return (product, weeks: perWeek > 0 ? inStock / perWeek : .infinity)
        }
        var table = TextTable(.left, .right, .right)
        for (product, weeks) in lasting.sorted(by: { $0.weeks > $1.weeks }).prefix(8) {
            table.add(
                product.productName, "\(product.unitsInStock ?? 0) in stock",
                weeks.isFinite ? "lasts \(Int(weeks.rounded())) weeks" : "never sold")
        }
        return table.lines
    }
}
