import StoreTesting
import Testing

@testable import StoreCore

/// What it takes to let go of snapshots must not follow how many there are.
///
/// Counted, not timed.
@Suite struct `The work of letting go of snapshots` {
    enum Order: CaseIterable, Sendable {
        case oldestFirst, newestFirst, outsideIn, atRandom

        func arranged(_ count: Int, _ random: inout SeededRandom) -> [Int] {
            switch self {
            case .oldestFirst: Array(0..<count)
            case .newestFirst: (0..<count).reversed()
            case .outsideIn:
                (0..<count).map { $0.isMultiple(of: 2) ? $0 / 2 : count - 1 - $0 / 2 }
            case .atRandom: (0..<count).shuffled(using: &random)
            }
        }
    }

    /// Takes a snapshot before each of many updates, and lets go of all of them.
    private func steps(
        _ count: Int, _ order: Order, _ random: inout SeededRandom, checking: Bool = false
    ) async throws -> Int {
        let depot = try await Depot()
        let shelf = try await depot.shelf()
        let recordCount = 400
        try await shelf.insertMany((0..<recordCount).map { ["id": .string("\($0)"), "n": 0] })
        var held: [Snapshot?] = []
        for turn in 0..<count {
            held.append(try depot.store.snapshot())
            // Old records and young ones: what is replaced is seen by many snapshots, or by one.
            let key = random.once(in: 2) ? "0" : "\(random.below(recordCount))"
            try await shelf.update(key, ["n": .integer(Int64(turn))])
        }
        let state = depot.store.state
        let before = state.pins.steps
        for (turn, place) in order.arranged(count, &random).enumerated() {
            held[place] = nil
            if checking, turn.isMultiple(of: count / 8) {
                #expect(state.ownershipViolations() == [])
            }
        }
        Reaper.shared.drain()
        #expect(try depot.store.stats().snapshots.pinnedBytes == 0)
        #expect(try depot.store.stats().snapshots.positions == 0)
        #expect(state.ownershipViolations() == [])
        return state.pins.steps - before
    }

    @Test(arguments: Order.allCases)
    func `is flat for each, in whatever order they go`(order: Order) async throws {
        var random = SeededRandom(7)
        let few = try await steps(300, order, &random)
        let many = try await steps(3_000, order, &random)
        // Batches of garbage are met along ways that grow with the logarithm of how many there are.
        #expect(many <= 20 * few, "\(few) for 300, \(many) for 3 000")
        #expect(few <= 300 * 60)
    }

    @Test(arguments: Order.allCases, [1, 2, 3] as [UInt64])
    func `leaves each version what it sees and nothing else`(
        order: Order, seed: UInt64
    ) async throws {
        var random = SeededRandom(seed)
        _ = try await steps(40 + random.below(60), order, &random, checking: true)
    }

    @Test func `is bounded where an old one holds back much`() async throws {
        let depot = try await Depot()
        let shelf = try await depot.shelf()
        try await shelf.insertMany((0..<3_000).map { ["id": .string("\($0)"), "n": 0] })
        let old = try depot.store.snapshot()
        for key in 0..<3_000 { try await shelf.update("\(key)", ["n": 1]) }
        let state = depot.store.state
        let before = state.pins.steps
        for _ in 0..<10 {
            let snapshot = try depot.store.snapshot()
            try await shelf.update("7", ["n": 2])
            withExtendedLifetime(snapshot) {}
        }
        #expect(state.pins.steps - before <= 10 * 60)
        #expect(try old.bucket("shelf").where(["n": 0]).count() == 3_000)
        #expect(try depot.store.stats().snapshots.pinnedBytes > 3_000 * 32)
    }
}
