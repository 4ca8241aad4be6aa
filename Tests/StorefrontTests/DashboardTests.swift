import StoreCore
import Synchronization
import Testing

@testable import storefront

@Suite struct `The dashboard` {
    private let files = [
        "products.csv": """
        productID,productName,supplierID,categoryID,unitPrice
        1,Chai,1,1,18.00
        2,Tofu,1,1,20.00
        """,
        "orders.csv": """
        orderID,customerID,orderDate,shippedDate,shipCountry
        1,ALFKI,1996-07-04,1996-07-06,Germany
        2,ALFKI,1996-07-05,NULL,Germany
        3,ALFKI,1996-07-06,NULL,Germany
        """,
        "order-details.csv": """
        orderID,productID,unitPrice,quantity,discount
        1,1,18.00,2,0
        2,2,20.00,1,0
        3,2,20.00,4,0
        """,
    ]

    @Test func `says in its figures what has come in and what is open`() async throws {
        try await withShop(files) { shop, folder in
            let stream = try await shop.opened(on: folder)
            let display = PlainDisplay(of: Dashboard(of: shop))
            while try await stream.placeNext() {}
            #expect(
                try await display.text().hasPrefix(
                    """
                      Today                                   1996-07-06
                      Net revenue                                 136.00
                      Orders                                           3
                      Open orders                                      2
                      Net, to be shipped                          100.00

                    """))
        }
    }

    @Test func `marks nothing the first time, and then what has changed since`() async throws {
        try await withShop(files) { shop, folder in
            let stream = try await shop.opened(on: folder)
            let display = PlainDisplay(of: Dashboard(of: shop))
            _ = try await stream.placeNext()
            #expect(try await marked(display).isEmpty)
            _ = try await stream.placeNext()
            #expect(try await marked(display) == ["+ Tofu", "+ Alfreds", "+ to Germany"])
            _ = try await stream.placeNext()
            #expect(try await marked(display) == ["▲ Tofu", "+ Alfreds", "+ to Germany"])
            #expect(try await marked(display).isEmpty)
        }
    }

    /// The lines with a mark, up to the first wide space.
    private func marked(_ display: PlainDisplay) async throws -> [String] {
        try await display.text().split(separator: "\n")
            .filter { "+•▲".contains($0.prefix(1)) }
            .compactMap { $0.firstMatch(of: /.*?(?=  )/).map { String($0.output) } }
    }

    @Test(arguments: [false, true])
    func `has drawn what came last when the stream ends or fails`(fails: Bool) async throws {
        try await withShop(files) { shop, folder in
            let stream = try await shop.opened(on: folder)
            let terminal = Terminal()
            let display = TerminalDisplay(of: Dashboard(of: shop), on: Screen(terminal.take))
            try? await display.show {
                while try await stream.placeNext() {}
                if fails { throw CancellationError() }
            }
            let text = try await PlainDisplay(of: Dashboard(of: shop)).text()
            let left = try #require(terminal.texts.last)
            // The marks are those of the last order.
            #expect(unmarked(left) == unmarked(text))
        }
    }

    private func unmarked(_ text: String) -> [Substring] {
        text.split(separator: "\n").map { $0.dropFirst() }
    }

    @Test func `gives the terminal back when something fails`() async throws {
        try await withShop(files) { shop, _ in
            let terminal = Terminal()
            let display = TerminalDisplay(of: Dashboard(of: shop), on: Screen(terminal.take))
            await #expect(throws: UsageError.self) {
                try await display.show { throw UsageError(description: "enough") }
            }
            #expect(terminal.texts.first?.contains("\u{1B}[?25l") == true)
            #expect(terminal.texts.contains { $0.contains("\u{1B}[?25h") })
        }
    }

    @Test func `writes only the lines of the screen that have changed`() async throws {
        let terminal = Terminal()
        let screen = Screen(terminal.take)
        await screen.put(["a", "b"], from: 3)
        await screen.put(["a", "c"], from: 3)
        await screen.put(["a", "c"], from: 3)
        #expect(
            terminal.texts == [
                "\u{1B}[4;1Ha\u{1B}[K\u{1B}[5;1Hb\u{1B}[K", "\u{1B}[5;1Hc\u{1B}[K",
            ])
    }
}

/// Keeps what a terminal would be told.
private final class Terminal: Sendable {
    private let taken = Mutex<[String]>([])

    var texts: [String] { taken.withLock { $0 } }

    func take(_ text: String) {
        taken.withLock { $0.append(text) }
    }
}
