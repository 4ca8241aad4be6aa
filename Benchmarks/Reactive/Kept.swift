import Benchmark
import Measuring
import StoreCore
import StoreReactive

/// A store with orders of customers, and perhaps one live query whose result is kept up to date.
final class Kept {
    enum Kind {
        /// No query: what the writes alone cost.
        case none
        /// The twenty dearest of the open orders.
        case top20
        /// The count and the total of the orders of each status.
        case groupBy
        /// The open orders, each with its customer.
        case join
    }

    /// Which records are written.
    enum Writing {
        /// Orders that the query shows or comes to show.
        case relevant
        /// Orders that it does not ask for.
        case irrelevant
        /// Customers, each of some orders.
        case customers
    }

    private let store: Store
    private let orders: DynamicBucket
    private let customers: DynamicBucket
    private let count: Int
    private let kind: Kind
    private var random = SplitMix(seed: 7)
    /// Open orders that have been made dear.
    private var raised: [Int64] = []
    private var price = 1_000.0

    /// An order's status follows from its number: those of status 0 are open.
    private static let statuses: Int64 = 4
    private static let ordersPerCustomer = 10
    /// Changes in one commit.
    private static let changes = 200

    init(_ count: Int, _ kind: Kind, isIndexed: Bool = true) async throws {
        self.count = count
        self.kind = kind
        store = try await Store.start("bench")
        customers = try await store.defineBucket(
            "customers", key: "id", schema: ["id": .integer(), "name": .string()])
        orders = try await store.defineBucket(
            "orders", key: "id",
            schema: [
                "id": .integer(),
                "customer": .integer().references("customers", onDelete: .restrict),
                "status": .integer(), "total": .number(),
            ], indexes: isIndexed ? [["status", "total"], "customer"] : ["customer"])
        let people = max(1, count / Kept.ordersPerCustomer)
        try await customers.insertMany(
            (0..<people).map { ["id": .integer(Int64($0)), "name": "someone"] })
        for first in stride(from: 0, to: count, by: 10_000) {
            try await orders.insertMany(
                (first..<min(count, first + 10_000)).map { number in
                    [
                        "id": .integer(Int64(number)),
                        "customer": .integer(Int64(number % people)),
                        "status": .integer(Int64(number) % Kept.statuses),
                        "total": .double(Double.random(in: 0..<1_000, using: &random)),
                    ]
                })
        }
        try await watch()
        try await store.settle()
    }

    private func watch() async throws {
        let open = orders.where(["status": 0])
        switch kind {
        case .none: break
        case .top20:
            try await open.order(by: "total", .descending).limit(20).live()
                .subscribe { blackHole($0.value.count) }
        case .groupBy:
            try await orders.query.groupBy("status").live(.count, .sum("total"))
                .subscribe { blackHole($0.value.count) }
        case .join:
            try await open.with("customer").live().subscribe { blackHole($0.value.count) }
        }
    }

    /// Nanoseconds per change of one commit of many, from its beginning until what follows from it is settled.
    func round(_ writing: Writing) async throws -> Double {
        var batch = WriteBatch()
        var written: Set<Int64> = []
        while written.count < min(Kept.changes, count / 20) {
            let key = Int64.random(in: 0..<Int64(count), using: &random)
            switch writing {
            case .customers:
                let customer = key % Int64(max(1, count / Kept.ordersPerCustomer))
                if written.insert(customer).inserted {
                    batch.update(customer, ["name": .string("\(key)")], in: customers)
                }
            case .irrelevant:
                let other = key - key % Kept.statuses + 1
                guard other < count, written.insert(other).inserted else { continue }
                price += 1
                batch.update(other, ["total": .double(price)], in: orders)
            case .relevant: change(key - key % Kept.statuses, &batch, &written)
            }
        }
        let start = Stopwatch.now()
        _ = try await store.commit(batch)
        try await store.settle()
        return Double(Stopwatch.now() - start) / Double(written.count)
    }

    /// Every second time an open order becomes the dearest, the other times the one that has been so for longest becomes
    /// a cheap one.
    private func change(_ key: Int64, _ batch: inout WriteBatch, _ written: inout Set<Int64>) {
        if raised.count > 20, let first = raised.first, !written.contains(first) {
            raised.removeFirst()
            written.insert(first)
            batch.update(
                first, ["total": .double(Double.random(in: 0..<1_000, using: &random))], in: orders)
            return
        }
        guard !raised.contains(key), written.insert(key).inserted else { return }
        price += 1
        raised.append(key)
        batch.update(key, ["total": .double(price)], in: orders)
    }
}
