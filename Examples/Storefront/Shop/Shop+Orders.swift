import Foundation
import StoreCore
import StoreTransactions

extension Shop {
    /// Places every order of the two files in the order of their dates, one commit for each.
    ///
    /// Returns the rows that were left out: an order that is refused, and lines without an order.
    func placeOrders(from folder: URL, log: inout StepLog) async throws -> [BadRow] {
        var orders = try CSVTable(
            contentsOf: folder.appending(path: "orders.csv"), schema: Order.schema.columns)
        var lines = try CSVTable(
            contentsOf: folder.appending(path: "order-details.csv"),
            schema: OrderLine.schema.columns)
        let byDate = orders.rows.sorted {
            ($0.fields["orderDate"], $0.line) < ($1.fields["orderDate"], $1.line)
        }
        var linesByOrder = Dictionary(grouping: lines.rows) { $0.fields["orderID"] }
        log.add("orders.csv, order-details.csv", rows: orders.rows.count + lines.rows.count)

        let before = store.position
        for order in byDate {
            let orderLines = linesByOrder.removeValue(forKey: order.fields["orderID"]) ?? []
            do {
                try await place(order.fields, lines: orderLines.map(\.fields))
            } catch let error where error.isRefusalOfOneRow {
                orders.report(order.line, "\(error)")
            }
        }
        for line in linesByOrder.values.joined().sorted(by: { $0.line < $1.line }) {
            lines.report(line.line, "there is no order \(line.fields["orderID"])")
        }
        log.add(
            "placing the orders", rows: try self.orders.count() + self.orderLines.count(),
            commits: store.position.value - before.value)
        return orders.badRows + lines.badRows
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
                let days = ordered.duration(to: shipped) / .seconds(86_400)
                order["daysToShip"] = .integer(Int64(days))
            }
        }
        return order
    }
}
