import Foundation
import StoreCore
import StoreTransactions

extension Shop {
    /// Places every order of the two files in the order of their dates, one commit for each.
    ///
    /// Returns the rows that were left out: an order that is refused, and lines without an order.
    func placeOrders(from folder: URL, log: inout StepLog) async throws -> [BadRow] {
        var files = try OrderFiles(in: folder)
        log.add("orders.csv, order-details.csv", rows: files.rowCount)

        let before = store.position
        for entry in files.entries {
            do {
                try await place(entry.row.fields, lines: entry.lines)
            } catch let error where error.isRefusalOfOneRow {
                files.report(entry, "\(error)")
            }
        }
        log.add(
            "placing the orders", rows: try self.orders.count() + self.orderLines.count(),
            commits: store.position.value - before.value)
        return files.badRows
    }

    /// Places one order with its lines, and takes what it sells from the shelves: all of it in one commit, or nothing.
    ///
    /// That there is such a customer is the store's business: a column refers to it.
    func place(_ order: Fields, lines: [Fields]) async throws {
        let lines = try lines.map { try OrderLine(row: Row(priced($0))) }
        let order = try Order(row: Row(dated(order, net: lines.reduce(0) { $0 + $1.net })))
        try await store.transaction("order \(order.orderID)", retry: .upTo(3)) { tx in
            try tx[Order.self].insert(order)
            for line in lines {
                try tx[OrderLine.self].insert(line)
                try takeStock(line.quantity, of: line.productID, in: tx)
            }
        }
    }

    /// The orders that wait to be shipped.
    var openOrders: TypedQuery<Order> {
        orders.where { $0.shippedDate == nil }
    }

    /// Sends an order off.
    func ship(_ orderID: Int, on day: Timestamp) async throws {
        try await orders.update(orderID) { order in
            order.shippedDate = day
            order.daysToShip = order.orderDate.days(to: day)
        }
    }

    /// A line with its amounts.
    private func priced(_ line: Fields) -> Fields {
        let gross = (line["unitPrice"].double ?? 0) * (line["quantity"].double ?? 0)
        var line = line
        line["gross"] = .double(gross)
        line["net"] = .double(gross * (1 - (line["discount"].double ?? 0)))
        return line
    }

    /// An order with its month, its amount, and how long it took to be shipped.
    private func dated(_ order: Fields, net: Double) -> Fields {
        var order = order
        order["net"] = .double(net)
        if let ordered = order["orderDate"].date {
            order["month"] = .string(String(ordered.iso8601.prefix(7)))
            if let shipped = order["shippedDate"].date {
                order["daysToShip"] = .integer(Int64(ordered.days(to: shipped)))
            }
        }
        return order
    }
}
