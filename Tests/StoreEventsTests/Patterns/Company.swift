import StoreCore
import StoreEvents
import StoreTesting

/// A store with users, their orders, and a log of what happens to both.
struct Company {
    let store: Store
    let users: DynamicBucket
    let orders: DynamicBucket
    let auditLog: DynamicBucket

    init() async throws {
        store = try await Store.start(
            "company", .clock(ManualClock()), .identifiers(SequentialIDGenerator()))
        users = try await store.defineBucket(
            "users", key: "id",
            schema: [
                "id": .string(generated: .uuid), "name": .string(required: true),
                "role": .string(oneOf: ["admin", "editor", "viewer"], default: "viewer"),
            ])
        orders = try await store.defineBucket(
            "orders", key: "id",
            schema: [
                "id": .integer(generated: .autoincrement), "userID": .string(required: true),
                "total": .integer(required: true, range: 0...),
                "status": .string(
                    oneOf: ["pending", "paid", "shipped", "cancelled"], default: "pending"),
            ], indexes: ["userID", "status"])
        auditLog = try await store.defineBucket(
            "auditLog", key: "id",
            schema: [
                "id": .integer(generated: .autoincrement), "at": .date(required: true),
                "bucket": .string(required: true), "action": .string(required: true),
                "recordKey": .string(required: true), "before": .object, "after": .object,
            ], indexes: ["bucket", "action"])
    }

    /// Logs every change but those of the log.
    func audit() {
        store.on("bucket.*.*", named: "audit log") { [auditLog] event, _ in
            if event.bucket == auditLog.name { return }
            try await auditLog.insert(Company.entry(of: event))
        }
    }

    static func entry(of event: Event) -> Fields {
        [
            "at": .date(event.timestamp), "bucket": .string(event.bucket),
            "action": .string("\(event.change.kind)"),
            "recordKey": .string(event.key.value.string ?? "\(event.key)"),
            "before": event.old.map { .object($0.fields) } ?? nil,
            "after": event.new.map { .object($0.fields) } ?? nil,
        ]
    }

    /// Deletes the orders of users who are deleted.
    func cascade() {
        store.on("bucket.users.deleted", named: "cascade") { [orders] event, _ in
            let gone = try orders.where(["userID": event.key.value]).all()
            for order in gone { try await orders.delete(order.key) }
        }
    }

    /// Tells of orders that come into another state.
    func notify(_ notes: Notes) {
        store.on("bucket.orders.updated", whenChanged: ["status"]) { event, _ in
            let before = event.old?["status"].string ?? ""
            await notes.note("#\(event.key) \(before) → \(event.new?["status"].string ?? "")")
        }
    }

    /// A user with orders of these totals.
    @discardableResult
    func user(_ name: String, orders totals: Int...) async throws -> Record {
        let user = try await users.insert(["name": .string(name)])
        for total in totals {
            try await orders.insert(["userID": user["id"], "total": .integer(Int64(total))])
        }
        return user
    }
}
