import Foundation
import StoreCore

/// The shop while the orders come in, in the order of their dates, with the dashboard on.
struct LiveShop {
    private let store: Store
    private let dashboard: Dashboard
    private let stream: OrderStream
    private let badMasterRows: [BadRow]

    /// Fills the shop with all that is there before the first order.
    init(_ shop: Shop, from folder: URL) async throws {
        var log = StepLog()
        badMasterRows = try await shop.importCatalogue(from: folder, log: &log)
        try await shop.stockUp(from: folder, log: &log)
        store = shop.store
        dashboard = Dashboard(of: shop)
        stream = try OrderStream(of: folder, to: shop)
    }

    /// The rows that were left out so far.
    var badRows: [BadRow] { get async { badMasterRows + (await stream.badRows) } }

    /// Places all orders without a pause, and prints the dashboard after every `count` of them and at the end.
    func run(printingEach count: Int, _ print: (String) -> Void) async throws {
        let display = PlainDisplay(of: dashboard)
        var placed = 0
        while try await stream.placeNext() {
            placed += 1
            if placed.isMultiple(of: count) {
                print("After \(placed) orders\n\n\(try await display.text())")
            }
        }
        print("After the last order\n\n\(try await display.text())")
    }

    /// Places so many orders a second, and shows the dashboard on the terminal meanwhile, until Ctrl-C.
    func runOnTerminal(speed: Double) async throws {
        let pause = Duration.seconds(1 / speed)
        let display = TerminalDisplay(of: dashboard)
        // Outermost, so that Ctrl-C finds the terminal given back whenever it comes.
        try await endingOnInterrupt { [store, stream] in
            try await display.show {
                while try await stream.placeNext() {
                    try await store.clock.sleep(until: store.now + pause, tolerance: nil)
                }
            }
        }
    }
}
