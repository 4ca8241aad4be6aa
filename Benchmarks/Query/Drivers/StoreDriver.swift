import Benchmark
import Measuring
import StoreCore

/// The store through its dynamic API.
final class StoreDriver: Sendable {
    let store: Store
    let records: DynamicBucket

    init() async throws {
        store = try await Store.start("bench")
        records = try await store.defineBucket(
            "orders", key: "id",
            schema: [
                "id": .string(required: true),
                "customer": .string(),
                "region": .string(),
                "product": .string(),
                "category": .string(),
                "total": .number(),
                "quantity": .integer(),
            ],
            indexes: ["customer", "region", "product", "total"])
    }

    func fill(_ orders: Orders) async throws {
        for order in orders.orders {
            try await records.insert([
                "id": .string(order.id), "customer": .string(order.customer),
                "region": .string(order.region), "product": .string(order.product),
                "category": .string(order.category), "total": .double(order.total),
                "quantity": .integer(Int64(order.quantity)),
            ])
        }
    }

    func rangeRound(_ ranges: [Range<Double>]) throws -> Double {
        try Stopwatch.perOperation(ranges.count) { index in
            let range = ranges[index]
            let found =
                try records
                .where(
                    .field("total") >= range.lowerBound && .field("total") < range.upperBound
                )
                .order(by: "total").limit(50).all()
            precondition(found.count == 50)
            blackHole(found)
        }
    }

    func intersectRound(_ queries: Int, finding count: Int) throws -> Double {
        let conditions: [Fields] = (0..<queries).map { number in
            [
                "region": .string(Orders.region(number % Orders.variety)),
                "product": .string(Orders.product(number * 7 % Orders.variety)),
            ]
        }
        return try Stopwatch.perOperation(queries) { index in
            let found = try records.where(conditions[index]).all()
            precondition(found.count == count)
            blackHole(found)
        }
    }

    /// All the records of one of the indexes.
    func smallerRound(_ queries: Int, finding count: Int) throws -> Double {
        let conditions: [Fields] = (0..<queries).map { number in
            ["region": .string(Orders.region(number % Orders.variety))]
        }
        return try Stopwatch.perOperation(queries) { index in
            let found = try records.where(conditions[index]).all()
            precondition(found.count == count)
            blackHole(found)
        }
    }

    func groupRound(_ queries: Int) throws -> Double {
        try Stopwatch.perOperation(queries) { _ in
            let groups = try records.query.groupBy("category").aggregate(.sum("total"))
            precondition(groups.count == Orders.variety)
            blackHole(groups)
        }
    }
}

extension StoreDriver {
    /// An index in while somebody writes; it is gone again afterwards.
    func addIndexRound(_ orders: Orders) async throws -> MeanwhileRound {
        let round = try await WritingMeanwhile.run(write(orders)) { [store] in
            try await store.updateBucket("orders", addingIndexes: ["category"])
        }
        try await store.updateBucket("orders", removingIndexes: ["category"])
        return round
    }

    /// The same writes, and nothing else.
    func undisturbedRound(_ orders: Orders) async throws -> MeanwhileRound {
        try await WritingMeanwhile.run(write(orders)) { try await Task.sleep(for: .seconds(1)) }
    }

    private func write(_ orders: Orders) -> @Sendable (Int) async throws -> Void {
        { [records] number in
            let order = orders.orders[orders.order[number % orders.count]]
            try await records.update(order.id, ["quantity": .integer(Int64(number % 10))])
        }
    }
}

extension StoreDriver: MixedTarget {
    @inline(__always)
    func get(_ key: String) throws { blackHole(try records.get(key)) }

    @inline(__always)
    func ordersOf(_ customer: String) throws {
        let found = try records.where(.field("customer") == customer).all()
        precondition(found.count == Orders.perCustomer)
        blackHole(found)
    }

    @inline(__always)
    func update(_ key: String, total: Double) async throws {
        blackHole(try await records.update(key, ["total": .double(total)]))
    }
}
