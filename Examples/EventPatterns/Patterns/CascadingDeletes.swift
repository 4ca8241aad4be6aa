import StoreCore
import StoreEvents

/// A user's orders go when the user goes, whoever deletes the user.
///
/// Each deletion is an event of its own, which says what has caused it. Between the user's commit and the last order's
/// there are orders without a user; where that must not be, the column itself says `.references("users", onDelete: .cascade)`.
enum CascadingDeletes {
    static func follow(_ users: Bucket<User>, with orders: Bucket<Order>) {
        users.on(.deleted, named: "cascade") { event, _ in
            let gone = try orders.where { $0.userID == event.key }.all()
            for order in gone { try await orders.delete(order.id) }
            if !gone.isEmpty { say("[cascade] \(gone.count) orders of \(event.key) deleted") }
        }
    }

    static func show() async throws {
        let shop = try await Shop()
        let log = try await AuditLog(of: shop.store)
        follow(shop.users, with: shop.orders)

        let bob = try await shop.enter("Bob")
        for total in [50, 120, 75] { try await shop.order(total, for: bob) }
        say("orders of bob before: \(try shop.orders.where { $0.userID == bob.id }.count())")
        try await shop.users.delete(bob.id)
        try await shop.store.settle()
        say("orders of bob after:  \(try shop.orders.where { $0.userID == bob.id }.count())")
        say()
        for line in try log.lines() where line.hasPrefix("deleted") { say(line) }
        await shop.store.stop()
    }
}
