import StoreCore
import StoreEvents
import StoreTesting

/// A store with a bucket of orders, on a clock that a test moves.
struct Shop {
    let clock = ManualClock()
    let store: Store
    let orders: DynamicBucket

    init(_ options: StoreOption...) async throws {
        store = try await Store.start("shop", options + [.clock(clock)])
        orders = try await store.defineBucket(
            "orders", key: "id",
            schema: [
                "id": .integer(generated: .autoincrement),
                "status": .string(default: "pending"),
                "total": .number(default: 0),
            ])
    }
}

/// What handlers note down.
actor Notes {
    private(set) var all: [String] = []

    func note(_ text: String) { all.append(text) }
}
