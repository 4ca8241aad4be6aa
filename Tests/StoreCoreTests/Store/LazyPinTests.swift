import StoreCore
import StoreTesting
import Testing

@Suite struct `Lazy pins` {
    @Test func `a lazy pin holds nothing until somebody commits`() async throws {
        let depot = try await Depot.filled("a")
        let pin = try depot.store.lazyPin()
        #expect(!pin.isPinned)
        #expect(try depot.store.stats().snapshots.positions == 0)
        try await depot.items.insert(Depot.record("b"))
        #expect(pin.isPinned)
        #expect(try depot.store.stats().snapshots.oldest == pin.position)
    }

    @Test func `its snapshot is of its position, before and after commits`() async throws {
        let depot = try await Depot.filled("a")
        let pin = try depot.store.lazyPin()
        #expect(try pin.snapshot().position == pin.position)
        for key in "bcd" { try await depot.items.insert(Depot.record("\(key)")) }
        let snapshot = try pin.snapshot()
        #expect(snapshot.position == Position(2))
        #expect(try snapshot.bucket("items").all().map(\.key) == ["a"])
    }

    @Test func `its snapshot judges deadlines at its own instant`() async throws {
        let depot = try await Depot()
        try await depot.items.insert(Depot.record("a"), expiresAt: depot.clock.now + .seconds(1))
        let pin = try depot.store.lazyPin()
        depot.clock.advance(by: .seconds(2))
        #expect(try pin.snapshot().bucket("items").count() == 1)
        try await depot.items.insert(Depot.record("b"))
        #expect(try pin.snapshot().bucket("items").count() == 1)
        #expect(try depot.keys == ["b"])
    }

    @Test func `a lazy pin that is let go costs nothing`() async throws {
        let depot = try await Depot.filled("a")
        var pin: LazyPin? = try depot.store.lazyPin()
        #expect(pin?.isPinned == false)
        pin = nil
        try await depot.items.insert(Depot.record("b"))
        #expect(try depot.store.stats().snapshots.positions == 0)
    }

    @Test func `what it pinned is let go with it`() async throws {
        let depot = try await Depot.filled("a")
        var pin: LazyPin? = try depot.store.lazyPin()
        try await depot.items.update("a", ["rank": 5])
        #expect(try depot.store.stats().snapshots.pinnedBytes > 0)
        withExtendedLifetime(pin) {}
        pin = nil
        #expect(try depot.store.stats().snapshots.pinnedBytes == 0)
    }

    @Test(arguments: [1, 1_000])
    func `commits that run beside never pass a lazy pin by`(changes: Int) async throws {
        let depot = try await Depot()
        let keys = (0..<changes).map { "k\($0)" }
        try await depot.items.insertMany(keys.map { Depot.record($0) })
        try await withThrowingTaskGroup { group in
            group.addTask {
                for round in 0..<(changes == 1 ? 3_000 : 20) {
                    try await depot.items.updateMany(
                        where: .all, ["rank": .integer(Int64(round))])
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    for _ in 0..<3_000 {
                        let pin = try depot.store.lazyPin()
                        let rank = try pin.snapshot().bucket("items").get("k0")?["rank"]
                        #expect(try pin.snapshot().position == pin.position)
                        #expect(try pin.snapshot().bucket("items").get("k0")?["rank"] == rank)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
