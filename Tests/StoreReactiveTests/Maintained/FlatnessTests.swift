import StoreCore
import Testing

@testable import StoreReactive

/// What a change costs a query value must not follow how many records there are.
///
/// Counted, not timed.
@Suite struct `Counted work of query values` {
    /// What is looked at in a change: records, by a predicate that counts, and how often all is read anew.
    private func work(
        _ count: Int, _ ask: (Query) -> Live<some Sendable>,
        _ change: (DynamicBucket) async throws -> Void
    ) async throws -> [Int] {
        let stall = try await Stall(count)
        let looks = Seen<Int>()
        let live = ask(
            stall.fruit.where(
                .matching {
                    looks.add(1)
                    return !$0["kind"].isNull
                }))
        try await live.subscribe { _ in }
        try await stall.store.settle()
        let first = looks.values.count
        #expect(first >= count)
        try await change(stall.fruit)
        try await stall.store.settle()
        let loads = live.maintainer?.loads ?? 0
        await stall.store.stop()
        return [looks.values.count - first, loads]
    }

    @Test func `of one that comes, changes and goes is flat`() async throws {
        func change(_ fruit: DynamicBucket) async throws {
            try await fruit.insert(["id": -1, "kind": "fig", "price": 3])
            try await fruit.update(-1, ["price": 30])
            try await fruit.update(5, ["price": 1, "kind": "pear"])
            try await fruit.delete(-1)
        }
        func expectFlat(_ ask: (Query) -> Live<some Sendable>) async throws {
            let works = try await [
                work(200, ask, change), work(2_000, ask, change),
            ]
            // Old and new image of each of the four changes, once; read once.
            #expect(works[0] == works[1])
            #expect(works[1][0] <= 8 && works[1][1] == 1)
        }
        try await expectFlat { $0.order(by: "price").live(coalescing: .everyCommit) }
        try await expectFlat { $0.order(by: "price").limit(7).live(coalescing: .everyCommit) }
        try await expectFlat { $0.live(.sum("price"), coalescing: .everyCommit) }
        try await expectFlat { $0.live(.max("price"), coalescing: .everyCommit) }
        try await expectFlat { $0.groupBy("kind").live(.avg("price"), coalescing: .everyCommit) }
    }

    @Test func `of a list with a limit is a look at all of it once for many that leave`()
        async throws
    {
        for count in [1_000, 3_000] {
            let work = try await work(
                count, { $0.order(by: "price").limit(5).live(coalescing: .everyCommit) }
            ) { fruit in
                for id in 0..<200 { try await fruit.delete(id) }
            }
            // 64 more than asked for are kept, then 128.
            #expect(work[1] == 3, "of \(count)")
        }
    }

    @Test(arguments: [100, 1_000])
    func `of what records are related to is that of the rows concerned`(count: Int) async throws {
        let stall = try await Stall(count)
        let stands = try await stall.stands(2)
        try await stall.fruit.updateMany(where: .all, ["stand": 1])
        for id in 0..<3 { try await stall.fruit.update(id, ["stand": 0]) }
        let rows = stall.fruit.query.with("stand").live()
        var updates = rows.makeAsyncIterator()
        _ = try await updates.next()
        try await stands.update(0, ["n": 1])
        #expect(try await updates.next()?.delta().updated == [0, 1, 2])
        let back = stands.query.with("fruit", by: "stand").live()
        var lists = back.makeAsyncIterator()
        _ = try await lists.next()
        try await stall.fruit.update(7, ["stand": 0])
        #expect(try await lists.next()?.delta().updated == [0, 1])
        #expect(rows.maintainer?.loads == 1 && back.maintainer?.loads == 1)
        await stall.store.stop()
    }
}
