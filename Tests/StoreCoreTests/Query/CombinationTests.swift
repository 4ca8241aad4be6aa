import Testing

@testable import StoreCore

/// Queries that one index answers badly and several answer well.
@Suite struct `Combined indexes` {
    /// Ten thousand records: `a` and `b` have a hundred values each, every pair of them once;
    /// `c` has ten.
    private static func bucket(
        indexes: [IndexDefinition] = ["a", "b", "c"]
    ) async throws -> DynamicBucket {
        let bucket = try await Store.start().defineBucket(
            "grid", key: "id",
            schema: ["id": .integer, "a": .integer, "b": .integer, "c": .integer, "d": .integer],
            indexes: indexes)
        try await bucket.insertMany(
            (0..<10_000).map { number in
                // In no index's order.
                let id = number * 7_919 % 10_000
                return [
                    "id": .integer(Int64(id)), "a": .integer(Int64(id % 100)),
                    "b": .integer(Int64(id / 100)), "c": .integer(Int64(id / 10 % 10)),
                    "d": .integer(Int64(id % 7)),
                ]
            })
        return bucket
    }

    @Test func `are intersected, and only records that all of them find are looked at`()
        async throws
    {
        let bucket = try await Self.bucket()
        let query = bucket.where(.field("a") == 21 && .field("b") == 34)
        let explanation = try query.explain()
        #expect(explanation.access == .intersection([["a"], ["b"]]))
        #expect(explanation.rowsExamined == 1)
        #expect(try query.all().ids == [3_421])
        #expect(explanation.description.hasPrefix(#"intersection of "a" and "b" for "#))
        let ranges = bucket.where(
            .field("a").between(10, 14) && .field("b") < 5 && .field("d") == 3)
        #expect(try ranges.explain().rowsExamined == 25)
        #expect(try ranges.all().ids == (try Self.scanned(ranges)))
    }

    @Test func `are not intersected where one is as good alone`() async throws {
        let bucket = try await Self.bucket()
        let narrow = bucket.where(.field("id") >= 0 && .field("a") == 5 && .field("c") < 9)
        #expect(try narrow.explain().access == .index(["a"]))
        let compound = try await Self.bucket(indexes: ["a", "b", ["a", "b"]])
        let pair = compound.where(.field("a") == 21 && .field("b") == 34)
        #expect(try pair.explain().access == .index(["a", "b"]))
        #expect(try pair.explain().rowsExamined == 1)
    }

    @Test func `are united, and each record is looked at once`() async throws {
        let bucket = try await Self.bucket()
        let query = bucket.where(.field("a") == 21 || .field("b") == 34)
        let explanation = try query.explain()
        #expect(explanation.access == .union([["a"], ["b"]]))
        #expect(explanation.rowsExamined == 199)
        #expect(try query.all().ids == (try Self.scanned(query)))
    }

    @Test func `count without a look at any record`() async throws {
        let bucket = try await Self.bucket()
        for (predicate, count) in [
            (.field("a") < 10 && .field("b") < 10, 100),
            (.field("a") == 21 || .field("b") == 34, 199),
            (.field("a") == 21 || .field("b") == 34 || .field("id") == 0, 200),
        ] as [(Predicate, Int)] {
            let (found, examined) = try bucket.where(predicate).run(
                "count", need: .none, reading: .none
            ) { run in
                let found = run.execution.count(run.window)
                return ((found, run.execution.examined), nil)
            }
            #expect(found == count)
            #expect(examined == 0)
        }
    }

    @Test func `come in any order, in windows and in pages`() async throws {
        let bucket = try await Self.bucket()
        let conditions: [Predicate] = [
            .field("a") < 4 && .field("b") < 4, .field("a") == 3 || .field("b") == 4,
        ]
        for condition in conditions {
            let query = bucket.where(condition)
            let rows = try Self.scanned(query)
            #expect(try query.offset(3).limit(5).all().ids == Array(rows[3..<8]))
            var cursor = try query.page(limit: 6).nextCursor
            #expect(try query.page(after: cursor, limit: 6).records.ids == Array(rows[6..<12]))
            let byValue = query.order(by: "d", .descending).order(by: "id")
            let sorted = try byValue.all()
            #expect(sorted.map { $0["d"] } == sorted.map { $0["d"] }.sorted().reversed())
            #expect(Set(sorted.ids) == Set(rows))
            cursor = try byValue.page(limit: 6).nextCursor
            #expect(
                try byValue.page(after: cursor, limit: 6).records.ids
                    == Array(sorted.ids[6..<12]))
        }
    }

    @Test func `leave a walk in order alone where few are wanted`() async throws {
        let bucket = try await Self.bucket()
        let query = bucket.where(.field("a") >= 50 && .field("b") >= 50).order(by: "a").limit(3)
        #expect(try query.explain().access == .index(["a"]))
        #expect(try !query.explain().isSorted)
    }

    @Test func `put rows far apart together too`() {
        let rows: [RowID] = [9, 1 << 40, 3, 1 << 40, 9, 1 << 50]
        #expect(rows.inOrder() == [3, 9, 1 << 40, 1 << 50])
        #expect(([5, 5, 4] as [RowID]).inOrder() == [4, 5])
        #expect(([4, 5, 6] as [RowID]).inOrder() == [4, 5, 6])
        #expect(([] as [RowID]).inOrder() == [])
    }

    /// The ids of the records that match, found without any index.
    private static func scanned(_ query: Query) throws -> [Int] {
        let predicate = query.predicate
        return try query.source.withView { view, _ in
            let layout = view.layout
            let compiled = try PredicateCompiler.compile(predicate, for: layout)
            var ids: [Int] = []
            view.scanRows(from: nil, ascending: true) { record in
                if compiled.matches(record), let id = record.values[0].int { ids.append(id) }
                return true
            }
            return ids
        }
    }
}
