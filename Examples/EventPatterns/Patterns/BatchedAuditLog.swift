import StoreCore
import StoreEvents

/// The audit log for busy stores: events gather, and many are written by one commit.
///
/// `settle()` and the end of the store hand over what has gathered by then, however little it is.
enum BatchedAuditLog {
    static func keep(of store: Store, _ batching: Batching) async throws -> DynamicBucket {
        let entries = try await AuditLog.define(in: store)
        store.on("**", batching: batching, named: "batched audit log") { events in
            let new = events.filter { $0.bucket != entries.name }.map(AuditLog.entry)
            if new.isEmpty { return }
            try await entries.insertMany(new)
            say("one commit for \(new.count) events")
        }
        return entries
    }

    static func show() async throws {
        let shop = try await Shop()
        let entries = try await keep(of: shop.store, .count(5, every: .seconds(60)))
        let alice = try await shop.enter("Alice")
        try await shop.orders.insertMany((1...11).map { Order(userID: alice.id, total: $0 * 10) })
        try await shop.store.settle()
        say("\(try entries.count()) entries")
        await shop.store.stop()
    }
}
