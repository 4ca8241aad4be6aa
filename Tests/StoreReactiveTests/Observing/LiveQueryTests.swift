import StoreCore
import StoreReactive
import StoreTesting
import Testing

@MainActor struct LiveQueryTests {
    struct Broken: Error {}

    let clock = ManualClock()

    /// A store with one bucket, and a query that says how many records there are; it fails while one has the key 0.
    private func shop() async throws -> (
        store: Store, users: DynamicBucket, count: QueryDefinition<NoParameters, Int>
    ) {
        let store = try await Store.start("t", .clock(clock))
        let users = try await store.defineBucket("users", key: "id", schema: ["id": .integer])
        let count = try store.define("count") { ctx -> Int in
            if try ctx[users].contains(0) { throw Broken() }
            return try ctx[users].count()
        }
        return (store, users, count)
    }

    @Test func `shows the first result, and each later one, with its moment`() async throws {
        let (store, users, count) = try await shop()
        let query = LiveQuery(store.live(count))
        #expect(query.value == nil && query.position == nil && query.instant == nil)
        try await store.settle()
        #expect(query.value == 0 && query.instant == clock.now)
        clock.advance(by: .seconds(1))
        try await users.insert(["id": 1])
        try await store.settle()
        #expect(query.value == 1 && query.error == nil)
        #expect(query.position == store.position && query.instant == clock.now)
        await store.stop()
    }

    @Test func `shows the result that there is already`() async throws {
        let (store, users, count) = try await shop()
        try await users.insert(["id": 1])
        let live = store.live(count)
        try await store.settle()
        #expect(live.latest?.value == 1)
        let query = LiveQuery(live)
        try await store.settle()
        #expect(query.value == 1 && !query.isLoading && store.queries().map(\.runs) == [1])
        await store.stop()
    }

    @Test func `is loading until the first result`() async throws {
        let (store, users, _) = try await shop()
        let gate = Gate()
        let query = LiveQuery(
            store.live { ctx in
                await gate.pass()
                return try ctx[users].count()
            })
        await gate.isReached()
        #expect(query.isLoading)
        await gate.open()
        try await store.settle()
        #expect(query.value == 0 && !query.isLoading)
        await store.stop()
    }

    @Test func `shows results in the order of their positions, each once`() async throws {
        let (store, users, count) = try await shop()
        let query = LiveQuery(store.live(count, coalescing: .everyCommit))
        try await store.settle()
        let observer = Observer { query.value }
        for id in 1...20 { try await users.insert(["id": .integer(Int64(id))]) }
        try await store.settle()
        #expect(observer.replaced == Array(0..<20) && query.value == 20)
        await store.stop()
    }

    // MARK: Errors

    @Test func `an error of the first run is shown, and ends it`() async throws {
        let (store, users, count) = try await shop()
        try await users.insert(["id": 0])
        let query = LiveQuery(store.live(count))
        try await store.settle()
        #expect(query.error is Broken && query.value == nil && !query.isLoading)
        #expect(store.queries().isEmpty)
        await store.stop()
    }

    @Test func `an error of a later run is shown beside the last result, until a run succeeds`()
        async throws
    {
        let (store, users, count) = try await shop()
        let query = LiveQuery(store.live(count))
        try await store.settle()
        let position = query.position
        try await users.insert(["id": 0])
        try await store.settle()
        #expect(query.error is Broken && query.value == 0 && query.position == position)
        #expect(!query.isLoading)
        try await users.delete(0)
        try await store.settle()
        #expect(query.error == nil && query.value == 0 && query.position == store.position)
        await store.stop()
    }

    @Test func `what ends the query is shown beside the last result`() async throws {
        let (store, _, count) = try await shop()
        let query = LiveQuery(store.live(count))
        try await store.settle()
        store.undefine("count")
        try await store.settle()
        let error = query.error as? LiveQueryError
        #expect(error == LiveQueryError(query: "count", reason: .notDefined) && query.value == 0)
        await store.stop()
    }

    @Test func `of a query that has ended already shows why`() async throws {
        let (store, users, count) = try await shop()
        try await users.insert(["id": 0])
        let live = store.live(count)
        try await store.settle()
        let query = LiveQuery(live)
        #expect(query.error is Broken && !query.isLoading)
        await store.stop()
    }

    // MARK: The store's end

    @Test func `of a store that has stopped shows that at once`() async throws {
        let (store, _, count) = try await shop()
        await store.stop()
        let query = LiveQuery(store.live(count))
        #expect(query.error is StoreError && query.value == nil && !query.isLoading)
    }

    @Test func `is not loading any more when the store stops before the first result`() async throws
    {
        let (store, _, _) = try await shop()
        let gate = Gate()
        let query = LiveQuery(
            store.live { _ in
                await gate.pass()
                return 0
            })
        await gate.isReached()
        async let stopped: Void = store.stop()
        await Observer.wait { !query.isLoading }
        #expect(query.error is StoreError && query.value == nil)
        await gate.open()
        await stopped
    }

    @Test func `keeps what it shows when the store stops`() async throws {
        let (store, _, count) = try await shop()
        let query = LiveQuery(store.live(count))
        try await store.settle()
        await store.stop()
        #expect(query.value == 0 && query.error == nil && !query.isLoading)
    }

    // MARK: Leaving

    @Test func `shows nothing more when it was cancelled`() async throws {
        let (store, users, count) = try await shop()
        let query = LiveQuery(store.live(count))
        try await store.settle()
        try await users.insert(["id": 1])
        query.cancel()
        let observer = Observer { query.value }
        try await users.insert(["id": 2])
        try await users.insert(["id": 0])
        try await store.settle()
        #expect(observer.replaced.isEmpty && query.error == nil)
        #expect(store.queries().isEmpty)
        query.cancel()
        await store.stop()
    }

    @Test func `is not loading any more when it was cancelled`() async throws {
        let (store, _, count) = try await shop()
        let query = LiveQuery(store.live(count))
        query.cancel()
        #expect(!query.isLoading && query.value == nil)
        try await store.settle()
        #expect(query.value == nil && query.error == nil)
        await store.stop()
    }

    @Test func `is released while results come, and its query with it`() async throws {
        let (store, users, count) = try await shop()
        var query: LiveQuery? = LiveQuery(store.live(count))
        weak let released = query
        await Observer.wait { released?.value != nil }
        let writer = Task.detached {
            var id: Int64 = 1
            while !Task.isCancelled {
                try await users.insert(["id": .integer(id)])
                id += 1
                // A write that waits for nobody keeps its thread, and the others may need it.
                await Task.yield()
            }
        }
        await Observer.wait { released?.value != 0 }
        query = nil
        #expect(released == nil && query == nil)
        #expect(store.queries().isEmpty)
        writer.cancel()
        _ = await writer.result
        await store.stop()
    }

    // MARK: Observation

    @Test func `is told of to observers once for each change, and not for equal results`()
        async throws
    {
        let (store, users, _) = try await shop()
        let query = LiveQuery(store.live { ctx in try ctx[users].count() / 2 })
        let observer = Observer { query.value }
        let places = Observer { query.position }
        let loading = Observer { query.isLoading }
        try await store.settle()
        #expect(observer.replaced == [nil] && loading.replaced == [true])
        try await users.insert(["id": 1])
        try await store.settle()
        #expect(observer.replaced.count == 1)
        try await users.insert(["id": 2])
        try await store.settle()
        #expect(observer.replaced == [nil, 0] && places.replaced.count == 2)
        #expect(loading.replaced == [true] && query.value == 1)
        await store.stop()
    }
}
