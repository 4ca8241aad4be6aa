import StoreCore
import StoreTesting
import Testing

/// No test waits: with a limit of zero, whatever is timed counts as slow.
@Suite struct `Slow queries` {
    private let clock = ManualClock()

    /// A thousand people in a store of its own.
    private func people(
        _ option: StoreOption = .slowQueries(over: .zero)
    ) async throws -> DynamicBucket {
        let store = try await Store.start("people", .clock(clock), option)
        let people = try await store.defineBucket(
            "people", key: "id", schema: People.schema, indexes: ["role", "age"])
        try await people.insertMany(
            (1...1_000).map { id in
                [
                    "id": .integer(Int64(id)), "role": .string("r\(id % 10)"),
                    "age": .integer(Int64(id)), "email": .string("\(id)@example.com"),
                    "name": "nobody",
                ]
            })
        return people
    }

    @Test func `are told with all that there is to know`() async throws {
        let people = try await people()
        let found = try people.where(.field("name") == "nobody" && .field("score") == nil)
            .order(by: "email", .descending).order(by: "id").limit(3).all()
        #expect(found.count == 3)
        let query = try #require(people.store.slowQueries.first)
        #expect(people.store.slowQueries.count == 1)
        #expect(query.bucket == "people")
        #expect(query.method == "all")
        #expect(query.order == "email descending, id")
        #expect(query.explanation.predicate == "name == ? && score is null")
        #expect(query.explanation.access == .scan)
        #expect(query.explanation.isSorted)
        #expect(query.explanation.rowsExamined == 1_000)
        #expect(query.explanation.rowsReturned == 3)
        #expect(query.position == people.store.position)
        #expect(query.instant == clock.now)
        #expect(query.count == 1)
        #expect(query.description.hasPrefix("people all by email descending, id, "))
    }

    /// Ways to ask that read much, and how they are called.
    static let questions: [(method: String, ask: @Sendable (Query) throws -> Void)] = [
        ("all", { _ = try $0.all() }), ("count", { _ = try $0.count() }),
        ("first", { _ = try $0.order(by: "name").first() }),
        ("exists", { _ = try $0.exists() }), ("explain", { _ = try $0.explain() }),
        ("page", { _ = try $0.order(by: "name").page(limit: 5) }),
        ("page", { _ = try $0.order(by: "name").page(before: nil, limit: 5) }),
        ("sum(age)", { _ = try $0.sum("age") }), ("avg(age)", { _ = try $0.avg("age") }),
        ("min(name)", { _ = try $0.min("name") }), ("max(name)", { _ = try $0.max("name") }),
        ("distinct(name)", { _ = try $0.distinct("name") }),
        ("distinct(age)", { _ = try $0.distinct("age") }),
        ("select(id, age)", { _ = try $0.select("id", "age").all() }),
        ("groupBy(name)", { _ = try $0.groupBy("name").count() }),
        ("groupBy(role)", { _ = try $0.groupBy("role").count() }),
    ]

    @Test(arguments: questions.indices)
    func `are told once, by what was asked`(question: Int) async throws {
        let people = try await people()
        try Self.questions[question].ask(people.where(.field("name").hasPrefix("no")))
        #expect(people.store.slowQueries.map(\.method) == [Self.questions[question].method])
        #expect(people.store.slowQueries.map(\.count) == [1])
    }

    /// Ways to ask that cost next to nothing, by what the plan says.
    static let cheap: [@Sendable (DynamicBucket) throws -> Void] = [
        { _ = try $0.get(7) }, { _ = try $0.count() }, { _ = try $0.first() },
        { _ = try $0.last(900) }, { _ = try $0.where(["id": 7]).all() },
        { _ = try $0.where(.field("id").isIn([1, 2, 3])).all() },
        { _ = try $0.where(["email": "7@example.com"]).first() },
        { _ = try $0.where(["role": "r1"]).all() },
        { _ = try $0.where(["role": "r1", "name": "nobody"]).sum("age") },
        { _ = try $0.where(.field("age") > 100).count() },
        { _ = try $0.where(.field("age") > 100).exists() },
        { _ = try $0.where(.field("age") > 100).order(by: "age", .descending).first() },
        { _ = try $0.order(by: "age").page(limit: 20) },
        { _ = try $0.page(limit: 20) }, { _ = try $0.min("age") },
        { _ = try $0.where(.none).all() },
    ]

    @Test(arguments: cheap.indices)
    func `are none of those whose plan says that they read little`(question: Int) async throws {
        let people = try await people()
        try Self.cheap[question](people)
        #expect(people.store.slowQueries.isEmpty)
    }

