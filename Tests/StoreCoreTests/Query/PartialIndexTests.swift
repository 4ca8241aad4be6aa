import StoreTesting
import Testing

@testable import StoreCore

/// Indexes that hold only the records which satisfy a condition.
@Suite struct `Partial indexes` {
    /// A thousand orders in turn of ten statuses s0 … s9, totals from 0 on, regions east and west in turn.
    static func orders(_ indexes: IndexDefinition...) async throws -> DynamicBucket {
        let orders = try await Store.start().defineBucket(
            "orders", key: "id",
            schema: [
                "id": .integer, "status": .string, "total": .integer, "region": .string,
                "code": .string,
            ], indexes: indexes)
        try await orders.insertMany(
            (0..<1_000).map { id in
                [
                    "id": .integer(Int64(id)), "status": .string("s\(id % 10)"),
                    "total": .integer(Int64(id)), "region": id % 2 == 0 ? "east" : "west",
                ]
            })
        return orders
    }

    struct Implication: Sendable, CustomTestStringConvertible {
        let query: Predicate
        let condition: Predicate

        var testDescription: String { "\(query) for \(condition)" }
    }

    static let implied: [Implication] = [
        .init(query: .field("status") == "s1", condition: .field("status") == "s1"),
        .init(query: .field("status") == "s1", condition: .field("status").isIn(["s1", "s2"])),
        .init(query: .field("status") == "s1", condition: .field("status").hasPrefix("s")),
        .init(query: .field("status") == "s1", condition: .field("status") != nil),
        .init(query: .field("status") == "s1", condition: .field("status") >= "s1"),
        .init(query: .field("status") == nil, condition: .field("status").isNull),
        .init(
            query: .field("status").isIn(["s1", "s2"]),
            condition: .field("status").isIn(["s3", "s2", "s1"])),
        .init(
            query: .field("status") == "s1" || .field("status") == "s2",
            condition: .field("status").isIn(["s1", "s2"])),
        .init(query: .field("status").hasPrefix("s1"), condition: .field("status").hasPrefix("s")),
        .init(query: .field("status").hasPrefix("s1"), condition: .field("status") < "s2"),
        .init(query: .field("status").hasPrefix("s1"), condition: .field("status") != nil),
        .init(
            query: .field("status").between("s1", "s2"), condition: .field("status").hasPrefix("s")),
        .init(query: .field("total") > 5, condition: .field("total") >= 5),
        .init(query: .field("total") > 5, condition: .field("total") != nil),
        .init(
            query: .field("total") > 5 && .field("total") < 9,
            condition: .field("total").between(5, 9.5)),
        .init(query: .field("status") != "s1", condition: .field("status") != "s1"),
        .init(query: .field("region").contains("a"), condition: .field("region").contains("a")),
        .init(
            query: .field("status") == "s1" && .field("region") == "west",
            condition: .field("region") == "west" && .field("status") == "s1"),
        .init(
            query: .field("status") == "s1" || .field("region") == "west",
            condition: .field("status") == "s1" || .field("region") == "west"),
        .init(query: !(.field("total") < 500), condition: !(.field("total") < 500)),
    ]

