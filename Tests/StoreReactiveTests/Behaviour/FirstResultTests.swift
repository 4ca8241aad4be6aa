import StoreCore
import StoreReactive
import StoreTesting
import Testing

/// Who subscribes is shown the result of that moment first, or everything after it.
struct FirstResultTests {
    private func shop() async throws -> (Store, DynamicBucket) {
        let store = try await Store.start("t")
        let users = try await store.defineBucket(
            "users", key: "id", schema: ["id": .integer(generated: .autoincrement)])
        return (store, users)
    }

    @Test(arguments: [Coalescing.latest, .everyCommit, .throttle(.milliseconds(1))])
    func `a write right after it takes nothing from the first result`(rate: Coalescing)
        async throws
    {
        for _ in 0..<50 {
            let (store, users) = try await shop()
            try await users.insert([:])
            let (bodies, values) = (Seen<Int>(), Seen<Int>())
            let body = store.live(coalescing: rate) { ctx in try ctx.bucket("users").count() }
            try await body.subscribe { bodies.add($0.value) }
            try await users.query.live(.count, coalescing: rate).subscribe { values.add($0.value) }
            try await users.insert([:])
            try await store.settle()
            #expect(bodies.values == [1, 2] && values.values.first == 1)
            #expect(values.values.last == 2)
            await store.stop()
        }
    }

    @Test(arguments: [Coalescing.latest, .everyCommit, .throttle(.milliseconds(1))])
    func `who skips the first result misses nothing after it`(rate: Coalescing) async throws {
        for _ in 0..<50 {
            let (store, users) = try await shop()
            let body = store.live(coalescing: rate) { ctx in try ctx.bucket("users").count() }
            let value = users.query.live(.count, coalescing: rate)
            try await body.subscribe { _ in }
            try await value.subscribe { _ in }
            try await store.settle()
            // Under way when the newcomers come.
            try await users.insert([:])
            let (bodies, values) = (Seen<Int>(), Seen<Int>())
            try await body.subscribe(initial: .skip) { bodies.add($0.value) }
            try await value.subscribe(initial: .skip) { values.add($0.value) }
            try await users.insert([:])
            try await store.settle()
            #expect(bodies.values.last == 2 && values.values.last == 2)
            await store.stop()
        }
    }

    @Test(arguments: [Coalescing.latest, .everyCommit])
    func `who comes during a run is shown the state of then, not a later one`(rate: Coalescing)
        async throws
    {
        let (store, users) = try await shop()
        let gate = Gate()
        let live = store.live(coalescing: rate) { ctx in
            let count = try ctx.bucket("users").count()
            if count > 0 { await gate.pass() }
            return count
        }
        try await live.subscribe { _ in }
        try await users.insert([:])
        await gate.isReached()
        try await users.insert([:])
        let (shown, later) = (Seen<Int>(), Seen<Int>())
        try await live.subscribe { shown.add($0.value) }
        try await live.subscribe(initial: .skip) { later.add($0.value) }
        try await users.insert([:])
        await gate.open()
        try await store.settle()
        #expect(shown.values == [2, 3])
        #expect(later.values == [3])
        await store.stop()
    }

    @Test func `many who come during one run are all shown the state of then`() async throws {
        let (store, users) = try await shop()
        let gate = Gate()
        let live = store.live { ctx in
            let count = try ctx.bucket("users").count()
            if count > 0 { await gate.pass() }
            return count
        }
        try await live.subscribe { _ in }
        try await users.insert([:])
        await gate.isReached()
        let shown = Seen<Int>()
        for _ in 0..<500 { try await live.subscribe { shown.add($0.value) } }
        await gate.open()
        try await store.settle()
        #expect(shown.values == Array(repeating: 1, count: 500))
        #expect(live.status?.runs == 2)
        await store.stop()
    }
}
