import StoreCore
import StoreEvents
import StoreTesting

/// A store with a bucket of orders, on a clock that a test moves.
struct Shop {
    let clock = ManualClock()
    let store: Store
    let orders: DynamicBucket

    init(_ options: StoreOption...) async throws { try await self.init(options) }

    init(_ options: [StoreOption]) async throws {
        store = try await Store.start("shop", options + [.clock(clock)])
        orders = try await store.defineBucket("orders", key: "id", schema: Shop.schema)
    }

    static let schema: BucketSchema = [
        "id": .integer(generated: .autoincrement),
        "status": .string(default: "pending"),
        "total": .number(default: 0),
    ]

    /// Another bucket with the columns of orders.
    func define(_ name: String) async throws -> DynamicBucket {
        try await store.defineBucket(name, key: "id", schema: Shop.schema)
    }

    /// Inserts so many orders, with totals from 1.
    func order(_ count: Int) async throws {
        for total in 1...count { try await orders.insert(["total": .integer(Int64(total))]) }
    }
}

/// What handlers note down.
actor Notes {
    private(set) var all: [String] = []
    private var watchers = Watchers()

    func note(_ text: String) {
        all.append(text)
        watchers.tell(all.count)
    }

    /// Returns when there are so many.
    func have(_ count: Int) async {
        if all.count >= count { return }
        await withCheckedContinuation { watchers.add($0, count) }
    }
}

/// What a handler throws.
struct Fault: Error, Equatable {
    var number = 0
}
