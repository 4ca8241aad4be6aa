import StoreCore

/// Audit log, notifications and cascade on one store; none of them knows of the others.
enum AllTogether {
    static func show() async throws {
        let shop = try await Shop()
        let log = try await AuditLog(of: shop.store)
        StatusNotifications.send(for: shop.orders)
        CascadingDeletes.follow(shop.users, with: shop.orders)

        let alice = try await shop.enter("Alice")
        let bob = try await shop.enter("Bob")
        let order = try await shop.order(150, for: alice)
        try await shop.order(80, for: bob)
        try await shop.order(200, for: bob)
        try await shop.orders.update(order.id) { $0.status = .paid }
        try await shop.orders.update(order.id) { $0.status = .shipped }
        try await shop.store.settle()

        try await shop.users.delete(bob.id)
        try await shop.store.settle()

        say()
        for line in try log.lines() { say(line) }
        say()
        say("audit log:  \(try log.entries.count()) entries")
        say("remaining:  \(try shop.orders.count()) order")
        await shop.store.stop()
    }
}
