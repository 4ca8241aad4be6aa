import StoreCore
import StoreReactive
import Testing

/// What query values make of what happens.
struct FollowingTests {
    @Test func `a list that has run out of rows is read anew, and goes through no commit twice`()
        async throws
    {
        let stall = try await Stall(200)
        let cheapest = stall.fruit.order(by: "price").limit(2).live()
        try await cheapest.subscribe { _ in }
        try await stall.store.write { context in
            let fruit = try context[stall.fruit]
            try fruit.insert(["id": 500, "price": 0])
            try fruit.deleteMany(where: .field("id") < 100)
        }
        #expect(try await stall.shown(by: cheapest)?.ids == [500, 100])
        await stall.store.stop()
    }

    @Test(arguments: [nil, 3, 1_000])
    func `an offset is taken off once`(limit: Int?) async throws {
        let stall = try await Stall(10)
        var query = stall.fruit.query.offset(4)
        if let limit { query = query.limit(limit) }
        let (list, count) = (query.live(), query.live(.count))
        var shown = list.makeAsyncIterator()
        var counted = count.makeAsyncIterator()
        #expect(try await shown.next()?.value.ids == query.all().map { $0["id"].int64 })
        #expect(try await counted.next()?.value == query.count())
        await stall.store.stop()
    }

    @Test(arguments: [nil, 10])
    func `groups say which of them have changed`(limit: Int?) async throws {
        let stall = try await Stall(3)
        try await stall.fruit.insert(["id": 9, "kind": "pear", "price": 1])
        var query = stall.fruit.query
        if let limit { query = query.limit(limit) }
        let groups = query.groupBy("kind").live(.sum("price"))
        var updates = groups.makeAsyncIterator()
        #expect(try await updates.next()?.delta().inserted == [0, 1])
        try await stall.fruit.update(9, ["price": 2])
        let delta = try await updates.next()?.delta()
        #expect(delta?.updated == [1])
        #expect(delta?.removed == [] && delta?.inserted == [] && delta?.moved == [])
        await stall.store.stop()
    }

    @Test(arguments: [nil, 10])
    func `a query that no record can match ends with its bucket too`(limit: Int?) async throws {
        let stall = try await Stall(3)
        var query = stall.fruit.where(.field("price") > Value.null)
        if let limit { query = query.limit(limit) }
        let total = query.live(.sum("price"))
        var updates = total.makeAsyncIterator()
        #expect(try await updates.next()?.value == 0)
        try await stall.store.dropBucket("fruit")
        await #expect(throws: StoreError.self) { try await updates.next() }
        await stall.store.stop()
    }

    @Test func `what does not depend on the order does not miss a field that it was by`()
        async throws
    {
        let stall = try await Stall()
        let stand = try await stall.store.defineBucket(
            "strict", key: "id", schema: ["id": .integer, "n": .integer, "rank": .integer], .strict)
        try await stand.insert(["id": 1, "n": 5])
        let query = stand.query.order(by: "rank")
        let (sum, groups) = (query.live(.sum("n")), query.groupBy("n").live(.count))
        var updates = (sum.makeAsyncIterator(), groups.makeAsyncIterator())
        _ = try await (updates.0.next(), updates.1.next())
        try await stall.store.updateBucket("strict", removing: ["rank"])
        try await stand.insert(["id": 2, "n": 6])
        #expect(try await updates.0.next()?.value == 11)
        #expect(try await updates.1.next()?.value.count == 2)
        await stall.store.stop()
    }

    @Test func `who settles waits until the end has been told`() async throws {
        let stall = try await Stall()
        let told = Seen<Int>()
        let live = stall.fruit.query.live(.count)
        // Takes long, as such things go.
        try await live.subscribe(onError: { _ in told.add((0..<200_000).reduce(0, &+)) }) { _ in }
        try await stall.store.settle()
        try await stall.store.dropBucket("fruit")
        try await stall.store.settle()
        #expect(told.values.count == 1)
        await stall.store.stop()
    }

    @Test func `queries by fields whose names have commas are told apart`() async throws {
        let stall = try await Stall(3)
        let (one, two) = (
            stall.fruit.query.groupBy("a, b").live(), stall.fruit.query.groupBy("a", "b").live()
        )
        var (ones, twos) = (one.makeAsyncIterator(), two.makeAsyncIterator())
        #expect(try await ones.next()?.value.first?.key.count == 1)
        #expect(try await twos.next()?.value.first?.key.count == 2)
        await stall.store.stop()
    }
}
