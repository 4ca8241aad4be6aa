import StoreCore
import StoreReactive
import StoreTesting
import StoreTransactions
import Testing

struct QueryValueTests {
    // MARK: Asking

    @Test func `who asks for the same shares one evaluation`() async throws {
        let stall = try await Stall(10)
        func ask() -> Live<LiveList<Record>> {
            stall.fruit.where(["kind": "apple"]).order(by: "price").limit(3).live()
        }
        let (one, other) = (ask(), ask())
        let another = stall.fruit.where(["kind": "pear"]).order(by: "price").limit(3).live()
        try await stall.store.settle()
        #expect(stall.store.queries().map(\.subscribers) == [2, 1])
        #expect(one.latest?.value.ids == [0, 1, 2] && other.latest?.value.ids == [0, 1, 2])
        #expect(another.latest?.value.ids == [])
        await stall.store.stop()
    }

    @Test func `an order does not keep totals from being shared`() async throws {
        let stall = try await Stall(10)
        let one = stall.fruit.order(by: "price").live(.sum("price"))
        let other = stall.fruit.query.live(.sum("price"))
        try await stall.store.settle()
        #expect(stall.store.queries().count == 1)
        #expect(one.latest?.value == 45 && other.latest?.value == 45)
        await stall.store.stop()
    }

