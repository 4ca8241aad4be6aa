import Foundation
import StoreCore

/// Opens a shop, fills it with the Northwind data, and prints what there is to know about it.
///
///     swift run -c release storefront [folder with the eight files]
@main
struct Storefront {
    static func main() async throws {
        let folder = CommandLine.arguments.dropFirst().first.map { URL(filePath: $0) }
        var log = StepLog()

        let store = try await Store.start("storefront")
        let shop = try await Shop(in: store)
        let data = try folder ?? bundledData()
        var badRows = try await shop.importCatalogue(from: data, log: &log)
        badRows += try await shop.placeOrders(from: data, log: &log)

        var report = try Report(of: shop)
        try report.writeAll(log: &log)
        report.write("Rows left out", badRows.isEmpty ? ["  none"] : badRows.map { "  \($0)" })
        report.write("Steps", log.lines)
        print(report.text)

        await store.stop()
    }

    /// The copy of the data that is built into the program's resources.
    private static func bundledData() throws -> URL {
        guard let folder = Bundle.module.url(forResource: "Data", withExtension: nil) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return folder
    }
}
