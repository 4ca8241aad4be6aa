@testable import StoreCore
import StoreTesting
import Testing

/// Reads of a bucket with overdue records run on a view without them, which costs as many path copies.
@Suite struct `Views without overdue records` {
    /// Records `k0` … of which the first `overdue` expire a second from the start, one after another.
    private func depot(_ count: Int = 100, overdue: Int) async throws -> Depot {
        let depot = try await Depot()
        var batch = WriteBatch()
        for number in 0..<count {
            batch.insert(
                Depot.record("k\(number)", rank: number), into: depot.items,
                expiresAt: number < overdue
                    ? depot.clock.now + .seconds(1) + .microseconds(number) : nil)
        }
        try await depot.store.commit(batch)
        return depot
    }

    /// Views that were made for the versions that are alive.
    private func made(_ depot: Depot) -> [Int] {
        depot.store.state.pins.live.compactMap { $0.overdue?.madeCount }
    }

    @Test(arguments: [1, 60]) func `are made once between two commits, whatever is read`(
        overdue: Int
    ) async throws {
        let depot = try await depot(overdue: overdue)
        depot.clock.advance(by: .seconds(2))
        for _ in 0..<3 {
            #expect(try depot.items.count() == 100 - overdue)
            #expect(try depot.items.where(["role": "odd"]).all().count == 50 - overdue / 2)
            #expect(try depot.store.snapshot().bucket("items").count() == 100 - overdue)
            #expect(try depot.items.tracked(by: ReadRecorder()).count() == 100 - overdue)
            #expect(try depot.store.stats().records == 100 - overdue)
        }
        #expect(made(depot) == [1])
        try await depot.items.update("k70", ["rank": -1])
        Reaper.shared.drain()
        #expect(made(depot) == [])
        #expect(try depot.items.min("rank") == -1)
        #expect(try depot.items.count() == 100 - overdue)
        #expect(made(depot) == [1])
    }

    @Test func `are made anew when more falls due, and only then`() async throws {
        let depot = try await depot(overdue: 40)
        depot.clock.advance(by: .seconds(1))
        for number in 1...40 {
            for _ in 0..<2 { #expect(try depot.items.count() == 100 - number) }
            #expect(made(depot) == [number])
            depot.clock.advance(by: .microseconds(1))
        }
        Reaper.shared.drain()
        for _ in 0..<2 { #expect(try depot.items.count() == 60) }
        #expect(made(depot) == [40])
    }

    /// They hold a version, but not for anybody.
    @Test(arguments: [1, 60]) func `are no snapshots, and hold nothing back after a commit`(
        overdue: Int
    ) async throws {
        let depot = try await depot(overdue: overdue)
        depot.clock.advance(by: .seconds(2))
        #expect(try depot.items.count() == 100 - overdue)
        #expect(try depot.store.stats().snapshots.positions == 0)
        #expect(try depot.store.stats().snapshots.oldest == nil)
        var held: Snapshot? = try depot.store.snapshot()
        #expect(try depot.store.stats().snapshots.positions == 1)
        #expect(try depot.store.stats().snapshots.oldest == held?.position)
        try await depot.items.clear()
        Reaper.shared.drain()
        #expect(try held?.bucket("items").count() == 100 - overdue)
        #expect(try depot.items.count() == 0)
        held = nil
        Reaper.shared.drain()
        #expect(try depot.store.stats().snapshots.positions == 0)
        #expect(try depot.store.stats().snapshots.pinnedBytes == 0)
        #expect(depot.store.state.pins.live.isEmpty)
    }

    @Test(arguments: [1, 60]) func `end with their store`(overdue: Int) async throws {
        weak var state: VersionedState?
        do {
            let depot = try await depot(overdue: overdue)
            depot.clock.advance(by: .seconds(2))
            #expect(try depot.items.count() == 100 - overdue)
            state = depot.store.state
            await depot.store.stop()
        }
        Reaper.shared.drain()
        #expect(state == nil)
    }
}
