import StoreCore
import Testing

/// Conditions and orders that ignore case, with and without an index that does.
@Suite struct `Queries that ignore case` {
    private static let names = [
        "bob", "Alice", "ALICE", "álvaro", "Bob", "alice", "Álvaro", "carl", "alicia", "Zoë", "zOË",
    ]
    static let indexSets: [[IndexDefinition]] = [
        [], ["name"], [.ignoringCase("name")], [[.ignoringCase("name"), "rank"]],
        [.index(.ignoringCase("name"), where: .field("name") != nil)],
    ]

    static func people(
        _ indexes: [IndexDefinition], more: Int = 0
    ) async throws -> DynamicBucket {
        let people = try await Store.start().defineBucket(
            "people", key: "id", schema: ["id": .integer, "name": .string, "rank": .integer],
            indexes: indexes)
        try await people.insertMany(
            names.enumerated().map { number, name in
                [
                    "id": .integer(Int64(number)), "name": .string(name),
                    "rank": .integer(Int64(number % 3)), "nick": .string(name),
                ]
            })
        try await people.insert(["id": 90, "rank": 1])
        try await people.insertMany(
            (0..<more).map { ["id": .integer(Int64(100 + $0)), "name": .string("other \($0)")] })
        return people
    }

    @Test(arguments: indexSets, ["name", "nick"])
    func `find text whatever its case`(indexes: [IndexDefinition], field: String) async throws {
        let people = try await Self.people(indexes)
        func ids(_ predicate: Predicate) throws -> [Int] { try people.where(predicate).all().ids }
        #expect(try ids(.field(field).equals("aLICE", ignoringCase: true)) == [1, 2, 5])
        #expect(try ids(.field(field).equals("ÁLVARO", ignoringCase: true)) == [3, 6])
        #expect(try ids(.field(field).equals("Alice", ignoringCase: false)) == [1])
        #expect(try ids(.field(field).hasPrefix("ALI", ignoringCase: true)) == [1, 2, 5, 8])
        #expect(try ids(.field(field).hasPrefix("áL", ignoringCase: true)) == [3, 6])
        #expect(try ids(.field(field).isIn(["BOB", "zoë"], ignoringCase: true)) == [0, 4, 9, 10])
        #expect(try ids(.field(field).isIn(["BOB", "bob"], ignoringCase: false)) == [0])
        #expect(try ids(.field(field).isIn([], ignoringCase: true)) == [])
        #expect(try ids(!(.field(field).hasPrefix("", ignoringCase: true))) == [90])
        #expect(try ids(.field(field) == "ALICE") == [2])
    }

    @Test(arguments: indexSets, ["name", "nick"])
    func `order text whatever its case, and keep the order of what is equal`(
        indexes: [IndexDefinition], field: String
    ) async throws {
        let people = try await Self.people(indexes)
        let query = people.order(by: field, ignoringCase: true)
        #expect(try query.all().ids == [90, 1, 2, 5, 8, 0, 4, 7, 9, 10, 3, 6])
        let descending = people.order(by: field, .descending, ignoringCase: true)
        #expect(try descending.all().ids == [3, 6, 9, 10, 7, 0, 4, 8, 1, 2, 5, 90])
        let byRank = query.order(by: "rank")
        #expect(try byRank.all().ids == [90, 1, 2, 5, 8, 0, 4, 7, 9, 10, 3, 6])
        let byBytes = query.order(by: field)
        #expect(try byBytes.all().ids == [90, 2, 1, 5, 8, 4, 0, 7, 9, 10, 6, 3])
    }

    @Test func `take other orders and fields as they are`() async throws {
        let people = try await Self.people(["rank"])
        #expect(
            try people.order(by: "rank", ignoringCase: true).all().ids
                == people.order(by: "rank").all().ids)
        #expect(
            try people.order(by: "rank", ignoringCase: true).limit(2).explain().isSorted == false)
        #expect(try people.where(.field("rank").equals("1", ignoringCase: true)).count() == 0)
    }

    @Test func `are answered by an index that ignores case`() async throws {
        let people = try await Self.people([.ignoringCase("name")], more: 100)
        let index = IndexDefinition.ignoringCase("name")
        let equal = people.where(.field("name").equals("ALICE", ignoringCase: true))
        #expect(
            try equal.explain().description
                == #"index "name ignoring case" for name == "alice" ignoring case: "#
                + "3 examined, 3 returned")
        let others: [Query] = [
            people.where(.field("name").hasPrefix("ALI", ignoringCase: true)),
            people.where(.field("name").isIn(["BOB", "carl"], ignoringCase: true)),
            people.where(.field("name").isNull),
            people.order(by: "name", ignoringCase: true).limit(3),
            people.order(by: "name", .descending, ignoringCase: true).limit(3),
            equal.order(by: "name", ignoringCase: true),
        ]
        for query in others {
            let explanation = try query.explain()
            #expect(explanation.access == .index(index))
            #expect(explanation.rowsExamined < 10)
            #expect(!explanation.isSorted)
        }
    }

    @Test func `leave an index that ignores case to help those that do not`() async throws {
        let people = try await Self.people([.ignoringCase("name")], more: 100)
        let exact = people.where(["name": "Alice"])
        let explanation = try exact.explain()
        #expect(explanation.access == .index(.ignoringCase("name")))
        #expect(explanation.rowsExamined == 3)
        #expect(try exact.all().ids == [1])
        #expect(try exact.count() == 1)
        #expect(try people.where(.field("name").hasPrefix("Al")).all().ids == [1])
        #expect(try people.order(by: "name").explain().access == .scan)
        #expect(try people.min("name") == "ALICE")
        #expect(try people.max("name") == "álvaro")
        #expect(try people.where(.field("name") >= "á").distinct("name") == ["álvaro"])
    }

    @Test func `go on at a cursor of their own order only`() async throws {
        let people = try await Self.people([])
        let folded = people.order(by: "name", ignoringCase: true)
        let cursor = try folded.page(limit: 3).nextCursor
        #expect(try folded.page(after: cursor, limit: 3).records.ids == [5, 8, 0])
        #expect(throws: QueryError.self) {
            try people.order(by: "name").page(after: cursor, limit: 3)
        }
    }
}
