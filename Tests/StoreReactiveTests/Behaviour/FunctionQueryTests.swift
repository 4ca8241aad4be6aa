import StoreCore
import StoreReactive
import StoreTesting
import Testing

struct FunctionQueryTests {
    let clock = ManualClock()

    private func shop() async throws -> (Store, DynamicBucket) {
        let store = try await Store.start("t", .clock(clock))
        let users = try await store.defineBucket(
            "users", key: "id", schema: ["id": .integer, "role": .string, "name": .string])
        return (store, users)
    }

    @Test func `a handler is shown the first result, and each later one that differs`() async throws
    {
        let (store, users) = try await shop()
        let admins = try store.define("byRole", for: String.self) { ctx, role in
            try ctx[users].where(["role": .string(role)]).count()
        }
        let seen = Seen<Int>()
        let subscription = try await store.subscribe(admins, "admin") { seen.add($0.value) }
        try await store.settle()
        #expect(seen.values == [0])
        try await users.insert(["id": 1, "role": "admin"])
        try await store.settle()
        try await users.insert(["id": 2, "role": "user"])
        try await store.settle()
        #expect(seen.values == [0, 1])
        #expect(store.queries().map(\.runs) == [2])
        subscription.cancel()
        try await users.insert(["id": 3, "role": "admin"])
        try await store.settle()
        #expect(seen.values == [0, 1])
        await store.stop()
    }

    @Test func `a sequence shows the present result first`() async throws {
        let (store, users) = try await shop()
        try await users.insert(["id": 1, "role": "admin"])
        let live = store.live { ctx in try ctx[users].count() }
        var updates = live.makeAsyncIterator()
        #expect(try await updates.next()?.value == 1)
        let position = try await users.insert(["id": 2]).version
        let update = try await updates.next()
        #expect(update?.value == 2 && update?.position == store.position && position == 1)
        await store.stop()
        #expect(try await updates.next() == nil)
    }

    @Test func `an error of the first run is thrown, and a later one is an element`() async throws {
        struct Broken: Error {}
        let (store, users) = try await shop()
        let query = try store.define("firstName") { ctx -> String in
            guard let name = try ctx[users].first()?["name"].string else { throw Broken() }
            return name
        }
        await #expect(throws: Broken.self) { try await store.subscribe(query) { _ in } }
        try await users.insert(["id": 1, "name": "Ann"])
        var updates = store.live(query).makeAsyncIterator()
        #expect(try await updates.next()?.value == "Ann")
        try await users.delete(1)
        let failed = try await updates.next()
        #expect(failed?.error is Broken && failed?.value == "Ann")
        try await users.insert(["id": 2, "name": "Ann"])
        let mended = try await updates.next()
        #expect(mended?.error == nil && mended?.value == "Ann")
        await store.stop()
    }

    @Test func `every commit is shown by itself where that is asked for`() async throws {
        let (store, users) = try await shop()
        let live = store.live(coalescing: .everyCommit) { ctx in try ctx[users].count() }
        var updates = live.makeAsyncIterator()
        #expect(try await updates.next()?.value == 0)
        for id in 1...50 { try await users.insert(["id": .integer(Int64(id))]) }
        for count in 1...50 { #expect(try await updates.next()?.value == count) }
        await store.stop()
    }

    @Test func `a throttled query is run at once, and then at the end of its interval`()
        async throws
    {
        let (store, users) = try await shop()
        let live = store.live(coalescing: .throttle(.seconds(1))) { ctx in try ctx[users].count() }
        var updates = live.makeAsyncIterator()
        #expect(try await updates.next()?.value == 0)
        for id in 1...5 { try await users.insert(["id": .integer(Int64(id))]) }
        try await store.settle()
        #expect(try await updates.next()?.value == 5)
        #expect(live.status?.runs == 2)
        await store.stop()
    }

    @Test func `a query that names a bucket recovers when that is defined`() async throws {
        let (store, _) = try await shop()
        let live = store.live { ctx in (try? ctx.bucket("orders").count()) ?? -1 }
        var updates = live.makeAsyncIterator()
        #expect(try await updates.next()?.value == -1)
        let orders = try await store.defineBucket("orders", key: "id", schema: ["id": .integer])
        #expect(try await updates.next()?.value == 0)
        try await orders.insert(["id": 1])
        #expect(try await updates.next()?.value == 1)
        try await store.dropBucket("orders")
        #expect(try await updates.next()?.value == -1)
        await store.stop()
    }
}
