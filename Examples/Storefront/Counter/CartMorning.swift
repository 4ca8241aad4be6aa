import StoreCore
import StoreTTL
import StoreTesting

/// A morning of carts: some are left alone for too long, and what is in them goes back to the shelves.
///
/// The clock is one that the example moves itself: half an hour is over at once.
struct CartMorning {
    let shop: Shop
    let clock: ManualClock
    private(set) var lines: [String] = []

    init(in shop: Shop, clock: ManualClock) {
        self.shop = shop
        self.clock = clock
    }

    mutating func pass() async throws {
        let begin = shop.store.position
        let before = try unitsOnShelves
        try await open(Cart(customerID: "ALFKI", productID: 1, quantity: 6))
        try await open(Cart(customerID: "BONAP", productID: 14, quantity: 4))
        clock.advance(by: .minutes(10))
        try await open(Cart(customerID: "CHOPS", productID: 10, quantity: 10))
        let meanwhile = try unitsOnShelves

        clock.advance(by: .minutes(10))
        try await shop.carts.touch("BONAP")
        say("\(try name("BONAP")) is back: 30 minutes from now on")

        clock.advance(by: .minutes(15))
        try await shop.store.settle()
        for cart in try await expired(since: begin) {
            say("\(try name(cart.customerID))'s cart has expired: \(try contents(cart)) go back")
        }
        for cart in try shop.carts.all() {
            let left = try shop.carts.ttl(of: cart.customerID) ?? .zero
            let minutes = Int(left / .minutes(1))
            say(
                "\(try name(cart.customerID)) has \(minutes) minutes left for \(try contents(cart))"
            )
        }
        say(
            "on the shelves: \(grouped(try unitsOnShelves)) units;"
                + " \(grouped(before)) before, \(grouped(meanwhile)) with three carts open")
    }

    private mutating func open(_ cart: Cart) async throws {
        try await shop.open(cart)
        say("\(try name(cart.customerID)) takes \(try contents(cart))")
    }

    /// The carts whose time was over, as they last were: the deletions in the history say so.
    private func expired(since position: Position) async throws -> [Cart] {
        try await shop.store.history.commits(after: position, limit: 100)
            .flatMap { $0.changes(of: Cart.self) }
            .filter { $0.reason == .expired }
            .compactMap { try $0.old() }
    }

    private var unitsOnShelves: Int { get throws { try shop.stock().values.reduce(0, +) } }

    private func name(_ customerID: String) throws -> String {
        try shop.customers.get(customerID)?.companyName ?? customerID
    }

    private func contents(_ cart: Cart) throws -> String {
        "\(cart.quantity) × \(try shop.products.get(cart.productID)?.productName ?? "?")"
    }

    /// Adds a line, with the time.
    private mutating func say(_ words: String) {
        lines.append("  \(clock.now.iso8601.dropFirst(11).prefix(5))  \(words)")
    }
}
