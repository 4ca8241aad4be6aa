import StoreCore
import StoreTesting
import Testing

@Suite struct `Faulty queries` {
    private func refuse(
        _ reason: QueryError.Reason, _ body: @Sendable (DynamicBucket) async throws -> some Any
    ) async throws {
        let depot = try await Depot.filled("abc")
        let error = try await expectRefusal(QueryError.self, by: depot.store) {
            try await body(depot.items)
        }
        #expect(error.reason == reason)
    }

    @Test(arguments: [-1, Int.min]) func `a negative limit is refused everywhere`(limit: Int)
        async throws
    {
        try await refuse(.negativeLimit) { try $0.first(limit) }
        try await refuse(.negativeLimit) { try $0.last(limit) }
        try await refuse(.negativeLimit) { try $0.query.limit(limit).all() }
        try await refuse(.negativeLimit) { try $0.query.limit(limit).count() }
        try await refuse(.negativeLimit) { try $0.where(["role": "even"]).first(limit) }
        try await refuse(.negativeLimit) { try $0.page(limit: limit) }
        try await refuse(.negativeLimit) { try $0.order(by: "rank").page(limit: limit) }
        try await refuse(.negativeLimit) { try $0.overdue(limit: limit) }
        try await refuse(.negativeLimit) { try $0.oldest(limit: limit) }
        try await refuse(.negativeLimit) { try $0.query.limit(limit).sum("rank") }
        try await refuse(.negativeLimit) { try $0.query.limit(limit).groupBy("role").count() }
    }

    @Test(arguments: [-1, Int.min]) func `a negative offset is refused`(offset: Int) async throws {
        try await refuse(.negativeOffset) { try $0.query.offset(offset).all() }
        try await refuse(.negativeOffset) { try $0.query.offset(offset).explain() }
    }

    @Test(arguments: [
        "", "a", "nonsense!", "../../etc/passwd", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "é", "\0",
        String(repeating: "A", count: 100_000),
    ])
    func `a text that is no cursor is refused`(text: String) async throws {
        let depot = try await Depot.filled("abc")
        for query in [depot.items.query, depot.items.order(by: "rank")] {
            try await expectRefusal(QueryError.self, by: depot.store) {
                try query.page(after: Cursor(text), limit: 1)
            }
        }
    }

    @Test func `a cursor that was cut or changed never crashes`() async throws {
        let depot = try await Depot.filled("abc")
        let query = depot.items.order(by: "role").order(by: "score", .descending)
        let text = try #require(try query.page(limit: 1).nextCursor).description
        for end in text.indices {
            _ = try? query.page(after: Cursor(String(text[..<end])), limit: 1)
            var changed = text
            changed.replaceSubrange(end...end, with: text[end] == "A" ? "B" : "A")
            _ = try? query.page(after: Cursor(changed), limit: 1)
        }
        #expect(try depot.items.count() == 3)
    }

    @Test func `a cursor of another order is refused`() async throws {
        let depot = try await Depot.filled("abc")
        let cursor = try #require(try depot.items.order(by: "rank").page(limit: 1).nextCursor)
        for query in [
            depot.items.query, depot.items.order(by: "rank", .descending),
            depot.items.order(by: "score"),
        ] {
            let error = try await expectRefusal(QueryError.self, by: depot.store) {
                try query.page(after: cursor, limit: 1)
            }
            #expect(error.reason == .cursorMismatch)
        }
    }

    @Test func `a write with a faulty predicate changes nothing`() async throws {
        let tooDeep = (0..<400).reduce(Predicate.field("rank") == 1) { predicate, level in
            level.isMultiple(of: 2)
                ? predicate && .field("role") == "x" : predicate || .field("role") == "y"
        }
        try await refuse(.tooDeep) { try await $0.deleteMany(where: tooDeep) }
        try await refuse(.tooDeep) { try await $0.updateMany(where: tooDeep, ["rank": 1]) }
    }
}
