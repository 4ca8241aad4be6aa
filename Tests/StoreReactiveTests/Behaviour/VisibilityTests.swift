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
}
