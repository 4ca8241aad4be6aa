import StoreCore
import Testing

@Suite struct `A stranger's component` {
    private func store(_ meter: ToyMeter) async throws -> Store {
        let store = try await Store.start("metered", StoreOption { $0.add(meter) })
        for name in ["a", "b"] {
            try await store.defineBucket(name, key: "id", schema: ["id": .integer])
        }
        return store
    }

    @Test func `contributes figures to those of the store`() async throws {
        let store = try await store(ToyMeter(limit: 10))
        try await store.bucket("a").insertMany([["id": 1], ["id": 2]])
        try await store.bucket("a").delete(1)
        try await store.bucket("b").insert(["id": 1])
        #expect(try store.stats().components["toy-meter"] == ["a": 2, "b": 1])
        #expect(try store.stats().observers == 1)
    }

    @Test func `contributes its health to that of the store`() async throws {
        let store = try await store(ToyMeter(limit: 1))
        #expect(store.health.isHealthy)
        try await store.bucket("a").insert(["id": 1])
        try await store.bucket("a").insert(["id": 2])
        #expect(!store.health.isHealthy)
        #expect(store.health.state == .running)
        #expect(store.health.components.map(\.name) == ["toy-meter"])
        #expect(store.health.components[0].health == .degraded("more than 1 commits: [\"a\"]"))
    }

    @Test func `ends with the store`() async throws {
        let meter = ToyMeter(limit: 1)
        let store = try await store(meter)
        await store.stop()
        #expect(meter.health == .failed("it has been stopped"))
        #expect(store.health.state == .stopped)
    }
}

@Suite struct `A stranger's lazy pin` {
    private func store() async throws -> (Store, DynamicBucket) {
        let store = try await Store.start("pinned")
        let items = try await store.defineBucket("items", key: "id", schema: ["id": .integer])
        try await items.insert(["id": 1])
        return (store, items)
    }

    @Test func `holds nothing until somebody commits`() async throws {
        let (store, items) = try await store()
        let pin = try store.lazyPin()
        #expect(!pin.isPinned)
        #expect(try store.stats().snapshots.positions == 0)
        try await items.insert(["id": 2])
        #expect(pin.isPinned)
        #expect(try store.stats().snapshots.oldest == pin.position)
    }

    @Test func `shows its own position however many commits come after`() async throws {
        let (store, items) = try await store()
        let pin = try store.lazyPin()
        #expect(try pin.snapshot().bucket("items").count() == 1)
        for id in 2...5 { try await items.insert(["id": .integer(Int64(id))]) }
        try await store.dropBucket("items")
        let snapshot = try pin.snapshot()
        #expect(snapshot.position == pin.position)
        #expect(snapshot.instant == pin.instant)
        #expect(try snapshot.bucket("items").count() == 1)
    }

    @Test func `costs nothing any more once it is let go`() async throws {
        let (store, items) = try await store()
        do {
            let pin = try store.lazyPin()
            try await items.insert(["id": 2])
            #expect(pin.isPinned)
        }
        #expect(try store.stats().snapshots.positions == 0)
    }
}
