import StoreCore
import StoreTesting
import Testing

/// Two hundred records of which `k7`, `k40` and `k41` have code `x` while a write is under way.
@Suite struct `A unique value in several hands` {
    private static let holders: [Key] = ["k7", "k40", "k41"]

    private static func withRepeated<R>(
        _ body: (WritableBucket) throws -> R
    ) async throws -> R {
        let depot = try await Depot()
        try await depot.items.insertMany(
            (0..<200).map { Depot.record("k\($0)", rank: $0 % 50) })
        try await depot.items.update("k40", ["code": "x"])
        return try await depot.store.write { tx in
            let items = try tx[depot.items]
            try items.update("k41", ["code": "x"])
            try items.update("k7", ["code": "x"])
            let result = try body(items)
            try items.update("k40", ["code": "code-k41"])
            try items.update("k7", ["code": "code-k7"])
            return result
        }
    }

    private static let predicates: [Predicate] = [
        .field("code") == "x",
        .field("code") == "x" && .field("rank") >= 0,
        .field("code") == "x" || .field("id") == "k7",
        .field("code") == "x" || .field("code") == "code-none",
        (.field("code") == "x" || .field("id") == "none") && .field("score") < 1_000,
        .field("code").isIn(["x", "code-none"]),
    ]

    @Test(arguments: predicates) func `finds all of them, in order of insertion`(
        predicate: Predicate
    ) async throws {
        let (found, count) = try await Self.withRepeated { items in
            let query = items.where(predicate)
            return (try query.all().map(\.key), try query.count())
        }
        #expect(found == Self.holders)
        #expect(count == 3)
    }

    @Test(arguments: predicates) func `finds them in the order asked for, in pages and windows`(
        predicate: Predicate
    ) async throws {
        try await Self.withRepeated { items in
            let query = items.where(predicate).order(by: "rank", .descending)
            #expect(try query.all().map(\.key) == ["k41", "k40", "k7"])
            #expect(try query.offset(1).first()?.key == "k40")
            let page = try query.page(limit: 2)
            #expect(page.records.map(\.key) == ["k41", "k40"])
            #expect(try query.page(after: page.nextCursor, limit: 2).records.map(\.key) == ["k7"])
        }
    }

    @Test func `is found without a look at the other records`() async throws {
        let examined = try await Self.withRepeated { items in
            [
                try items.where(["code": "x"]).explain(),
                try items.where(.field("code") == "x" || .field("id") == "k9").explain(),
                try items.where(["code": "code-k9"]).explain(),
            ].map(\.rowsExamined)
        }
        #expect(examined == [3, 4, 1])
    }

    @Test func `is left in one when the write ends`() async throws {
        let depot = try await Depot.filled("ab")
        try await depot.store.write { tx in
            let items = try tx[depot.items]
            try items.update("a", ["code": "code-b"])
            #expect(try items.where(["code": "code-b"]).count() == 2)
            try items.update("b", ["code": "code-a"])
            #expect(try items.where(["code": "code-b"]).all().map(\.key) == ["a"])
        }
        #expect(try depot.items.where(["code": "code-b"]).all().map(\.key) == ["a"])
    }
}
