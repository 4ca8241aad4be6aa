import StoreCore
import Testing

/// A predicate, and how records that satisfy it should be found.
struct AccessCase: Sendable, CustomTestStringConvertible {
    let predicate: Predicate
    let access: Explanation.Access
    let examined: Int

    init(_ predicate: Predicate, _ access: Explanation.Access, examined: Int) {
        self.predicate = predicate
        self.access = access
        self.examined = examined
    }

    var testDescription: String { predicate.description }
}

@Suite struct `Explanations` {
    /// For a thousand people: ids and ages 1 … 1000, roles r0 … r9 in turn.
    static let cases: [AccessCase] = [
        .init(.all, .scan, examined: 1_000),
        .init(.none, .nothing, examined: 0),
        .init(.field("age") < nil as Int?, .nothing, examined: 0),
        .init(.field("role").isIn([] as [Value]), .nothing, examined: 0),
        .init(.field("name") == "x", .scan, examined: 1_000),
        .init(.field("role") == "r1", .index(["role"]), examined: 100),
        .init(.field("age") == 5, .index(["age"]), examined: 1),
        .init(.field("age") > 990, .index(["age"]), examined: 10),
        .init(.field("age") > 700 && .field("age") <= 710, .index(["age"]), examined: 10),
        .init(.field("age") > 710 && .field("age") <= 700, .index(["age"]), examined: 0),
        .init(.field("age").between(11, 15), .index(["age"]), examined: 5),
        .init(.field("age").isIn([3, 5, 5, 2_000]), .index(["age"]), examined: 2),
        .init(.field("age") == 3 || .field("age") == 5, .index(["age"]), examined: 2),
        .init(.field("role") == nil, .index(["role"]), examined: 0),
        .init(.field("role").hasPrefix("r1"), .index(["role"]), examined: 100),
        .init(.field("email").hasPrefix("99"), .index(["email"]), examined: 11),
        .init(.field("id") == 7, .key, examined: 1),
        .init(.field("id") == 7 && .field("role") == "r1", .key, examined: 1),
        .init(.field("id").isIn([7, 8, 9_999]), .key, examined: 2),
        .init(.field("email") == "7@example.com", .unique(["email"]), examined: 1),
        // The best of several: the narrow range, not the wide equality.
        .init(.field("role") == "r1" && .field("age") > 990, .index(["role", "age"]), examined: 1),
        .init(
            .field("role").isIn(["r1", "r2"]) && .field("age") > 990, .index(["role", "age"]),
            examined: 2),
        .init(.field("role") == "r1" && .field("name") == nil, .index(["role"]), examined: 100),
        .init(!(.field("role") != "r1"), .index(["role"]), examined: 100),
        // What several indexes answer.
        .init(
            .field("role") == "r1" || .field("age") == 5, .union([["role"], ["age"]]),
            examined: 101),
        .init(
            .field("role") == "r1" || .field("id") == 5 || .field("email") == "6@example.com",
            .union([["role"], ["id"], ["email"]]), examined: 102),
        .init(.field("age") < 5 || .field("age") > 990, .union([["age"]]), examined: 14),
        .init(
            (.field("role") == "r1" || .field("age") == 5) && .field("name") == nil,
            .union([["role"], ["age"]]), examined: 101),
        .init(
            (.field("role") == "r1" && .field("age") > 990) || .field("age") < 3,
            .union([["role", "age"], ["age"]]), examined: 3),
        // What an index cannot answer.
        .init(.field("role") == "r1" || .field("name") == nil, .scan, examined: 1_000),
        .init(.field("role") != "r1" || .field("age") == 5, .scan, examined: 1_000),
        .init(.field("role") != "r1", .scan, examined: 1_000),
        .init(.matching { _ in true }, .scan, examined: 1_000),
    ]

    @Test(arguments: cases) func `tell how records were found`(example: AccessCase) async throws {
        let people = try await People.many(
            1_000, indexes: ["role", "age", ["role", "age"], "email"])
        let query = people.bucket.where(example.predicate)
        let explanation = try query.explain()
        #expect(explanation.access == example.access)
        #expect(explanation.rowsExamined == example.examined)
        #expect(explanation.rowsReturned == (try query.all().count))
        #expect(!explanation.isSorted)
    }

    @Test func `tell whether records were sorted`() async throws {
        let people = try await People.many(1_000, indexes: ["age", ["role", "age"]]).bucket
        let inOrder = [
            people.order(by: "age"), people.order(by: "age", .descending),
            people.order(by: "role").order(by: "age"),
            people.order(by: "role", .descending).order(by: "age", .descending),
            people.where(["role": "r1"]).order(by: "age"),
            people.where(["role": "r1"]).order(by: "age", .descending),
            people.where(["role": "r1"]).order(by: "role").order(by: "age"),
            people.where(.field("age") > 500).order(by: "age").limit(10),
            people.where(.field("role").isIn(["r1", "r2"])).order(by: "role").order(by: "age"),
            people.order(by: "role"),
        ]
        for query in inOrder { #expect(try !query.explain().isSorted) }
        let sorted = [
            people.order(by: "name"), people.order(by: "email"),
            people.order(by: "role").order(by: "age", .descending),
            people.where(.field("role").isIn(["r1", "r2"])).order(by: "age"),
        ]
        for query in sorted { #expect(try query.explain().isSorted) }
    }

    @Test func `a bucket in order of keys is read in that order`() async throws {
        let people = try await People.seven(order: .key).bucket
        let explanation = try people.explain()
        #expect(explanation.access == .index(["id"]))
        #expect(!explanation.isSorted)
    }

    @Test func `read like a sentence`() async throws {
        let people = try await People.many(100, indexes: ["role"]).bucket
        #expect(
            try people.where(["role": "r1"]).explain().description
                == #"index "role" for role == "r1": 10 examined, 10 returned"#)
        #expect(
            try people.where(.field("age") > 50).order(by: "email").explain().description
                == "scan for age > 50, sorted: 100 examined, 50 returned")
    }
}
