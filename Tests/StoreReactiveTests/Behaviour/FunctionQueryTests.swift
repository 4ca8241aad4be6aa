import StoreCore
import StoreReactive
import StoreTesting
import Testing

struct FunctionQueryTests {
    let clock = ManualClock()

    private func shop(_ options: StoreOption...) async throws -> (Store, DynamicBucket) {
        let store = try await Store.start("t", [.clock(clock)] + options)
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

    @Test func `a throttled query is run at the end of its interval, and at once for who settles`()
        async throws
    {
        let (store, users) = try await shop()
        let live = store.live(coalescing: .throttle(.seconds(1))) { ctx in try ctx[users].count() }
        var updates = live.makeAsyncIterator()
        #expect(try await updates.next()?.value == 0)
        for id in 1...5 { try await users.insert(["id": .integer(Int64(id))]) }
        clock.advance(by: .seconds(1))
        #expect(try await updates.next()?.value == 5)
        #expect(live.status?.runs == 2)
        try await users.insert(["id": 6])
        try await store.settle()
        #expect(try await updates.next()?.value == 6)
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

    @Test func `equal parameters share one evaluation`() async throws {
        let (store, users) = try await shop()
        let query = try store.define("byRole", for: String.self) { ctx, role in
            try ctx[users].where(["role": .string(role)]).count()
        }
        let seen = Seen<Int>()
        for _ in 0..<3 { try await store.subscribe(query, "admin") { seen.add($0.value) } }
        try await store.subscribe(query, "user") { _ in }
        try await users.insert(["id": 1, "role": "admin"])
        try await store.settle()
        #expect(store.queries().map(\.subscribers) == [3, 1])
        #expect(store.queries().map(\.runs) == [2, 1])
        #expect(seen.values.count { $0 == 1 } == 3)
        await store.stop()
    }

    @Test func `a commit while a query runs makes it run again`() async throws {
        let (store, users) = try await shop()
        let gate = Gate()
        let live = store.live { ctx -> [Int] in
            let before = try ctx[users].count()
            await gate.pass()
            return [before, try ctx[users].count()]
        }
        var updates = live.makeAsyncIterator()
        await gate.isReached()
        try await users.insert(["id": 1])
        await gate.open()
        #expect(try await updates.next()?.value == [0, 0])
        #expect(try await updates.next()?.value == [1, 1])
        await store.stop()
    }

    @Test(arguments: [Coalescing.latest, .everyCommit])
    func `a commit to what a run is only about to read is not missed`(rate: Coalescing)
        async throws
    {
        let (store, users) = try await shop()
        let notes = try await store.defineBucket("notes", key: "id", schema: ["id": .integer])
        let gate = Gate()
        let seen = Seen<Int>()
        let live = store.live(coalescing: rate) { ctx -> Int in
            guard try ctx[users].contains(1) else { return -1 }
            await gate.pass()
            return try ctx[notes].count()
        }
        try await live.subscribe { seen.add($0.value) }
        try await users.insert(["id": 1])
        await gate.isReached()
        // Nobody has read of this bucket so far.
        try await notes.insert(["id": 1])
        await gate.open()
        try await store.settle()
        #expect(seen.values == [-1, 0, 1])
        await store.stop()
    }

    @Test func `a slow handler is shown the latest result, and nothing after it was cancelled`()
        async throws
    {
        let (store, users) = try await shop()
        let gate = Gate()
        let seen = Seen<Int>()
        let live = store.live { ctx in try ctx[users].count() }
        let subscription = try await live.subscribe { update in
            seen.add(update.value)
            await gate.pass()
        }
        await gate.isReached()
        for id in 1...9 { try await users.insert(["id": .integer(Int64(id))]) }
        var updates = live.makeAsyncIterator()
        while try await updates.next()?.value != 9 {}
        await gate.open()
        try await store.settle()
        #expect(seen.values == [0, 9])
        await subscription.cancelAndWait()
        #expect(!subscription.isActive)
        try await users.insert(["id": 10])
        try await store.settle()
        #expect(seen.values == [0, 9])
        await store.stop()
    }

    @Test(arguments: [Coalescing.latest, .everyCommit])
    func `what waits for a slow handler is not delivered after cancel`(rate: Coalescing)
        async throws
    {
        let (store, users) = try await shop()
        let gate = Gate()
        let seen = Seen<Int>()
        let live = store.live(coalescing: rate) { ctx in try ctx[users].count() }
        let subscription = try await live.subscribe { update in
            seen.add(update.value)
            await gate.pass()
        }
        await gate.isReached()
        for id in 1...3 { try await users.insert(["id": .integer(Int64(id))]) }
        var updates = live.makeAsyncIterator()
        while try await updates.next()?.value != 3 {}
        subscription.cancel()
        await gate.open()
        try await store.settle()
        #expect(seen.values == [0])
        await store.stop()
    }

    @Test func `a definition is unique, and ends those who watch it`() async throws {
        let (store, users) = try await shop()
        let query = try store.define("all") { ctx in try ctx[users].count() }
        #expect(throws: LiveQueryError(query: "all", reason: .alreadyDefined)) {
            try store.define("all") { _ in 0 }
        }
        var updates = store.live(query).makeAsyncIterator()
        _ = try await updates.next()
        #expect(store.undefine("all"))
        await #expect(throws: LiveQueryError(query: "all", reason: .notDefined)) {
            try await updates.next()
        }
        await #expect(throws: LiveQueryError(query: "all", reason: .notDefined)) {
            try await store.run(query)
        }
        #expect(!store.undefine("all"))
        await store.stop()
    }

    @Test func `a query cannot write`() async throws {
        let (store, users) = try await shop()
        let live = store.live { _ in try await users.insert(["id": 1]).version }
        await #expect(throws: StoreError.self) { try await live.subscribe { _ in } }
        #expect(try users.count() == 0)
        await store.stop()
    }

    @Test func `states that have been shown are not held`() async throws {
        let (store, users) = try await shop()
        let live = store.live(coalescing: .everyCommit) { ctx in try ctx[users].count() }
        let subscription = try await live.subscribe { _ in }
        for id in 1...20 {
            try await users.insert(["id": .integer(Int64(id))])
            try await store.settle()
        }
        #expect(try store.stats().snapshots.positions == 0)
        subscription.cancel()
        await store.stop()
    }

    @Test func `a handler may settle, and may stop the store`() async throws {
        let (store, users) = try await shop()
        let live = store.live { ctx in try ctx[users].count() }
        let seen = Seen<Int>()
        try await live.subscribe { update in
            async let one: Void = store.settle()
            async let other: Void = store.settle()
            _ = try await (one, other)
            seen.add(update.value)
            if update.value == 1 { await store.stop() }
        }
        var updates = live.makeAsyncIterator()
        try await store.settle()
        try await users.insert(["id": 1])
        while try await updates.next() != nil {}
        await store.stop()
        #expect(seen.values == [0, 1])
    }

    @Test func `a handler that feeds its own query does not settle`() async throws {
        let (store, users) = try await shop(.causes(max: 50))
        let live = store.live { ctx in try ctx[users].count() }
        try await live.subscribe { update in
            try await users.insert(["id": .integer(Int64(update.value))])
        }
        await #expect {
            try await store.settle()
        } throws: { error in
            "\(error)".contains("query:query")
        }
        await store.stop()
    }

    @Test func `a result that holds on to a live query may go at any time`() async throws {
        let (store, users) = try await shop()
        final class Holder: Sendable {
            let live: Live<Int>
            init(_ live: Live<Int>) { self.live = live }
        }
        let outer = store.live(coalescing: .everyCommit, removingDuplicates: { _, _ in false }) {
            ctx in
            _ = try ctx[users].count()
            return Holder(store.live { ctx in try ctx[users].count() })
        }
        var updates = outer.makeAsyncIterator()
        _ = try await updates.next()
        for id in 1...100 { try await users.insert(["id": .integer(Int64(id))]) }
        for _ in 1...100 { _ = try await updates.next() }
        await store.stop()
    }
}
