import Foundation
import StoreCore
import StoreTesting

/// Opens a shop, fills it with the Northwind data, and prints what there is to know about it.
///
///     swift run -c release storefront [folder with the eight files]
@main
struct Storefront {
    static func main() async throws {
        let folder = CommandLine.arguments.dropFirst().first.map { URL(filePath: $0) }
        var log = StepLog()

        let clock = ManualClock(start: morningAfter)
        let store = try await Store.start("storefront", .clock(clock))
        let shop = try await Shop(in: store)
        let data = try folder ?? bundledData()
        var badRows = try await shop.importCatalogue(from: data, log: &log)
        let inData = try shop.stock()
        try await shop.stockUp(from: data, log: &log)
        let opening = try shop.stock()
        badRows += try await shop.placeOrders(from: data, log: &log)

        var report = try Report(of: shop)
        try report.writeAll(log: &log)
        report.write(
            "Stock, taken in one transaction for each order",
            try report.stockTaking(opening: opening, inData: inData))
        if folder == nil {
            // The products and the customers of what follows are those of the data that comes along.
            report.write(
                "The last boxes, for two tills at once",
                try await LastBoxes(shop: shop, productID: 38).lines())
            var morning = CartMorning(in: shop, clock: clock)
            try await morning.pass()
            report.write("Carts, which live for 30 minutes", morning.lines)
        }
        report.write("Rows left out", badRows.isEmpty ? ["  none"] : badRows.map { "  \($0)" })
        report.write("Steps", log.lines)
        print(report.text)

        await store.stop()
    }

    /// Nine o'clock on the day after the last order.
    private static let morningAfter = Timestamp(microseconds: 894_531_600_000_000)

    /// The copy of the data that is built into the program's resources.
    private static func bundledData() throws -> URL {
        guard let folder = Bundle.module.url(forResource: "Data", withExtension: nil) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return folder
    }
}
