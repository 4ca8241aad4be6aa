import StoreCore
import StoreReactive
import Testing

struct LiveListTests {
    @Test func `a delta says what has been moved and what updated`() async throws {
        let stall = try await Stall(5)
        let live = stall.fruit.order(by: "price").live()
        var updates = live.makeAsyncIterator()
        #expect(try await updates.next()?.delta().inserted == [0, 1, 2, 3, 4])
        // Moved, and updated by that: its price is another.
        try await stall.fruit.update(0, ["price": 10])
        let moved = try #require(try await updates.next())
        #expect(moved.value.ids == [1, 2, 3, 4, 0])
        #expect(moved.delta().moved.map { [$0.from, $0.to] } == [[0, 4]])
        #expect(moved.delta().updated == [4])
        #expect(moved.delta().removed == [] && moved.delta().inserted == [])
        try await stall.fruit.update(3, ["kind": "pear"])
        let updated = try #require(try await updates.next()?.delta())
        #expect(updated.updated == [2])
        #expect(updated.moved == [] && updated.removed == [] && updated.inserted == [])
        await stall.store.stop()
    }

    @Test func `a delta says what enters and leaves the part that is asked for`() async throws {
        let stall = try await Stall(10)
        var updates = stall.fruit.order(by: "price").offset(2).limit(3).live().makeAsyncIterator()
        #expect(try await updates.next()?.value.ids == [2, 3, 4])
        try await stall.fruit.delete(0)
        let update = try #require(try await updates.next())
        #expect(update.value.ids == [3, 4, 5])
        #expect(update.delta().removed == [0] && update.delta().inserted == [2])
        #expect(update.delta().moved == [] && update.delta().updated == [])
        await stall.store.stop()
    }

    @Test func `a record that is deleted and inserted in one commit is the same element`()
        async throws
    {
        let stall = try await Stall(3)
        var updates = stall.fruit.query.live().makeAsyncIterator()
        _ = try await updates.next()
        try await stall.store.write { context in
            let fruit = try context[stall.fruit]
            try fruit.delete(0)
            try fruit.insert(["id": 0, "price": 9])
        }
        let update = try #require(try await updates.next())
        #expect(update.value.ids == [0, 1, 2])
        #expect(update.delta().updated == [0])
        #expect(update.delta().inserted == [] && update.delta().removed == [])
        await stall.store.stop()
    }

    @Test func `earlier results stay what they were`() async throws {
        let stall = try await Stall(200)
        let live = stall.fruit.order(by: "price", .descending).limit(100)
            .live(coalescing: .everyCommit)
        let seen = Seen<(list: LiveList<Record>, ids: [Int64])>()
        try await live.subscribe { seen.add(($0.value, $0.value.ids)) }
        for id in 0..<100 { try await stall.fruit.update(id, ["price": .integer(Int64(500 + id))]) }
        try await stall.store.settle()
        #expect(seen.values.count == 101)
        #expect(seen.values.allSatisfy { $0.list.ids == $0.ids })
        #expect(seen.values.first?.ids == (100..<200).reversed())
        await stall.store.stop()
    }

    @Test func `a delta between any two results leads from one to the other`() async throws {
        let stall = try await Stall(30)
        let live = stall.fruit.order(by: "price").live(coalescing: .everyCommit)
        let seen = Seen<LiveList<Record>>()
        try await live.subscribe { seen.add($0.value) }
        for id in 0..<10 { try await stall.fruit.update(id, ["price": .integer(Int64(40 - id))]) }
        for id in 10..<15 { try await stall.fruit.delete(id) }
        try await stall.store.settle()
        for one in seen.values {
            for other in seen.values {
                let made = other.delta(from: one).apply(to: Array(one), from: other)
                #expect(made == Array(other))
            }
        }
        await stall.store.stop()
    }

    @Test func `a delta between groups by different fields leads from one to the other`()
        async throws
    {
        let store = try await Store.start("t")
        let items = try await store.defineBucket(
            "items", key: "id", schema: ["id": .integer, "a": .integer, "b": .integer])
        for id in 1...6 {
            try await items.insert([
                "id": .integer(Int64(id)), "a": .integer(Int64(id % 2)),
                "b": .integer(Int64(id % 3)),
            ])
        }
        let (one, two) = (
            items.query.groupBy("a").live(.count), items.query.groupBy("a", "b").live(.count)
        )
        try await store.settle()
        let old = try #require(two.latest?.value)
        let new = try #require(one.latest?.value)
        #expect(new.delta(from: old).apply(to: Array(old), from: new) == Array(new))
        #expect(old.delta(from: new).apply(to: Array(new), from: old) == Array(old))
        await store.stop()
    }
}
