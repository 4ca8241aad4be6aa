@testable import StoreCore
import StoreTesting
import Testing

@Suite struct `Store statistics` {
    @Test func `stats name the store, its position, its buckets and their figures`() async throws {
        let depot = try await Depot.filled("abc")
        let stats = try depot.store.stats()
        #expect(stats.name == "depot")
        #expect(stats.position == Position(4))
        #expect(stats.records == 3)
        #expect(stats.indexes == 3)
        let bucket = try #require(stats.buckets.first)
        #expect(stats.buckets.count == 1)
        #expect(bucket.name == "items")
        #expect(bucket.records == 3)
        #expect(bucket.indexes == ["role", "role,rank", "score"])
        #expect(bucket.uniques == ["code"])
    }

    @Test func `stats follow deletions and drops`() async throws {
        let depot = try await Depot.filled("abc")
        _ = try await depot.shelf()
        try await depot.items.delete("a")
        #expect(try depot.store.stats().buckets.map(\.name) == ["items", "shelf"])
        #expect(try depot.store.stats().records == 2)
        try await depot.store.dropBucket("items")
        #expect(try depot.store.stats().buckets.map(\.name) == ["shelf"])
        #expect(try depot.store.stats().records == 0)
        #expect(try depot.store.stats().indexes == 0)
    }

    @Test func `stats do not count overdue records`() async throws {
        let depot = try await Depot()
        try await depot.items.insert(
            Depot.record("a"), expiresAt: depot.clock.now + .seconds(1))
        #expect(try depot.store.stats().records == 1)
        depot.clock.advance(by: .seconds(1))
        #expect(try depot.store.stats().records == 0)
    }

    @Test func `stats show the last autoincrement values that were given out`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "orders", key: "id", schema: ["id": .integer(generated: .autoincrement)])
        #expect(try store.stats().buckets[0].autoincrement == ["id": 0])
        try await bucket.insertMany([[:], [:]])
        #expect(try store.stats().buckets[0].autoincrement == ["id": 2])
    }

    @Test func `stats count what was restored, whether it is defined yet or not`() async throws {
        let store = try await Shelves.three.start()
        for _ in 0..<2 {
            let stats = try store.stats()
            #expect(stats.buckets.map(\.name) == ["books"])
            #expect(stats.records == 3)
            #expect(stats.indexes == 1)
            #expect(stats.buckets[0].autoincrement == ["id": 5])
            if store.buckets.isEmpty { _ = try await store.defineBooks() }
        }
    }

    @Test func `stats count observers while they are attached`() async throws {
        let depot = try await Depot()
        let (registration, _) = try await depot.store.attach(RecordingObserver())
        #expect(try depot.store.stats().observers == 1)
        registration.cancel()
        #expect(try depot.store.stats().observers == 0)
    }

    @Test func `components contribute their part under their names`() async throws {
        let depot = try await Depot([.component(ProbeComponent("probe"))])
        #expect(try depot.store.stats().components == ["probe": ["probe": "probe"]])
    }

    @Test func `stats name the oldest snapshot that is held`() async throws {
        let depot = try await Depot.filled("a")
        #expect(try depot.store.stats().snapshots.oldest == nil)
        let old = try depot.store.snapshot()
        try await depot.items.insert(Depot.record("b"))
        let new = try depot.store.snapshot()
        let snapshots = try depot.store.stats().snapshots
        #expect(snapshots.positions == 2)
        #expect(snapshots.oldest == old.position)
        #expect(try #require(snapshots.oldestAge) >= .zero)
        withExtendedLifetime((old, new)) {}
    }

    @Test(arguments: [1, 1_000])
    func `what snapshots hold back is counted, and is nothing once they are let go`(changes: Int)
        async throws
    {
        let depot = try await Depot()
        try await depot.items.insertMany((0..<1_000).map { Depot.record("k\($0)", rank: $0) })
        var old: Snapshot? = try depot.store.snapshot()
        #expect(try depot.store.stats().snapshots.pinnedBytes == 0)
        for number in 0..<changes {
            try await depot.items.update("k\(number)", ["score": -1])
        }
        var middle: Snapshot? = try depot.store.snapshot()
        try await depot.items.clear()
        Reaper.shared.drain()
        #expect(try depot.store.stats().snapshots.pinnedBytes > 0)
        #expect(try old?.bucket("items").sum("score") == .double(249_750))
        #expect(try middle?.bucket("items").count() == 1_000)
        old = nil
        Reaper.shared.drain()
        #expect(try depot.store.stats().snapshots.oldest == middle?.position)
        middle = nil
        Reaper.shared.drain()
        let snapshots = try depot.store.stats().snapshots
        #expect(snapshots.pinnedBytes == 0)
        #expect(snapshots.positions == 0)
        #expect(snapshots.oldest == nil)
    }
}

@Suite struct `Store health` {
    @Test func `a store that runs is healthy`() async throws {
        let health = try await Depot([.component(ProbeComponent("probe"))]).store.health
        #expect(health.state == .running)
        #expect(health.isHealthy)
        #expect(health.components.map(\.name) == ["probe"])
    }

    @Test(arguments: [ComponentHealth.degraded("slow"), .failed("gone")])
    func `a component that is not well shows`(mood: ComponentHealth) async throws {
        let health = try await Depot([.component(ProbeComponent("probe", health: mood))]).store
            .health
        #expect(!health.isHealthy)
        #expect(health.state == .running)
        #expect(health.components.map(\.health) == [mood])
    }

    @Test func `a poisoned store can be read and not written`() async throws {
        let depot = try await Depot.filled("a")
        await depot.store.poison()
        #expect(depot.store.health.state == .readOnly)
        #expect(!depot.store.health.isHealthy)
        #expect(try depot.items.get("a")?.version == 1)
        try await expectRefusal(.poisoned, by: depot.store) { try await depot.items.delete("a") }
        try await expectRefusal(.poisoned, by: depot.store) { try await depot.shelf() }
    }

    @Test func `a poisoned store can be stopped`() async throws {
        let store = try await Depot().store
        await store.poison()
        await store.stop()
        #expect(store.health.state == .stopped)
        await #expect(throws: StoreError(.stopped)) { try await store.write { _ in } }
    }
}
