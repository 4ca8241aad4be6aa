import Foundation
import StoreCore

/// The orders of the two files, in the order of their dates.
struct OrderFiles {
    /// An order as the files have it.
    struct Entry {
        let row: CSVTable.Row
        let lines: [Fields]
    }

    let entries: [Entry]
    private var orders: CSVTable
    private var lines: CSVTable

    /// Lines without an order are reported, and left out.
    init(in folder: URL) throws {
        orders = try CSVTable(
            contentsOf: folder.appending(path: "orders.csv"), schema: Order.schema.columns)
        lines = try CSVTable(
            contentsOf: folder.appending(path: "order-details.csv"),
            schema: OrderLine.schema.columns)
        let byDate = orders.rows.sorted {
            ($0.fields["orderDate"], $0.line) < ($1.fields["orderDate"], $1.line)
        }
        var linesByOrder = Dictionary(grouping: lines.rows) { $0.fields["orderID"] }
        entries = byDate.map { row in
            let lines = linesByOrder.removeValue(forKey: row.fields["orderID"]) ?? []
            return Entry(row: row, lines: lines.map(\.fields))
        }
        for line in linesByOrder.values.joined().sorted(by: { $0.line < $1.line }) {
            lines.report(line.line, "there is no order \(line.fields["orderID"])")
        }
    }

    /// How many rows of both files can be read.
    var rowCount: Int { orders.rows.count + lines.rows.count }

    /// What was left out of both files.
    var badRows: [BadRow] { orders.badRows + lines.badRows }

    /// Leaves an order out, and says why.
    mutating func report(_ entry: Entry, _ reason: String) {
        orders.report(entry.row.line, reason)
    }
}
