import Foundation
import StoreCore
import StoreTesting

/// Opens a shop, fills it with the Northwind data, and prints what there is to know about it.
///
///     swift run -c release storefront [folder with the eight files]
///     swift run -c release storefront --live
@main
struct Storefront {
    static func main() async throws {
        let options: Options
        do {
            options = try Options(CommandLine.arguments.dropFirst())
        } catch {
            FileHandle.standardError.write(Data("\(error)\n\(Options.usage)\n".utf8))
            exit(EX_USAGE)
        }
        if options.isLive { try await showLive(options) } else { try await report(options) }
    }

    /// The dashboard while the orders come in.
    private static func showLive(_ options: Options) async throws {
        let store = try await Store.start("storefront")
        let shop = try await LiveShop(
            Shop(in: store), from: options.folder ?? bundledData())
        if options.isPlain || isatty(STDOUT_FILENO) == 0 {
            try await shop.run(printingEach: 200) { print($0) }
        } else {
            try await shop.runOnTerminal(speed: options.speed ?? 20)
        }
        for row in await shop.badRows { print("left out: \(row)") }
        await store.stop()
    }

    /// The report after the last order.
    private static func report(_ options: Options) async throws {
        let folder = options.folder
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
