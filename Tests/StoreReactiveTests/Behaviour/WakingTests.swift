import StoreCore
import StoreReactive
import StoreTTL
import StoreTesting
import StoreTransactions
import Testing

struct WakingTests {
    let clock = ManualClock()

    private func shop() async throws -> (store: Store, users: DynamicBucket) {
        let store = try await Store.start("t", .clock(clock))
        let users = try await store.defineBucket(
            "users", key: "id",
            schema: ["id": .integer, "role": .string, "name": .string, "age": .integer],
            indexes: ["age"])
        for id in 1...40 {
            try await users.insert([
                "id": .integer(Int64(id)), "role": "user", "age": .integer(Int64(id)),
            ])
        }
        return (store, users)
    }

    /// What of a bucket a query reads.
    enum Reading: CaseIterable {
        case key, absentKey, role, range, youngest, all, names

        func callAsFunction(_ users: TrackedReader) throws -> Int {
            switch self {
            case .key: try users.get(7)?["age"].int64.map(Int.init) ?? -1
            case .absentKey: try users.contains(99) ? 1 : 0
            case .role: try users.where(["role": "admin"]).count()
            case .range: try users.where(.field("age").between(10, 12)).count()
            case .youngest: try users.order(by: "age").limit(3).all().count
            case .all: try users.count()
            case .names: try users.query.select("name").all().count { !$0["name"].isNull }
            }
        }

        /// A change that does not concern it.
        func writeElsewhere(_ users: DynamicBucket) async throws {
            switch self {
            case .key, .absentKey: try await users.update(8, ["age": 70])
            case .role: try await users.update(8, ["name": "Ann"])
            case .range, .youngest: try await users.update(30, ["age": 70])
            case .all, .names: try await users.update(8, ["age": 70])
            }
        }

        /// A change that does.
        func writeThere(_ users: DynamicBucket) async throws {
            switch self {
            case .key: try await users.update(7, ["age": 70])
            case .absentKey: try await users.insert(["id": 99])
            case .role: try await users.update(8, ["role": "admin"])
            case .range: try await users.update(11, ["age": 70])
            case .youngest: try await users.delete(2)
            case .all: try await users.delete(8)
            case .names: try await users.update(8, ["name": "Ann"])
            }
        }
    }

    @Test(arguments: Reading.allCases)
    func `a query is woken by what it has read, and by nothing else`(_ reading: Reading)
        async throws
    {
        let (store, users) = try await shop()
        let live = store.live(removingDuplicates: { _, _ in false }) { ctx in
            try reading(try ctx[users])
        }
        try await live.subscribe { _ in }
        try await reading.writeElsewhere(users)
        try await store.settle()
        #expect(live.status?.runs == 1)
        try await reading.writeThere(users)
        try await store.settle()
        #expect(live.status?.runs == 2)
        #expect(live.status?.lastWake?.position == store.position)
        await store.stop()
    }

    @Test func `what a query depends upon follows from its last run`() async throws {
        let (store, users) = try await shop()
        let live = store.live { ctx in
            let users = try ctx[users]
            let next = try users.get(1)?["age"].int64 ?? 0
            return try users.get(next)?["name"].string ?? ""
        }
        try await live.subscribe { _ in }
        try await users.update(1, ["age": 5])
        try await store.settle()
        try await users.update(2, ["name": "nobody reads this"])
        try await store.settle()
        #expect(live.status?.runs == 2)
        try await users.update(5, ["name": "Eve"])
        try await store.settle()
        #expect(live.latest?.value == "Eve")
        await store.stop()
    }

    @Test func `a transaction is one wave, at one position`() async throws {
        let (store, users) = try await shop()
        let seen = Seen<Int>()
        let live = store.live { ctx in try ctx[users].where(["role": "admin"]).count() }
        try await live.subscribe { seen.add($0.value) }
        try await store.transaction { tx in
            for id in 1...5 { try tx[users].update(id, ["role": "admin"]) }
        }
        try await store.settle()
        #expect(seen.values.last == 5 && seen.values.count == 2)
        #expect(live.latest?.position == store.position)
        await store.stop()
    }

