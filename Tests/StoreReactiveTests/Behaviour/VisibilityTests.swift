import StoreCore
import StoreReactive
import StoreTesting
import Testing

/// What can be seen from outside of what live queries do.
struct VisibilityTests {
    @Test func `what a handler writes says what has led to it, through to the first write`()
        async throws
    {
        let store = try await Store.start("t")
        let orders = try await store.defineBucket("orders", key: "id", schema: ["id": .integer])
        let log = try await store.defineBucket("log", key: "id", schema: ["id": .integer])
        try await orders.query.live(.count).subscribe(initial: .skip) { update in
            try await log.insert(["id": .integer(Int64(update.value))])
        }
        let observer = RecordingObserver()
        let (registration, _) = try await store.attach(observer)
        defer { registration.cancel() }

        try await StoreContext.with({ $0.causation = Causation("import", cause: nil) }) {
            _ = try await orders.insert(["id": 1])
        }
        try await store.settle()

        let commit = try #require(observer.commits.last)
        #expect(commit.records.first?.bucket.name == "log")
        #expect(commit.causation?.label.hasPrefix("query:orders") == true)
        #expect(commit.causation?.cause?.label == "import")
        await store.stop()
    }

    @Test func `a query whose last run has failed degrades the store until one succeeds`()
        async throws
    {
        let store = try await Store.start("t")
        let orders = try await store.defineBucket(
            "orders", key: "id", schema: ["id": .integer, "total": .integer])
        try await orders.insert(["id": 1, "total": .integer(.max)])
        let live = orders.query.live(.sum("total"))
        try await store.settle()
        #expect(store.health.isHealthy)

        try await orders.insert(["id": 2, "total": 1])
        try await store.settle()
        #expect(live.latest?.error != nil)
        #expect(!store.health.isHealthy)

        try await orders.delete(2)
        try await store.settle()
        #expect(store.health.isHealthy)
        await store.stop()
    }

    @Test func `small steps are shown when they have come to a large one`() async throws {
        let store = try await Store.start("t")
        let orders = try await store.defineBucket("orders", key: "id", schema: ["id": .integer])
        let seen = Seen<Int>()
        let live = store.live(removingDuplicates: { abs($0 - $1) < 3 }) { ctx in
            try ctx[orders].count()
        }
        try await live.subscribe { seen.add($0.value) }
        for id in 1...7 {
            try await orders.insert(["id": .integer(Int64(id))])
            try await store.settle()
        }
        #expect(seen.values == [0, 3, 6])
        await store.stop()
    }

    @Test func `a query that fails for want of a related bucket recovers when that is defined`()
        async throws
    {
        let store = try await Store.start("t")
        let orders = try await store.defineBucket(
            "orders", key: "id",
            schema: ["id": .integer, "customer": .integer(references: "customers")])
        try await store.defineBucket("customers", key: "id", schema: ["id": .integer])
        try await orders.insert(["id": 1])
        let live = store.live { ctx in try ctx[orders].query.with("customer").all().count }
        try await live.subscribe { _ in }
        try await store.dropBucket("customers")
        try await orders.insert(["id": 2])
        try await store.settle()
        #expect(live.latest?.error != nil)

        try await store.defineBucket("customers", key: "id", schema: ["id": .integer])
        try await store.settle()
        #expect(live.latest?.error == nil)
        #expect(live.latest?.value == 2)
        await store.stop()
    }
}