    @Test func `are those of every reader`() async throws {
        let people = try await people()
        let store = people.store
        let scan = Predicate.field("name") == "nobody"
        _ = try people.where(scan).all()
        _ = try store.snapshot().bucket("people").where(scan).all()
        _ = try people.tracked(by: ReadRecorder()).where(scan).all()
        try await store.write { tx in
            try tx.bucket("people").delete(1)
            _ = try tx.bucket("people").where(scan).all()
        }
        _ = try people.where(scan).all()
        #expect(store.slowQueries.map(\.count) == [5])
    }

    @Test func `are those that find what is changed or deleted`() async throws {
        let people = try await people()
        try await people.updateMany(where: .field("name") == "nobody", ["score": 1])
        try await people.deleteMany(where: .field("score") == 1)
        #expect(people.store.slowQueries.map(\.method) == ["all", "all"])
    }

    @Test func `are those of typed records`() async throws {
        let store = try await Store.start("shop", .slowQueries(over: .zero))
        let orders = try await store.defineBucket(Order.self)
        try await orders.insertMany((1...600).map { Order(customer: "c\($0)", total: 1) })
        _ = try orders.where { $0.total > 0 }.all()
        #expect(store.slowQueries.map(\.explanation.predicate) == ["total > ?"])
    }

    @Test func `of one shape are one, whatever their values`() async throws {
        let people = try await people()
        for name in ["a", "b"] { _ = try people.where(["name": .string(name)]).all() }
        _ = try people.where(.field("name").isIn(["a", "b"])).all()
        _ = try people.where(.field("name").isIn(["a", "b", "c"])).all()
        let found = Set(people.store.slowQueries.map { "\($0.explanation.predicate) \($0.count)" })
        #expect(found == ["name == ? 2", "name in [?] 2"])
    }

    /// Every kind of test, each with a value that must not be told.
    static let secrets: [Predicate] = [
        .field("name") == "secret", .field("name") != "secret", .field("name") < "secret",
        .field("name").between("secret", "secret"), .field("name").hasPrefix("secret"),
        .field("name").contains("secret"), .field("tags").contains("secret"),
        .field("name").isIn(["x", "secret"]), !(.field("name") == "secret"),
        .field("name") == "secret" || .field("nick") == ["secret": "secret"],
        .matching { $0["name"] == "secret" },
    ]

    @Test(arguments: secrets)
    func `never tell a value`(predicate: Predicate) async throws {
        let people = try await people()
        _ = try people.where(predicate).all()
        let query = try #require(people.store.slowQueries.first)
        #expect(!"\(query)".contains("secret"))
    }

    /// Ways to ask with a name that somebody outside may have made up.
    static let named: [@Sendable (Query, String) throws -> Void] = [
        { _ = try $0.where(Predicate.field(FieldPath(exact: $1)) == 1).all() },
        { _ = try $0.order(by: [Ordering(FieldPath(exact: $1), .descending)]).all() },
        { query, _ in _ = try query.order(by: many.map { Ordering(FieldPath($0)) }).all() },
        { _ = try $0.select([$1]).all() }, { query, _ in _ = try query.select(many).all() },
        { _ = try $0.groupBy($1).count() }, { _ = try $0.distinct($1) },
        { _ = try $0.sum($1) }, { _ = try $0.avg($1) }, { _ = try $0.min($1) },
    ]
    private static let many = (0..<3_000).map { "f\($0)" }

    @Test(arguments: named.indices)
    func `are told in one short line, whatever the names`(way: Int) async throws {
        let people = try await people()
        let name = "a\nb" + String(repeating: "c", count: 10_000)
        try? Self.named[way](people.where(.field("name") != nil), name)
        let query = try #require(people.store.slowQueries.first)
        #expect("\(query)".utf8.count < 500)
        #expect(!"\(query)".contains("\n"))
    }

    @Test func `are forgotten on request`() async throws {
        let people = try await people()
        _ = try people.where(["name": "a"]).all()
        people.store.forgetSlowQueries()
        #expect(people.store.slowQueries.isEmpty)
        _ = try people.where(["name": "a"]).all()
        #expect(people.store.slowQueries.map(\.count) == [1])
    }

    @Test func `are kept of as many shapes as was said`() async throws {
        let people = try await people(.slowQueries(over: .zero, keeping: 2))
        for field in ["a", "b", "c"] { _ = try people.where(.field(field) == 1).all() }
        #expect(people.store.slowQueries.count == 2)
    }

    @Test(arguments: [
        StoreOption.slowQueries(over: .zero, keeping: 0),
        .slowQueries(over: .zero, keeping: -1), .slowQueries(over: .seconds(Int64.max)),
    ])
    func `are none where none are kept, or none takes so long`(option: StoreOption) async throws {
        let people = try await people(option)
        _ = try people.where(["name": "a"]).all()
        #expect(people.store.slowQueries.isEmpty)
    }
}