    @Test func `a query of a snapshot is not live`() async throws {
        let stall = try await Stall(1)
        let live = try stall.store.snapshot().bucket("fruit").query.live()
        await #expect(throws: LiveQueryError(query: "fruit", reason: .notLive)) {
            try await live.subscribe { _ in }
        }
        var updates = live.makeAsyncIterator()
        await #expect(throws: LiveQueryError(query: "fruit", reason: .notLive)) {
            try await updates.next()
        }
        #expect(try await updates.next() == nil)
        await stall.store.stop()
    }

    /// What is wrong with a query.
    static let wrong: [(QueryError.Reason, @Sendable (Query) -> Query)] = [
        (.negativeLimit, { $0.limit(-1) }), (.negativeOffset, { $0.offset(-1) }),
        (.negativeOffset, { $0.limit(2).offset(-1) }),
        (.unknownField, { $0.where(["colour": "red"]) }),
    ]

    @Test(arguments: wrong.indices)
    func `what is wrong with a query is thrown by its first use`(number: Int) async throws {
        let stall = try await Stall()
        let strict = try await stall.store.defineBucket(
            "strict", key: "id", schema: ["id": .integer, "n": .integer], .strict)
        let (reason, make) = Self.wrong[number]
        let query = make(strict.query)
        func expectFault<Value>(_ live: Live<Value>) async {
            await #expect {
                try await live.subscribe { _ in }
            } throws: {
                ($0 as? QueryError)?.reason == reason
            }
        }
        await expectFault(query.live())
        await expectFault(query.live(.count))
        await expectFault(query.live(.sum("n")))
        await expectFault(query.groupBy("n").live(.count))
        await stall.store.stop()
    }

    // MARK: Ending

    @Test func `it ends with its bucket, and not with another of its name`() async throws {
        let stall = try await Stall(1)
        let live = stall.fruit.query.live()
        var updates = live.makeAsyncIterator()
        _ = try await updates.next()
        try await stall.store.dropBucket("fruit")
        try await stall.store.defineBucket("fruit", key: "id", schema: ["id": .integer])
        await #expect {
            try await updates.next()
        } throws: {
            ($0 as? StoreError)?.reason == .bucketDropped("fruit")
        }
        #expect(try await updates.next() == nil)
        await #expect(throws: StoreError.self) { try await live.subscribe { _ in } }
        #expect(stall.store.queries().isEmpty)
        await stall.store.stop()
    }

    @Test func `rows recover when the bucket that they are related to is defined again`()
        async throws
    {
        let stall = try await Stall(1)
        func define() async throws -> DynamicBucket {
            try await stall.store.defineBucket("stands", key: "id", schema: ["id": .integer])
        }
        try await define().insert(["id": 7])
        try await stall.fruit.update(0, ["stand": 7])
        let live = stall.fruit.query.with("stand").live()
        var updates = live.makeAsyncIterator()
        #expect(try await updates.next()?.value.first?.related?["id"] == 7)
        try await stall.store.dropBucket("stands")
        let failed = try await updates.next()
        #expect((failed?.error as? StoreError)?.reason == .bucketNotDefined("stands"))
        #expect(failed?.value.first?.related?["id"] == 7)
        let stands = try await define()
        let mended = try await updates.next()
        #expect(mended?.error == nil && mended?.value.first?.record["id"] == 0)
        #expect(mended?.value.first.map { $0.related == nil } == true)
        try await stands.insert(["id": 7])
        #expect(try await updates.next()?.value.first?.related?["id"] == 7)
        await stall.store.stop()
    }

    // MARK: Failing

    @Test func `a sum that does not fit is an error, and is told again when it fits`() async throws
    {
        let stall = try await Stall(1)
        try await stall.fruit.update(0, ["price": .integer(.max)])
        var sums = stall.fruit.query.live(.sum("price")).makeAsyncIterator()
        #expect(try await sums.next()?.value == .integer(.max))
        try await stall.fruit.insert(["id": 1, "price": 1])
        let failed = try await sums.next()
        #expect((failed?.error as? QueryError)?.reason == .overflow)
        #expect(failed?.value == .integer(.max))
        try await stall.fruit.delete(1)
        let mended = try await sums.next()
        #expect(mended?.error == nil && mended?.value == .integer(.max))
        await stall.store.stop()
    }

    @Test func `one group whose sum does not fit is an error of all`() async throws {
        let stall = try await Stall(1)
        try await stall.fruit.update(0, ["price": .integer(.max)])
        var groups = stall.fruit.query.groupBy("kind").live(.sum("price")).makeAsyncIterator()
        #expect(try await groups.next()?.value.count == 1)
        try await stall.fruit.insert(["id": 1, "price": 1, "kind": "apple"])
        #expect((try await groups.next()?.error as? QueryError)?.reason == .overflow)
        try await stall.fruit.update(1, ["kind": "pear"])
        let mended = try await groups.next()
        #expect(mended?.error == nil)
        #expect(mended?.value.map { $0["sum(price)"] } == [.integer(.max), 1])
        #expect(mended?.delta().inserted == [1])
        await stall.store.stop()
    }

    // MARK: Delivering

    @Test func `an equal result is not delivered`() async throws {
        let stall = try await Stall(10)
        let (sums, counts) = (Seen<Value>(), Seen<Int>())
        let sum = stall.fruit.query.live(.sum("price"))
        try await sum.subscribe { sums.add($0.value) }
        try await stall.fruit.where(["kind": "apple"]).live(.count)
            .subscribe { counts.add($0.value) }
        try await stall.store.write { context in
            let fruit = try context[stall.fruit]
            try fruit.update(1, ["price": 2])
            try fruit.update(2, ["price": 1])
            try fruit.update(3, ["kind": "pear"])
            try fruit.insert(["id": 10, "kind": "apple"])
        }
        try await stall.store.settle()
        #expect(sums.values == [45] && counts.values == [10])
        #expect(sum.status?.runs == 2 && sum.status?.changes == 0)
        await stall.store.stop()
    }

    @Test func `a part behind the end of all records is delivered once`() async throws {
        let stall = try await Stall(3)
        let seen = Seen<Int>()
        let live = stall.fruit.query.offset(10).live()
        try await live.subscribe { seen.add($0.value.count) }
        try await stall.fruit.delete(1)
        try await stall.store.settle()
        #expect(seen.values == [0] && live.status?.runs == 2)
        await stall.store.stop()
    }

    @Test func `rows that are put together anew and are the same are not delivered`() async throws {
        let stall = try await Stall(200)
        let stands = try await stall.stands(1)
        try await stall.fruit.update(0, ["stand": 0])
        let query = stall.fruit.order(by: "price").limit(3)
        let (to, back) = (Seen<Int>(), Seen<Int>())
        let rate = Coalescing.throttle(.seconds(1))
        let rows = query.with("stand").live(coalescing: rate)
        try await rows.subscribe { to.add($0.value.count) }
        let lists = stands.query.with("fruit", by: "stand").live(coalescing: rate)
        try await lists.subscribe { back.add($0.value.count) }
        // All that was kept beyond the limit goes: the rest is read.
        try await stall.fruit.deleteMany(where: .field("price").between(3, 100))
        try await stall.fruit.insert(["id": 500, "price": 500, "stand": 0])
        try await stall.fruit.delete(500)
        try await stall.store.settle()
        #expect(rows.status?.runs == 2 && lists.status?.runs == 2)
        #expect(to.values == [3] && back.values == [1])
        await stall.store.stop()
    }

    @Test func `a transaction is one delivery`() async throws {
        let stall = try await Stall(10)
        let seen = Seen<[Int64]>()
        let live = stall.fruit.order(by: "price").limit(3).live(coalescing: .everyCommit)
        try await live.subscribe { seen.add($0.value.ids) }
        try await stall.store.transaction { tx in
            let fruit = try tx[stall.fruit]
            for id in 0..<3 { try fruit.update(id, ["price": .integer(Int64(100 - id))]) }
            try fruit.delete(3)
            try fruit.insert(["id": 20, "price": 0])
        }
        try await stall.store.settle()
        #expect(seen.values == [[0, 1, 2], [20, 4, 5]])
        await stall.store.stop()
    }

    /// A query, a change that does not concern it, and one that does.
    static let concerns:
        [(
            ask: @Sendable (DynamicBucket) -> Live<LiveList<Record>>,
            elsewhere: @Sendable (DynamicBucket) async throws -> Void
        )] = [
            (
                { $0.where(["kind": "apple"]).live() },
                { try await $0.insert(["id": 200, "kind": "fig"]) }
            ),
            ({ $0.where(.field("price") < 5).live() }, { try await $0.update(70, ["price": 80]) }),
            ({ $0.order(by: "price").limit(3).live() }, { try await $0.delete(98) }),
            ({ $0.where(["id": 4]).live() }, { try await $0.delete(5) }),
        ]

    @Test(arguments: concerns.indices)
    func `a change that does not concern it does not wake it`(number: Int) async throws {
        let stall = try await Stall(100, indexes: ["price"])
        let (ask, elsewhere) = Self.concerns[number]
        let live = ask(stall.fruit)
        try await live.subscribe { _ in }
        try await elsewhere(stall.fruit)
        try await stall.store.settle()
        #expect(live.status?.runs == 1 && live.status?.wakeUps == 0)
        try await stall.fruit.update(4, ["price": 1])
        try await stall.fruit.update(0, ["price": 2])
        try await stall.store.settle()
        #expect(live.status.map { $0.wakeUps > 0 } == true)
        await stall.store.stop()
    }

    // MARK: Deadlines

    @Test func `what shows a record shows a deadline that has moved alone`() async throws {
        let stall = try await Stall(4)
        let query = stall.fruit.order(by: "price")
        let cursor = try #require(try query.page(limit: 1).nextCursor)
        let (listed, paged, read) = (Seen<[Timestamp?]>(), Seen<[Timestamp?]>(), Seen<Timestamp>())
        let list = query.limit(3).live()
        try await list.subscribe { listed.add($0.value.map(\.expiresAt)) }
        let page = query.livePage(after: cursor, limit: 2)
        try await page.subscribe { paged.add($0.value.records.map(\.expiresAt)) }
        let body = stall.store.live { [fruit = stall.fruit] ctx in
            try ctx[fruit].get(1)?.expiresAt ?? .distantFuture
        }
        try await body.subscribe { read.add($0.value) }
        try await stall.store.settle()
        let deadline = stall.clock.now + .seconds(60)
        let later = deadline + .seconds(60)
        for deadline in [deadline, later] {
            try await stall.fruit.setDeadline(1, deadline)
            try await stall.store.settle()
        }
        #expect(listed.values == [[nil, nil, nil], [nil, deadline, nil], [nil, later, nil]])
        #expect(paged.values == [[nil, nil], [deadline, nil], [later, nil]])
        #expect(read.values == [.distantFuture, deadline, later])
        await stall.store.stop()
    }

    // MARK: Pages

    @Test func `a page stays where it is under insertions and deletions before it`() async throws {
        let stall = try await Stall(20)
        let query = stall.fruit.order(by: "price")
        let cursor = try #require(try query.page(limit: 5).nextCursor)
        let seen = Seen<[Int64]>()
        let page = query.livePage(after: cursor, limit: 3)
        try await page.subscribe { seen.add($0.value.records.compactMap { $0["id"].int64 }) }
        try await stall.fruit.insert(["id": 90, "price": 0])
        try await stall.fruit.delete(1)
        try await stall.fruit.delete(4)
        try await stall.store.settle()
        #expect(seen.values == [[5, 6, 7]])
        try await stall.fruit.delete(6)
        try await stall.store.settle()
        #expect(seen.values == [[5, 6, 7], [5, 7, 8]])
        await stall.store.stop()
    }
}