    @Test func `only later results are delivered where the first is skipped`() async throws {
        let (store, users) = try await shop()
        let seen = Seen<Int>()
        let live = store.live { ctx in try ctx[users].count() }
        try await live.subscribe(initial: .skip) { seen.add($0.value) }
        try await store.settle()
        #expect(seen.values.isEmpty)
        try await users.delete(1)
        try await store.settle()
        #expect(seen.values == [39])
        await store.stop()
    }

    @Test func `what expires is gone from the result`() async throws {
        let store = try await Store.start("t", .clock(clock))
        let carts = try await store.defineBucket(
            "carts", key: "id", schema: ["id": .integer], .ttl(.seconds(10)))
        try await carts.insert(["id": 1])
        var updates = store.live { ctx in try ctx[carts].count() }.makeAsyncIterator()
        #expect(try await updates.next()?.value == 1)
        clock.advance(by: .seconds(10))
        let update = try await updates.next()
        #expect(update?.value == 0 && update?.instant == clock.now)
        await store.stop()
    }

    @Test func `a handler that throws is told of, and is called again`() async throws {
        struct Broken: Error {}
        let (store, users) = try await shop()
        let (seen, errors) = (Seen<Int>(), Seen<String>())
        let live = store.live { ctx in try ctx[users].count() }
        try await live.subscribe(onError: { errors.add("\($0)") }) { update in
            seen.add(update.value)
            if update.value == 40 { throw Broken() }
        }
        try await store.settle()
        try await users.delete(1)
        try await store.settle()
        #expect(seen.values == [40, 39] && errors.values == ["Broken()"])
        await store.stop()
    }

    @Test func `a query that is run once is not kept`() async throws {
        let (store, users) = try await shop()
        let query = try store.define("older", for: Int64.self) { ctx, age in
            try ctx[users].where(.field("age") > age).count()
        }
        #expect(try await store.run(query, 30) == 10)
        #expect(store.queries().isEmpty)
        await store.stop()
    }

    @Test func `who comes is shown what was committed before`() async throws {
        let (store, users) = try await shop()
        let live = store.live { ctx in try ctx[users].count() }
        try await live.subscribe { _ in }
        for count in (0..<40).reversed() {
            try await users.delete(count + 1)
            var updates = live.makeAsyncIterator()
            #expect(try await updates.next()?.value == count)
        }
        await store.stop()
    }

    @Test func `nothing is kept of those who have left`() async throws {
        let (store, users) = try await shop()
        for _ in 0..<10 {
            let live = store.live { ctx in try ctx[users].get(1)?["age"].int64 ?? 0 }
            let subscription = try await live.subscribe { _ in }
            try await users.increment(1, "age", by: 1)
            try await store.settle()
            subscription.cancel()
        }
        #expect(store.queries().isEmpty)
        #expect(store.component(named: "reactive")?.statistics["queries"] == 0)
        await store.stop()
    }

    @Test func `a stopped store ends sequences, and refuses new ones`() async throws {
        let (store, users) = try await shop()
        let live = store.live { ctx in try ctx[users].count() }
        var updates = live.makeAsyncIterator()
        _ = try await updates.next()
        await store.stop()
        #expect(try await updates.next() == nil)
        await #expect(throws: StoreError(.stopped)) { try await live.subscribe { _ in } }
        var late = store.live { ctx in try ctx[users].count() }.makeAsyncIterator()
        await #expect(throws: StoreError(.stopped)) { try await late.next() }
        #expect(try await late.next() == nil)
    }

    @Test func `a cancelled task leaves its sequence`() async throws {
        let (store, users) = try await shop()
        let live = store.live { ctx in try ctx[users].count() }
        let gate = Gate()
        let task = Task {
            var count = 0
            for try await _ in live {
                count += 1
                await gate.pass()
            }
            return count
        }
        await gate.isReached()
        task.cancel()
        await gate.open()
        #expect(try await task.value == 1)
        #expect(live.status?.subscribers == 0)
        await store.stop()
    }
}
