import StoreCore
import Testing

/// What a query costs must follow what it returns, not how many records there are.
///
/// Counted, not timed.
@Suite struct `Counted work` {
    static let indexes: [IndexDefinition] = ["role", "age", ["role", "age"]]

    /// Records examined by `query` among 500 records and among 5 000.
    private func examined(_ query: (DynamicBucket) -> Query) async throws -> [Int] {
        var examined: [Int] = []
        for count in [500, 5_000] {
            let people = try await People.many(count, indexes: Self.indexes)
            examined.append(try query(people.bucket).explain().rowsExamined)
        }
        return examined
    }

    @Test func `of a narrow range is flat`() async throws {
        #expect(try await examined { $0.where(.field("age").between(100, 119)) } == [20, 20])
        #expect(
            try await examined { $0.where(.field("role") == "r3" && .field("age") < 100) } == [
                10, 10,
            ])
        #expect(try await examined { $0.where(["id": 77, "role": "r7"]) } == [1, 1])
    }

    @Test func `of the first few in an index's order is flat`() async throws {
        #expect(try await examined { $0.order(by: "age").limit(7) } == [7, 7])
        #expect(try await examined { $0.order(by: "age", .descending).limit(7) }[1] <= 20)
        #expect(
            try await examined { $0.where(["role": "r3"]).order(by: "age").limit(7) } == [7, 7])
        #expect(try await examined { $0.query.limit(7) } == [7, 7])
        #expect(try await examined { $0.where(["role": "r3"]).limit(7) } == [7, 7])
    }

    @Test func `of the last of long runs of equal values is flat`() async throws {
        #expect(try await examined { $0.order(by: "role", .descending).limit(7) } == [7, 7])
    }

    @Test func `of skipping is flat where an index has the order`() async throws {
        #expect(try await examined { $0.query.offset(400).limit(7) } == [7, 7])
        #expect(try await examined { $0.order(by: "age").offset(400).limit(7) } == [7, 7])
        #expect(
            try await examined { $0.order(by: "age", .descending).offset(400).limit(7) }[1] <= 20)
        #expect(
            try await examined { $0.order(by: "role", .descending).offset(45).limit(2) } == [2, 2])
    }

    @Test func `of counting by an index is nothing`() async throws {
        let people = try await People.many(1_000, indexes: Self.indexes).bucket
        #expect(try people.where(["role": "r3"]).count() == 100)
        // A predicate that would stop the program if it were asked about any record.
        let trap = Predicate.matching { _ in preconditionFailure("looked at a record") }
        #expect(try people.where(.none && trap).count() == 0)
        #expect(try people.where(.field("age") > 5_000 && trap).count() == 0)
    }
}
