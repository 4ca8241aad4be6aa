import StoreCore
import StoreEvents

/// How often what has happened to which bucket: figures for a dashboard.
actor ChangeCounter {
    private(set) var counts: [String: Int] = [:]

    func count(_ event: Event) {
        counts["\(event.bucket).\(event.change.kind)", default: 0] += 1
    }

    static func show() async throws {
        let shop = try await Shop()
        let counter = ChangeCounter()
        shop.store.on("**", named: "counter") { event, _ in await counter.count(event) }

        let alice = try await shop.enter("Alice")
        try await shop.enter("Bob")
        let order = try await shop.order(100, for: alice)
        try await shop.orders.update(order.id) { $0.status = .paid }
        try await shop.store.settle()

        for (name, count) in await counter.counts.sorted(by: { $0.key < $1.key }) {
            say("\(name.padded(to: 15)) \(count)")
        }
        await shop.store.stop()
    }
}
