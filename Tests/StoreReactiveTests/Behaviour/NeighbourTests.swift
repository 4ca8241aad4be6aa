import StoreCore
import StoreTTL
import StoreTesting
import Testing

@testable import StoreReactive

/// What live queries leave to those beside them, and what they are left.
struct NeighbourTests {
    private func shop() async throws -> (Store, DynamicBucket) {
        let store = try await Store.start("t")
        let users = try await store.defineBucket(
            "users", key: "id", schema: ["id": .integer, "n": .integer], indexes: ["n"])
        try await users.insert(["id": 0, "n": 0])
        return (store, users)
    }

    /// Writes until it is told to end.
    private func writing(_ users: DynamicBucket) -> Task<Void, any Error> {
        Task.detached {
            while !Task.isCancelled {
                try await users.increment(0, "n", by: 1)
                await Task.yield()
            }
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: [Coalescing.latest, .throttle(.microseconds(1))])
    func `bodies are run beside who writes all the time`(rate: Coalescing) async throws {
        let (store, users) = try await shop()
        let lives = (0..<20).map { number in
            store.live(coalescing: rate) { ctx in
                try ctx.bucket("users").where(.field("n") >= .integer(Int64(number))).all()
                    .map(\.version)
            }
        }
        var updates = lives.map { $0.makeAsyncIterator() }
        let writer = writing(users)
        for _ in 0..<5 {
            for index in updates.indices { _ = try await updates[index].next() }
        }
        writer.cancel()
        try? await writer.value
        await store.stop()
    }

    @Test(.timeLimit(.minutes(2)))
    func `what follows from a commit is done beside who writes all the time`() async throws {
        let (store, users) = try await shop()
        let others = try await store.defineBucket("others", key: "id", schema: ["id": .integer])
        let seen = Seen<Int>()
        try await users.query.live(.sum("n")).subscribe { _ in }
        try await store.live { ctx in try ctx.bucket("users").all().count }.subscribe { _ in }
        try await others.query.live(.count).subscribe { seen.add($0.value) }
        let writer = writing(users)
        let component = try #require(store.component(named: "reactive"))
        for id in 1...5 {
            try await others.insert(["id": .integer(Int64(id))])
            try await component.drain(through: store.position)
            #expect(seen.values.last == id)
        }
        writer.cancel()
        try? await writer.value
        await store.stop()
    }

    @Test func `what is kept beside a body that hangs is bounded, and it counts as stale`()
        async throws
    {
        let (store, users) = try await shop()
        let gate = Gate()
        let live = store.live { ctx in
            let n = try ctx.bucket("users").get(0)?["n"].int64
            if n == 1 { await gate.pass() }
            return n ?? 0
        }
        try await live.subscribe { _ in }
        try await users.increment(0, "n", by: 1)
        await gate.isReached()
        let hub = try #require(LiveHub.existing(store))
        let kept = Seen<Int>()
        for _ in 0..<(KeptCommits.countMax + 1_000) {
            try await users.increment(0, "n", by: 1)
            kept.add(hub.locked { hub.machine.recent.commits.count })
        }
        #expect(kept.values.allSatisfy { $0 <= KeptCommits.countMax })
        await gate.open()
        try await store.settle()
        #expect(live.latest?.value == Int64(KeptCommits.countMax + 1_001))
        #expect(live.latest?.position == store.position)
        #expect(hub.locked { hub.machine.recent.isEmpty })
        await store.stop()
    }

    @Test(.timeLimit(.minutes(2)))
    func `who waits for a body and a handler that hang may go, and knows their names`()
        async throws
    {
        let (store, users) = try await shop()
        let (inBody, inHandler) = (Gate(), Gate())
        let body = try store.define("slow") { ctx in
            let n = try ctx.bucket("users").get(0)?["n"].int64 ?? 0
            if n > 0 { await inBody.pass() }
            return n
        }
        try await store.subscribe(body) { _ in }
        try await users.query.live(.sum("n")).subscribe(initial: .skip) { _ in
            await inHandler.pass()
        }
        try await users.increment(0, "n", by: 1)
        await inBody.isReached()
        await inHandler.isReached()
        let hub = try #require(LiveHub.existing(store))
        let position = store.position
        let waiting = Task { try await hub.drain(through: position) }
        while hub.locked({ hub.settlers.isEmpty }) { await Task.yield() }
        #expect(hub.awaited == ["a handler of query “users”", "the body of query “slow”"])
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(hub.locked { hub.settlers.isEmpty })
        await inBody.open()
        await inHandler.open()
        try await store.settle()
        #expect(hub.awaited.isEmpty)
        await store.stop()
    }

    @Test(.timeLimit(.minutes(2)))
    func `handlers that wait for each other's end go on`() async throws {
        let (store, users) = try await shop()
        let subscriptions = Seen<Subscription>()
        let gate = Gate()
        for other in [1, 0] {
            subscriptions.add(
                try await users.where(.field("n") > .integer(Int64(-other))).live(.sum("n"))
                    .subscribe(initial: .skip) { _ in
                        await gate.pass()
                        await subscriptions.values[other].cancelAndWait()
                    })
        }
        try await users.increment(0, "n", by: 1)
        await gate.isReached(by: 2)
        await gate.open()
        try await store.settle()
        #expect(subscriptions.values.allSatisfy { !$0.isActive })
        await store.stop()
    }

    @Test func `a store that is let go takes its subscriptions with it`() async throws {
        weak var gone: Store?
        do {
            let (store, users) = try await shop()
            gone = store
            try await users.query.live(.count).subscribe { _ in }
            try await users.order(by: "n").limit(3).live().subscribe { _ in }
            try await users.query.limit(3).live(.max("n")).subscribe { _ in }
            try await users.query.groupBy("n").live(.count).subscribe { _ in }
            try await users.query.livePage(limit: 3).subscribe { _ in }
            try await store.live { ctx in try ctx.bucket("users").count() }.subscribe { _ in }
            try await store.settle()
        }
        // Tasks that have ended may hold it for a moment.
        for _ in 0..<100_000 where gone != nil { await Task.yield() }
        #expect(gone == nil)
    }

    @Test func `of commits that are merged, the longest line of causes goes on`() async throws {
        let (store, users) = try await shop()
        let log = try await store.defineBucket("log", key: "id", schema: ["id": .integer])
        let gate = Gate()
        try await users.query.live(.sum("n")).subscribe(initial: .skip) { update in
            await gate.pass()
            try await log.insert(["id": update.value.int64.map(Value.integer) ?? 0])
        }
        let observer = RecordingObserver()
        let (registration, _) = try await store.attach(observer)
        defer { registration.cancel() }
        try await users.increment(0, "n", by: 1)
        await gate.isReached()
        let first = store.position
        let deep = Causation("c", cause: Causation("b", cause: Causation("a", cause: nil)))
        let early = Causation("early", position: first, cause: nil)
        for cause in [Causation("x", cause: nil), deep, early] {
            try await StoreContext.with({ $0.causation = cause }) {
                _ = try await users.increment(0, "n", by: 1)
            }
        }
        await gate.open()
        try await store.settle()
        let last = try #require(observer.commits.last)
        #expect(last.records.first?.bucket.name == "log")
        #expect(last.causation?.depth == 4 && last.causation?.cause?.label == "c")
        #expect(last.origin == first)
        await store.stop()
    }

    @Test(arguments: [Coalescing.latest, .everyCommit])
    func `what has expired is gone from results though nobody sweeps`(rate: Coalescing)
        async throws
    {
        let clock = ManualClock()
        let store = try await Store.start("t", .clock(clock), .expiry(checkInterval: .zero))
        let carts = try await store.defineBucket(
            "carts", key: "id", schema: ["id": .integer, "n": .integer], .ttl(.seconds(10)))
        try await carts.insert(["id": 1, "n": 1])
        var count = carts.query.live(.count, coalescing: rate).makeAsyncIterator()
        var list = carts.order(by: "n").limit(2).live(coalescing: rate).makeAsyncIterator()
        var body = store.live(coalescing: rate) { ctx in try ctx.bucket("carts").count() }
            .makeAsyncIterator()
        #expect(try await count.next()?.value == 1)
        #expect(try await list.next()?.value.count == 1)
        #expect(try await body.next()?.value == 1)
        clock.advance(by: .seconds(10))
        #expect(try await count.next()?.value == 0)
        #expect(try await list.next()?.value.isEmpty == true)
        #expect(try await body.next()?.value == 0)
        // A nearer deadline than the one that is waited for, and who settles.
        try await carts.insert(["id": 2, "n": 1])
        try await carts.insert(["id": 3, "n": 1], expiresIn: .seconds(1))
        try await store.settle()
        let live = carts.query.live(.count, coalescing: rate)
        try await live.subscribe { _ in }
        #expect(live.latest?.value == 2)
        clock.advance(by: .seconds(1))
        try await store.settle()
        #expect(live.latest?.value == 1)
        await store.stop()
    }
}