    @Test(arguments: implied) func `are used where the query implies their condition`(
        example: Implication
    ) async throws {
        let index = IndexDefinition.index("code", where: example.condition)
        let orders = try await Self.orders(index)
        let query = orders.where(example.query).order(by: "code")
        #expect(try query.explain().access == .index(index))
        let plain = try await Self.orders()
        #expect(
            try query.all().ids == plain.where(example.query).order(by: "code").all().ids)
    }

    static let others: [Implication] = [
        .init(query: .all, condition: .field("status") == "s1"),
        .init(query: .field("status") == "s2", condition: .field("status") == "s1"),
        .init(query: .field("status").isIn(["s1", "s2"]), condition: .field("status") == "s1"),
        .init(query: .field("status").hasPrefix("s"), condition: .field("status").hasPrefix("s1")),
        .init(query: .field("status").hasPrefix("s"), condition: .field("status") < "s5"),
        .init(query: .field("status").between("s", "t"), condition: .field("status") >= "s0"),
        .init(query: .field("status") == nil, condition: .field("status") != nil),
        .init(query: .field("total") >= 5, condition: .field("total") > 5),
        .init(query: .field("total") > 5, condition: .field("total").between(5, 999)),
        .init(query: .field("status") != nil, condition: .field("status") == "s1"),
        .init(
            query: .field("status") == "s1",
            condition: .field("status") == "s1" && .field("region") == "west"),
        .init(
            query: .field("status") == "s1" || .field("region") == "west",
            condition: .field("status") == "s1"),
        .init(query: !(.field("status") == "s1"), condition: .field("status") == "s1"),
        .init(
            query: .field("status").hasPrefix("e\u{301}"),
            condition: .field("status").hasPrefix("\u{E9}")),
        .init(
            query: .field("status").hasPrefix("e\u{301}", ignoringCase: true),
            condition: .field("status").hasPrefix("\u{E9}", ignoringCase: true)),
        .init(
            query: .field("status").equals("e\u{301}", ignoringCase: true),
            condition: .field("status").equals("\u{E9}", ignoringCase: true)),
    ]

    @Test(arguments: others) func `are not used where it does not`(
        example: Implication
    ) async throws {
        let orders = try await Self.orders(
            .index("total", where: example.condition), .index("code", where: example.condition))
        let plain = try await Self.orders()
        for field in ["total", "code"] {
            let query = orders.where(example.query).order(by: field)
            #expect(try query.explain().access == .scan)
            let expected = plain.where(example.query).order(by: field)
            #expect(try query.all().ids == expected.all().ids)
            #expect(try query.min(field) == expected.min(field))
            #expect(try query.max(field) == expected.max(field))
            #expect(try query.distinct(field) == expected.distinct(field))
            #expect(try query.groupBy(field).count() == expected.groupBy(field).count())
            #expect(try query.sum(field) == expected.sum(field))
        }
    }

    @Test func `tell apart what looks alike and differs in its bytes`() async throws {
        let (one, other) = ("\u{E9}", "e\u{301}")
        let indexes = [one, other].flatMap { text in
            [
                IndexDefinition.index("code", where: .field("status").hasPrefix(text)),
                .index("code", where: .field("status").hasPrefix(text, ignoringCase: true)),
                .index("code", where: .field("status").equals(text, ignoringCase: true)),
            ]
        }
        let orders = try await Store.start().defineBucket(
            "orders", key: "id", schema: ["id": .integer, "status": .string, "code": .string],
            indexes: indexes)
        #expect(orders.definition.indexes == indexes)
        #expect(Set(indexes).count == 6)
    }

    @Test func `are used for long lists, which are not compared each with each`() async throws {
        let values = (0..<60_000).map { Value.integer($0) }
        let index = IndexDefinition.index("code", where: .field("total").isIn(values))
        let orders = try await Self.orders(index)
        let query = orders.where(.field("total").isIn(values)).order(by: "code")
        #expect(try query.explain().access == .index(index))
        #expect(try query.count() == 1_000)
    }

    @Test func `answer the terms that their condition implies`() async throws {
        let orders = try await Self.orders(.index("total", where: .field("status") == "s1"))
        let query = orders.where(.field("status") == "s1" && .field("total") < 100)
        #expect(try query.explain().rowsExamined == 10)
        try orders.source.withView { view, _ in
            let ordering = try CompiledOrdering([], for: view.layout)
            let plan = try Planner.plan(query.predicate, ordering, in: view)
            #expect(plan.residual == nil, "nothing is left to be tested")
        }
        #expect(try query.count() == 10)
        #expect(try orders.where(["status": "s1"]).count() == 100)
        #expect(try orders.where(["status": "s1"]).min("total") == 1)
        #expect(try orders.where(["status": "s1"]).sum("total") == 49_600)
    }

    @Test func `leave to be tested what their condition does not imply`() async throws {
        let orders = try await Self.orders(
            .index("total", where: .field("status").isIn(["s1", "s3"])))
        let query = orders.where(.field("status") == "s1" && .field("total") < 100)
        let explanation = try query.explain()
        #expect(explanation.rowsExamined == 20)
        #expect(explanation.rowsReturned == 10)
        #expect(try query.count() == 10)
    }

    @Test func `serve alternatives of a query that implies their condition as a whole`()
        async throws
    {
        let orders = try await Self.orders(
            .index("total", where: .field("status") == "s1"),
            .index("code", where: .field("status") == "s1"))
        let query = orders.where(
            .field("status") == "s1" && (.field("total") == 11 || .field("code") == "x"))
        #expect(try query.explain().access.description.hasPrefix("union of"))
        #expect(try query.all().ids == [11])
        let open = orders.where(.field("total") == 11 || .field("code") == "x")
        #expect(try open.explain().access == .scan)
    }

    @Test func `are named with their condition`() async throws {
        let orders = try await Self.orders(.index("total", where: .field("status") == "s1"))
        let query = orders.where(.field("status") == "s1" && .field("total") == 1)
        #expect(
            try query.explain().description
                == #"index "total" where status == "s1" for status == "s1" && total == 1: "#
                + "1 examined, 1 returned")
        #expect(try orders.store.stats().buckets[0].indexes == [#"total where status == "s1""#])
    }

    @Test func `do not keep the order of keys, nor find who refers`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id",
            schema: [
                "id": .integer, "parent": .integer.references("b", onDelete: .cascade),
                "isOpen": .bool,
            ],
            indexes: [
                .index("id", where: .field("isOpen") == true),
                .index("parent", where: .field("isOpen") == true),
            ], .order(.key))
        try await bucket.insert(["id": 2])
        try await bucket.insert(["id": 1, "parent": 2, "isOpen": false])
        try await bucket.insert(["id": 3, "parent": 2, "isOpen": true])
        #expect(try bucket.all().ids == [1, 2, 3])
        #expect(try bucket.last(2).ids == [2, 3])
        try await bucket.delete(2)
        #expect(try bucket.count() == 0)
    }

    // MARK: Writes

    /// What changes a record's place in an index of the open ones by their rank.
    enum Move: String, CaseIterable {
        case enters, leaves, moves, movesWhileOut, staysOut, entersElsewhere, isDeleted
    }

    @Test(arguments: Move.allCases, [false, true])
    func `follow a record as it comes to satisfy their condition, or ceases to`(
        move: Move, isPinned: Bool
    ) async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .integer, "isOpen": .bool, "rank": .integer],
            indexes: [.index("rank", where: .field("isOpen") == true)])
        let isOpen = move == .leaves || move == .moves || move == .isDeleted
        try await bucket.insert(["id": 1, "isOpen": .bool(isOpen), "rank": 5])
        try await bucket.insert(["id": 2, "isOpen": true, "rank": 6])
        try await bucket.insertMany((3...30).map { ["id": .integer($0), "rank": 6] })
        let before = isPinned ? try store.snapshot() : nil
        switch move {
        case .enters: try await bucket.update(1, ["isOpen": true])
        case .leaves: try await bucket.update(1, ["isOpen": nil])
        case .moves: try await bucket.update(1, ["rank": 7])
        case .movesWhileOut: try await bucket.update(1, ["rank": 7])
        case .staysOut: try await bucket.update(1, ["isOpen": nil])
        case .entersElsewhere: try await bucket.update(1, ["isOpen": true, "rank": 7])
        case .isDeleted: try await bucket.delete(1)
        }
        let open: [Move: [Int]] = [.enters: [1, 2], .moves: [2, 1], .entersElsewhere: [2, 1]]
        let query = bucket.where(["isOpen": true]).order(by: "rank")
        #expect(try query.all().ids == open[move] ?? [2])
        #expect(try query.explain().access == .index(bucket.definition.indexes[0]))
        #expect(
            try before?.bucket("b").where(["isOpen": true]).count() == (isOpen ? 2 : 1) || !isPinned
        )
        #expect(store.state.violations().isEmpty)
    }

    @Test func `take in the records of a bucket that is restored`() async throws {
        let store = try await Shelves.three.start()
        let books = try await store.defineBooks(
            ["id": .integer, "isbn": .string, "note": .string],
            indexes: [
                .index("isbn", where: .field("isbn") < "c"),
                .unique("note", where: .field("isbn") == "a"),
            ])
        let query = books.where(.field("isbn") < "c")
        #expect(try query.count() == 2)
        #expect(store.state.violations().isEmpty)
        await #expect(throws: UniqueConstraintError.self) {
            try await books.insert(["id": 9, "isbn": "a", "note": "kept"])
        }
    }

    @Test func `refuse restored records that contradict one another`() async throws {
        let store = try await Shelves.three.start()
        let error = try await expectRefusal(DefinitionError.self, by: store) {
            try await store.defineBooks(
                ["id": .integer, "isbn": .string, "note": .string],
                indexes: [.unique("note", where: .field("isbn") < "c")])
        }
        #expect(error.reason == .restoredData)
    }

    // MARK: Read sets

    @Test(
        arguments: [
            (["isOpen": true], true), (["rank": 9], false), (["note": "x"], false),
        ] as [(Fields, Bool)])
    func `tell a reader when a record enters what was read`(
        change: Fields, concerns: Bool
    ) async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id",
            schema: ["id": .integer, "isOpen": .bool, "rank": .integer, "note": .string],
            indexes: [.index("rank", where: .field("isOpen") == true)])
        try await bucket.insert(["id": 1, "isOpen": false, "rank": 5])
        let observer = RecordingObserver()
        _ = try await store.attach(observer)
        let recorder = ReadRecorder()
        let reader = bucket.tracked(by: recorder)
        let query = reader.where(.field("isOpen") == true && .field("rank") < 8)
        #expect(try query.explain().access == .index(bucket.definition.indexes[0]))
        #expect(try query.count() == 0)
        try await bucket.update(1, change)
        #expect(recorder.readSet.intersects(observer.commits[0]) == concerns)
    }
}
