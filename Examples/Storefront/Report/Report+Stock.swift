import StoreCore

extension Report {
    /// What lies on the shelves longest, if it goes on to sell as it has sold.
    func slowestStock() throws -> [String] {
        let first = try orders.min("orderDate")?.date
        let last = try orders.max("orderDate")?.date
        guard let first, let last else { return [] }
        let weeks = first.duration(to: last) / .seconds(7 * 86_400)

        var sold: [Value: Double] = [:]
        for group in try orderLines.groupBy("productID").aggregate(.sum("quantity")) {
            sold[group["productID"]] = group[.sum("quantity")].double ?? 0
        }
        let stock =
            try products
            .where(.field("discontinued") == false && .field("unitsInStock") > 0)
            .all()
        let lasting = stock.map { product in
            let perWeek = (sold[product["productID"]] ?? 0) / weeks
            let inStock = product["unitsInStock"].double ?? 0
            return (product, weeks: perWeek > 0 ? inStock / perWeek : .infinity)
        }
        var table = TextTable(.left, .right, .right)
        for (product, weeks) in lasting.sorted(by: { $0.weeks > $1.weeks }).prefix(8) {
            table.add(
                product["productName"].string ?? "?", "\(product["unitsInStock"]) in stock",
                weeks.isFinite ? "lasts \(Int(weeks.rounded())) weeks" : "never sold")
        }
        return table.lines
    }
}
