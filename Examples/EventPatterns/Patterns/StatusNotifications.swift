import StoreCore
import StoreEvents

/// A message whenever an order comes into another state, and silence when anything else of it changes.
enum StatusNotifications {
    static func send(for orders: Bucket<Order>) {
        orders.on(.updated, named: "notifications", whenChanged: [\.status]) { event, _ in
            guard let order = event.new, let before = event.old?.status else { return }
            switch order.status {
            case .pending: break
            case .paid: say("[notify] order #\(order.id) paid: $\(order.total)")
            case .shipped: say("[notify] order #\(order.id) shipped")
            case .cancelled: say("[notify] order #\(order.id) cancelled, it was \(before)")
            }
        }
    }

    static func show() async throws {
        let shop = try await Shop()
        send(for: shop.orders)

        let order = try await shop.order(200, for: try await shop.enter("Alice"))
        try await shop.orders.update(order.id) { $0.status = .paid }
        try await shop.orders.update(order.id) { $0.status = .shipped }
        try await shop.store.settle()

        try await shop.orders.update(order.id) { $0.total = 210 }
        try await shop.store.settle()
        say("the total has changed, and nobody is told")

        try await shop.orders.update(order.id) { $0.status = .cancelled }
        try await shop.store.settle()
        await shop.store.stop()
    }
}
