import Measuring

/// What several threads do at once: of a hundred operations, 95 are reads, half of them of one record and half of
/// twenty, and 5 are writes.
struct MixedLoad: Sendable {
    enum Operation: Sendable {
        case get(key: String)
        case orders(customer: String)
        case update(key: String, total: Double)
    }

    /// The operations of each thread.
    let operations: [[Operation]]

    init(_ orders: Orders, threads: Int = 2, operations count: Int) {
        var random = SplitMix(seed: 0x301D)
        operations = (0..<threads).map { _ in
            (0..<count).map { _ in
                let order = orders.orders[Int.random(in: 0..<orders.count, using: &random)]
                switch Int.random(in: 0..<40, using: &random) {
                case 0..<2:
                    let total = Double(Int.random(in: 0..<orders.count, using: &random)) + 0.5
                    return .update(key: order.id, total: total)
                case 2..<21: return .get(key: order.id)
                default: return .orders(customer: order.customer)
                }
            }
        }
    }
}

/// A side that a mixed load is put on.
protocol MixedTarget: Sendable {
    func get(_ key: String) throws
    func ordersOf(_ customer: String) throws
    func update(_ key: String, total: Double) async throws
}

extension MixedTarget {
    /// Runs each thread's operations in a task of its own, all at once.
    func run(_ load: MixedLoad) async throws -> MixedRound {
        try await withThrowingTaskGroup(of: [UInt64].self) { group in
            let start = Stopwatch.now()
            for operations in load.operations {
                group.addTask { try await run(operations) }
            }
            var reads: [UInt64] = []
            for try await latencies in group { reads += latencies }
            return MixedRound(
                elapsed: Stopwatch.now() - start,
                operations: load.operations.reduce(0) { $0 + $1.count }, reads: reads.sorted())
        }
    }

    /// Returns how long each read took.
    private func run(_ operations: [MixedLoad.Operation]) async throws -> [UInt64] {
        var latencies: [UInt64] = []
        latencies.reserveCapacity(operations.count)
        for operation in operations {
            let start = Stopwatch.now()
            switch operation {
            case .get(let key): try get(key)
            case .orders(let customer): try ordersOf(customer)
            case .update(let key, let total):
                try await update(key, total: total)
                continue
            }
            latencies.append(Stopwatch.now() - start)
        }
        return latencies
    }
}

/// How a mixed load went.
struct MixedRound: Sendable {
    /// Nanoseconds from the first operation to the end of the last.
    let elapsed: UInt64
    let operations: Int
    /// Nanoseconds of each read, in ascending order.
    let reads: [UInt64]

    /// Nanoseconds for each operation, of all the threads together.
    var perOperation: Double { Double(elapsed) / Double(operations) }
    /// What one read in a thousand takes longer than.
    var readP999: Double { Double(reads[reads.count * 999 / 1_000]) }
    var readMax: Double { Double(reads[reads.count - 1]) }
}
