import Observation
import StoreCore
import StoreReactive
import Testing

/// The code of StoreReactive's pages.
@Suite struct `Live queries` {
    struct Order: StoreRecord {
        typealias Key = Int
        enum Status: String, Codable, StoreValue { case pending, paid }

        var id: Int
        var status: Status

        static let schema = Schema<Order>("orders", key: \.id) { field in
            field(\.id, "id")
            field(\.status, "status")
        }
    }

    @Test func `show how many orders are open`() async throws {
        let store = try await Store.start("shop")
        let orders = try await store.defineBucket(Order.self)
        var values: [Int] = []
        func print(_ value: Int, _ position: Position) {
            values.append(value)
            Task {
                if value == 1 { return await store.stop() }
                _ = try? await orders.insert(Order(id: 1, status: .pending))
            }
        }

        let open = store.live { ctx in try ctx[Order.self].where { $0.status == .pending }.count() }
        for try await update in open { print(update.value, update.position) }

        #expect(values == [0, 1])
    }

    @Test func `read what is not to wake them untracked`() async throws {
        let store = try await Store.start("shop")
        let orders = try await store.defineBucket(
            "orders", key: "id", schema: ["id": .integer, "total": .integer])
        let settings = try await store.defineBucket(
            "settings", key: "id", schema: ["id": .string, "from": .integer])

        let large = store.live { ctx in
            let least = try ctx.untracked { try settings.get("large")?["from"].int64 ?? 100 }
            return try ctx[orders].where(.field("total") >= least).count()
        }

        try await store.settle()
        try await orders.insert(["id": 1, "total": 60])
        try await settings.insert(["id": "large", "from": 50])
        try await store.settle()
        #expect(large.latest?.value == 0)
        try await orders.insert(["id": 2, "total": 100])
        try await store.settle()
        #expect(large.latest?.value == 2)
        await store.stop()
    }

    @MainActor final class Lines { var all: [String] = [] }

    let lines = Lines()

    @MainActor func print(_ line: String) { lines.all.append(line) }

    @MainActor @Test func `stand on the main actor, to be observed`() async throws {
        let store = try await Store.start("shop")
        let orders = try await store.defineBucket(Order.self)
        let open = LiveQuery(
            store.live { ctx in try ctx[Order.self].where { $0.status == .pending }.count() })
        withObservationTracking {
            print(open.isLoading ? "one moment" : "\(open.value ?? 0) open")
        } onChange: {
            Task { @MainActor in print("\(open.value ?? 0) open") }
        }
        try await store.settle()  // what has been committed is shown

        await Task { @MainActor in }.value
        #expect(lines.all == ["one moment", "0 open"])
        try await orders.insert(Order(id: 1, status: .pending))
        try await store.settle()
        #expect(open.value == 1)
        await store.stop()
    }
}
