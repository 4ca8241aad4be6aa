import StoreCore
import StoreEvents

/// Every change to every bucket, with the record before and after, in a bucket that can be queried.
struct AuditLog: Sendable {
    let entries: DynamicBucket

    /// Keeps a log of all that happens in a store from now on.
    init(of store: Store) async throws {
        let entries = try await Self.define(in: store)
        store.on("**", named: "audit log") { event, _ in
            // What the log writes is an event too: without this line it would log itself for ever.
            if event.bucket == entries.name { return }
            try await entries.insert(Self.entry(of: event))
        }
        self.entries = entries
    }

    /// The bucket alone.
    static func define(in store: Store) async throws -> DynamicBucket {
        try await store.defineBucket(
            "auditLog", key: "id",
            schema: [
                "id": .integer(generated: .autoincrement),
                "at": .date(required: true),
                "bucket": .string(required: true),
                "action": .string(required: true, oneOf: ["inserted", "updated", "deleted"]),
                "recordKey": .string(required: true),
                "before": .object,
                "after": .object,
                "because": .string,
            ],
            indexes: ["bucket", "action", "recordKey"])
    }

    /// What the log says of an event.
    static func entry(of event: Event) -> Fields {
        [
            "at": .date(event.timestamp),
            "bucket": .string(event.bucket),
            "action": .string("\(event.change.kind)"),
            "recordKey": .string(event.key.text),
            "before": event.old.map { .object($0.fields) } ?? nil,
            "after": event.new.map { .object($0.fields) } ?? nil,
            "because": event.causation.map { .string($0.label) } ?? nil,
        ]
    }

    static func show() async throws {
        let shop = try await Shop()
        let log = try await AuditLog(of: shop.store)

        let alice = try await shop.enter("Alice")
        try await shop.users.update(alice.id) { $0.role = .admin }
        try await shop.users.update(alice.id) { $0.name = "Alice Smith" }
        try await shop.store.settle()

        for line in try log.lines() { say(line) }
        say()
        let entries = log.entries
        say("about alice    \(try entries.count(where: ["recordKey": "alice"]))")
        say("updates        \(try entries.count(where: ["action": "updated"]))")
        say("about users    \(try entries.count(where: ["bucket": "users"]))")
        say("about the log  \(try entries.count(where: ["bucket": "auditLog"]))")
        await shop.store.stop()
    }
}
