import StoreCore
import StoreReactive
import StoreTesting
import Testing

/// Live results show equal values as fresh ones do: as the lowest row spells them.
struct SpellingTests {
    private func expect(_ live: [Value?], _ fresh: [Value?], _ what: String) {
        #expect(live.count == fresh.count, "\(what)")
        for (live, fresh) in zip(live, fresh) {
            let (live, fresh) = (live ?? .null, fresh ?? .null)
            #expect(live.isIdentical(to: fresh), "\(what): \(live), not \(fresh)")
        }
    }

    @Test(arguments: ["n", "o", "free", "deep.n"], [1, 2] as [UInt64])
    func `a live value is spelt as a fresh one`(field: String, seed: UInt64) async throws {
        let store = try await Store.start("t", .clock(ManualClock()))
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .integer, "n": .number, "o": .object, "kind": .string])
        let query = bucket.query
        let least = query.live(.min(field))
        let greatest = query.live(.max(field))
        let different = query.live(.distinct(field))
        let groups = query.groupBy(field).live(.count)
        let extremes = query.groupBy("kind").live(.min(field), .max(field))
        var random = SeededRandom(seed)
        let numbers: [Value] = [0, 0.0, -0.0, 1, 1.0, .null]
        let objects: [Value] = [["a": 1, "b": 2], ["b": 2.0, "a": 1], ["a": -0.0], ["a": 0]]
        for step in 0..<120 {
            let id = random.below(8)
            let fields: Fields = [
                "id": .integer(Int64(id)), "n": random.pick(numbers), "o": random.pick(objects),
                "free": random.pick(numbers + objects), "deep": ["n": random.pick(numbers)],
                "kind": random.pick(["p", "q"]),
            ]
            if random.once(in: 3) {
                try await bucket.delete(id)
            } else {
                try await bucket.upsert(fields)
            }
            try await store.settle()
            let what = "step \(step), seed \(seed)"
            expect([least.latest.flatMap { $0.value }], [try query.min(field)], "min, \(what)")
            expect([greatest.latest.flatMap { $0.value }], [try query.max(field)], "max, \(what)")
            expect(
                different.latest.map { Array($0.value) } ?? [], try query.distinct(field),
                "distinct, \(what)")
            let fresh = try query.groupBy(field).count()
            expect(
                groups.latest?.value.map { $0[field] } ?? [], fresh.map { $0[field] },
                "groups, \(what)")
            let more = try query.groupBy("kind").aggregate(.min(field), .max(field))
            for (name, at) in [("min(\(field))", 0), ("max(\(field))", 1)] {
                expect(
                    extremes.latest?.value.map { $0[name] } ?? [], more.map { $0[name] },
                    "\(at) by group, \(what)")
            }
        }
        await store.stop()
    }
}
