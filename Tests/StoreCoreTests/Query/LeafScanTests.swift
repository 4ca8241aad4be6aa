import StoreCore
import Testing

/// Scans look at the records of a leaf, up to 32, all at once, and at most of them no further.
@Suite struct `Scans of whole leaves` {
    /// What the numbers are compared with: none of them is quite harmless.
    static let constants: [Value] = [
        2, 2.0, 1.5, 0, -0.0, .integer(.max), .integer(.min), .double(0x1p63), .double(-0x1p63),
        .integer(9_007_199_254_740_993), .double(9_007_199_254_740_992), .double(.infinity),
        .double(-.infinity), .date(Timestamp(microseconds: 2)), "2", nil, true,
    ]

    private static let numbers: [Value?] = [
        nil, 2, 2.0, .null, 1.5, 0, -0.0, 3, .integer(.max), .double(0x1p63), .integer(.min),
        .integer(9_007_199_254_740_993), .double(9_007_199_254_740_992), 2.5, 1,
    ]

    /// `count` records whose numbers are integers, doubles, null and missing in turn.
    private static func records(_ count: Int) -> [Fields] {
        (0..<count).map { id in
            var record: Fields = ["id": .integer(Int64(id)), "i": .integer(Int64(id % 5))]
            if let number = numbers[id * 7 % numbers.count] { record["n"] = number }
            if id % 4 > 0 { record["d"] = .date(Timestamp(microseconds: Int64(id % 4))) }
            if id % 3 > 0 { record["s"] = .string("\(id % 3)") }
            return record
        }
    }

    private static func bucket(_ records: [Fields]) async throws -> DynamicBucket {
        let bucket = try await Store.start().defineBucket(
            "b", key: "id",
            schema: ["id": .integer, "i": .integer, "n": .number, "d": .date, "s": .string])
        try await bucket.insertMany(records)
        return bucket
    }

    /// Conditions that begin with a comparison of `n`, and lead on whichever way it comes out.
    private static func conditions(_ constant: Value) -> [RandomCondition] {
        let comparisons: [RandomCondition] = [
            .equal("n", constant), .less("n", constant), .lessOrEqual("n", constant),
            .not(.equal("n", constant)), .not(.less("n", constant)),
            .not(.lessOrEqual("n", constant)), .between("n", constant, 3),
            .isIn("n", [constant, 3]),
        ]
        let dates = RandomCondition.less("d", .date(Timestamp(microseconds: 2)))
        return comparisons
            + comparisons.flatMap { first -> [RandomCondition] in
                [
                    .both(first, .equal("s", "1")), .either(first, .equal("s", "1")),
                    .both(.either(first, dates), .less("i", 3)),
                    .either(.both(first, dates), .equal("i", 4)),
                    .not(.either(first, .both(dates, .equal("s", "2")))),
                ]
            }
    }

    private func ids(_ records: some Sequence<Fields>) -> [Int] {
        records.compactMap { $0["id"].int }
    }

    @Test(arguments: [1, 31, 32, 33, 64, 100])
    func `find what each record says by itself`(count: Int) async throws {
        let records = Self.records(count)
        let bucket = try await Self.bucket(records)
        for constant in Self.constants {
            for condition in Self.conditions(constant) {
                let found = try bucket.where(condition.predicate).all().ids
                let expected = ids(records.filter { condition.holds(for: $0) })
                #expect(found == expected, "\(condition.predicate)")
            }
        }
    }

    @Test func `find nothing that equals or is ordered against what is no number`() async throws {
        let bucket = try await Self.bucket(Self.records(40))
        let nan = Value.double(.nan)
        for predicate in [
            Predicate.field("n") == nan, .field("n") < nan, .field("n") >= nan,
            .field("n").between(nan, 3), .field("i") == nan,
        ] {
            #expect(try bucket.where(predicate).count() == 0)
            #expect(try bucket.where(!predicate).count() == 40)
            #expect(try bucket.where(predicate || .field("i") == 1).count() == 8)
        }
    }

    /// Which of 100 records are left: leaves that begin late, end early, have gaps, or one record.
    static let sieves: [@Sendable (Int) -> Bool] = [
        { $0 % 32 >= 5 }, { $0 % 32 == 31 }, { $0 % 32 < 1 }, { $0 % 3 == 0 }, { $0 / 32 != 1 },
        { $0 == 63 || $0 == 64 }, { _ in false },
    ]

    @Test(arguments: sieves.indices)
    func `find the same where records have gone`(sieve: Int) async throws {
        let bucket = try await Self.bucket(Self.records(100))
        for id in 0..<100 where !Self.sieves[sieve](id) { try await bucket.delete(id) }
        let left = Self.records(100).filter { Self.sieves[sieve]($0["id"].int ?? -1) }
        for constant in [2, 1.5, 0] as [Value] {
            for condition in Self.conditions(constant) {
                let found = bucket.where(condition.predicate)
                let expected = ids(left.filter { condition.holds(for: $0) })
                #expect(try found.all().ids == expected, "\(condition.predicate)")
                #expect(try found.count() == expected.count)
                #expect(try found.explain().rowsExamined == left.count)
            }
        }
    }

    @Test func `go on in the midst of a leaf`() async throws {
        let records = Self.records(100)
        let bucket = try await Self.bucket(records)
        for condition in Self.conditions(2) {
            let expected = ids(records.filter { condition.holds(for: $0) })
            let query = bucket.where(condition.predicate)
            for shown in 0..<expected.count {
                let cursor = try query.page(limit: shown).nextCursor
                let page = try query.page(after: cursor, limit: 3)
                #expect(page.records.ids == Array(expected.dropFirst(shown).prefix(3)))
            }
        }
        // A cursor of another predicate stands between matches too.
        for shown in 1..<100 {
            let cursor = try bucket.page(limit: shown).nextCursor
            let page = try bucket.where(.field("i") == 3).page(after: cursor, limit: 100)
            #expect(page.records.ids == (shown..<100).filter { $0 % 5 == 3 })
        }
    }

    @Test func `stop at the last record that is wanted, and count no further`() async throws {
        let records = Self.records(100)
        let bucket = try await Self.bucket(records)
        for condition in Self.conditions(2) {
            let expected = ids(records.filter { condition.holds(for: $0) })
            for limit in 1...expected.count + 1 {
                let query = bucket.where(condition.predicate).limit(limit)
                let last = limit <= expected.count ? expected[limit - 1] + 1 : 100
                #expect(try query.explain().rowsExamined == last)
                #expect(try query.all().ids == Array(expected.prefix(limit)))
            }
            let skipping = bucket.where(condition.predicate).offset(2).limit(1)
            #expect(try skipping.all().ids == Array(expected.dropFirst(2).prefix(1)))
        }
    }

    /// Somebody's code is asked about a record when its turn comes, not with the rest of its leaf.
    @Test func `ask code about no record beyond the last one wanted`() async throws {
        let bucket = try await Self.bucket(Self.records(40))
        let code = Predicate.matching { record in
            if record["id"].int ?? 0 > 7 { Issue.record("asked about \(record.key)") }
            return record["id"] == 7
        }
        #expect(try bucket.where(code).first()?.key == 7)
        #expect(try bucket.where(.field("i") == 2 && code).limit(1).count() == 1)
    }
}
