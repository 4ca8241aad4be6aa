import Foundation
import StoreCore

/// The orders of the files as they came in: each is open from the day of the order to the day on which it is shipped.
actor OrderStream {
    private let shop: Shop
    private var files: OrderFiles
    private var waiting: ArraySlice<OrderFiles.Entry>
    /// The orders that are open, and when each of them is going to be shipped.
    private var toShip: [(day: Timestamp, orderID: Int, entry: OrderFiles.Entry)] = []

    init(of folder: URL, to shop: Shop) throws {
        self.shop = shop
        files = try OrderFiles(in: folder)
        waiting = files.entries[...]
    }

    /// The rows that were left out so far.
    var badRows: [BadRow] { files.badRows }

    /// Ships what was shipped before the next order came, and places that; false if there is none.
    func placeNext() async throws -> Bool {
        guard let entry = waiting.popFirst() else { return false }
        var order = entry.row.fields
        let shippedDate = order["shippedDate"].date
        // On that day nobody knew.
        order["shippedDate"] = .null
        if let today = order["orderDate"].date { try await ship(through: today) }
        do {
            try await shop.place(order, lines: entry.lines)
            if let shippedDate, let orderID = order["orderID"].int {
                toShip.append((shippedDate, orderID, entry))
            }
        } catch let error where error.isRefusalOfOneRow {
            files.report(entry, "\(error)")
        }
        return true
    }

    /// What is refused, as a day before that of the order, is reported where the order stands.
    private func ship(through today: Timestamp) async throws {
        let due = toShip.filter { $0.day <= today }
        toShip.removeAll { $0.day <= today }
        for (day, orderID, entry) in due.sorted(by: { ($0.day, $0.orderID) < ($1.day, $1.orderID) })
        {
            do {
                try await shop.ship(orderID, on: day)
            } catch let error where error.isRefusalOfOneRow {
                files.report(entry, "\(error)")
            }
        }
    }
}
