import StoreTesting
import Testing

@testable import StoreCore

/// Equal values that look different: the one in the lowest row stands for the others.
@Suite struct `Of equal values` {
    static let indexSets: [[IndexDefinition]] = [
        [], ["n"], [["n", "x"]], ["x"], [["x", "n"]], [["kind", "n"]], [["kind", "n", "x"]],
        ["o", ["o", "x"]],
    ]

    private func bucket(_ indexes: [IndexDefinition]) async throws -> DynamicBucket {
        let store = try await Store.start("t", [.clock(ManualClock())])
        return try await store.defineBucket(
            "b", key: "id",
            schema: [
                "id": .integer, "n": .number, "x": .integer, "kind": .string, "o": .object,
            ], indexes: indexes)
    }

    /// What a scan of all records in the order of their rows finds first.
    private func expected(_ records: [Record], _ field: String) -> [Value] {
        var found: [Value] = []
        for record in records where !record[field].isNull && !found.contains(record[field]) {
            found.append(record[field])
        }
        return found.sorted()
    }

    private func expect(_ one: [Value?], _ other: [Value?], _ what: String) {
        #expect(one.count == other.count, "\(what)")
        for (one, other) in zip(one, other) {
            #expect((one ?? .null).isIdentical(to: other ?? .null), "\(what): \(one ?? .null)")
        }
    }

    @Test(arguments: indexSets, [1, 2] as [UInt64])
    func `that of the lowest row is shown, whatever the plan`(
        indexes: [IndexDefinition], seed: UInt64
    ) async throws {
        let bucket = try await bucket(indexes)
        var random = SeededRandom(seed)
        let numbers: [Value] = [0, 0.0, -0.0, 1, 1.0, 2.0, 2, 2.5]
        let objects: [Value] = [
            ["a": 1, "b": 2], ["b": 2.0, "a": 1], ["a": 1.0, "b": 2], ["a": -0.0],
        ]
        for id in 0..<200 {
            try await bucket.insert([
                "id": .integer(Int64(id)), "n": random.pick(numbers), "o": random.pick(objects),
                "x": .integer(Int64(random.below(50))), "kind": random.pick(["p", "q"]),
                "free": random.pick(numbers),
            ])
        }
        for _ in 0..<20 { try await bucket.delete(random.below(200)) }
        let queries: [(Query, (Record) -> Bool)] = [
            (bucket.query, { _ in true }),
            (bucket.where(.field("x") > 20), { $0["x"] > 20 }),
            (bucket.where(["kind": "p"]), { $0["kind"] == "p" }),
            (bucket.where(["n": 1]), { $0["n"] == 1 }),
            (bucket.where(.field("n").between(0, 1)), { $0["n"] >= 0 && $0["n"] <= 1 }),
            (
                bucket.where(["kind": "q"]).order(by: "x", .descending).limit(500),
                { $0["kind"] == "q" }
            ),
        ]
        let all = try bucket.all()
        for (number, (query, matches)) in queries.enumerated() {
            let records = all.filter(matches)
            for field in ["n", "o", "free"] {
                let what = "query \(number), \(field), seed \(seed)"
                let values = expected(records, field)
                expect(try query.distinct(field), values, "distinct of \(what)")
                expect([try query.min(field)], [values.first], "min of \(what)")
                expect([try query.max(field)], [values.last], "max of \(what)")
                let groups = try query.groupBy(field).count()
                expect(groups.map { $0[field] }, values, "groups of \(what)")
                let more = try query.groupBy("kind").aggregate(.min(field), .max(field))
                for group in more {
                    let values = expected(records.filter { $0["kind"] == group["kind"] }, field)
                    expect(
                        [group["min(\(field))"], group["max(\(field))"]],
                        [values.first, values.last], "extremes by group of \(what)")
                }
            }
        }
    }

    @Test func `another one is a change`() async throws {
        let bucket = try await bucket([])
        try await bucket.insert(["id": 1, "n": 1, "free": 0.0])
        #expect(try await bucket.update(1) { $0["n"] = 1.0 }["n"].isIdentical(to: 1.0))
        #expect(try await bucket.update(1) { $0["free"] = -0.0 }["free"].isIdentical(to: -0.0))
        #expect(try await bucket.update(1, ["n": 1])["n"].isIdentical(to: 1))
    }

    @Test func `that of a key stays`() async throws {
        let store = try await Store.start("t", [.clock(ManualClock())])
        let bucket = try await store.defineBucket("b", key: "id", schema: ["id": .number])
        try await bucket.insert(["id": 1])
        #expect(try await bucket.replace(1, with: ["id": 1.0])["id"].isIdentical(to: 1))
        #expect(try await bucket.update(1, ["id": 1.0])["id"].isIdentical(to: 1))
        #expect(try await bucket.upsert(["id": 1.0])["id"].isIdentical(to: 1))
    }
}
