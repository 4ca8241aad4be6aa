import StoreCore
import StoreEvents

/// What there is to know of a user's orders, worked out whenever they change, so that it need only be looked up.
///
/// The figures are worked out anew rather than counted on: an event that comes twice does no harm then.
struct CustomerFigures: StoreRecord, Identifiable {
    var id: String
    var orderCount: Int
    var totalSpent: Int
    var lastOrder: Int?

    static let schema = Schema<CustomerFigures>("customerFigures", key: \.id) { field in
        field(\.id, "id")
        field(\.orderCount, "orderCount")
        field(\.totalSpent, "totalSpent").indexed()
        field(\.lastOrder, "lastOrder")
    }

    /// Keeps the figures up to date from now on.
    static func keep(in shop: Shop) async throws -> Bucket<CustomerFigures> {
        let figures = try await shop.store.defineBucket(CustomerFigures.self)
        shop.orders.on(named: "figures", whenChanged: [\.userID, \.total]) { event, _ in
            for user in Set([event.old?.userID, event.new?.userID].compactMap(\.self)) {
                let orders = shop.orders.where { $0.userID == user }
                try await figures.upsert(
                    CustomerFigures(
                        id: user, orderCount: try orders.count(),
                        totalSpent: try orders.sum(\.total), lastOrder: try orders.max(\.id)))
            }
        }
        return figures
    }

    static func show() async throws {
        let shop = try await Shop()
        let figures = try await keep(in: shop)
        let alice = try await shop.enter("Alice")
        let bob = try await shop.enter("Bob")
        try await shop.order(150, for: alice)
        try await shop.order(80, for: bob)
        let last = try await shop.order(200, for: bob)
        try await show(figures, of: shop)

        try await shop.orders.update(last.id) { $0.total = 60 }
        try await shop.orders.delete(1)
        say("order #\(last.id) gets cheaper, and #1 is deleted")
        try await show(figures, of: shop)
        await shop.store.stop()
    }

    private static func show(
        _ figures: Bucket<CustomerFigures>, of shop: Shop
    ) async throws {
        try await shop.store.settle()
        say("user   orders   spent   last")
        for each in try figures.order(by: \.totalSpent, .descending).all() {
            let last = each.lastOrder.map { "#\($0)" } ?? "–"
            say(
                each.id.padded(to: 6) + "\(each.orderCount)".aligned(to: 7)
                    + "$\(each.totalSpent)".aligned(to: 8) + last.aligned(to: 7))
        }
    }
}
