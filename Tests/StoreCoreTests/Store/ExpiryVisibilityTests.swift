import StoreCore
import StoreTesting
import Testing

/// Records `a`, `b` and `c`; `b` expires a second from the start.
@Suite struct `What has expired is not seen` {
    private static func depot() async throws -> Depot {
        let depot = try await Depot()
        for (rank, key) in ["a", "b", "c"].enumerated() {
            try await depot.items.insert(
                Depot.record(key, rank: rank * 2),
                expiresAt: key == "b" ? depot.clock.now + .seconds(1) : nil)
        }
        return depot
    }

    /// A way to look, and what it shows before and from the deadline on.
    struct Look: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let before: String
        let after: String
        let look: @Sendable (any StoreReader) throws -> String

        init(
            _ name: String, _ before: String, _ after: String,
            _ look: @escaping @Sendable (any StoreReader) throws -> String
        ) {
            testDescription = name
            self.before = before
            self.after = after
            self.look = look
        }
    }

    private static func keys(_ records: [Record]) -> String {
        records.map { $0.key.value.string ?? "?" }.joined()
    }

    static let looks = [
        Look("get", "b", "-") { try $0.get("b")?.key.value.string ?? "-" },
        Look("contains", "true", "false") { "\(try $0.contains("b"))" },
        Look("all", "abc", "ac") { keys(try $0.all()) },
        Look("count", "3", "2") { "\(try $0.count())" },
        Look("first(2)", "ab", "ac") { keys(try $0.first(2)) },
        Look("last(2)", "bc", "ac") { keys(try $0.last(2)) },
        Look("where by scan", "abc", "ac") { keys(try $0.where(.field("name") >= "item").all()) },
        Look("where by index", "abc", "ac") { keys(try $0.where(["role": "even"]).all()) },
        Look("where by unique value", "b", "") { keys(try $0.where(["code": "code-b"]).all()) },
        Look("where by key", "b", "") { keys(try $0.where(["id": "b"]).all()) },
        Look("where with a closure", "abc", "ac") {
            keys(try $0.where(Predicate.matching { _ in true }).all())
        },
        Look("exists", "true", "false") { "\(try $0.where(["code": "code-b"]).exists())" },
        Look("count by index", "3", "2") { "\(try $0.where(["role": "even"]).count())" },
        Look("count by range", "1", "0") {
            "\(try $0.where(.field("score").between(0.5, 1.5)).count())"
        },
        Look("order", "cba", "ca") { keys(try $0.order(by: "score", .descending).all()) },
        Look("offset", "c", "") { keys(try $0.query.offset(2).all()) },
        Look("page", "ab", "ac") { keys(try $0.page(limit: 2).records) },
        Look("page by index", "ab", "ac") {
            keys(try $0.order(by: "score").page(limit: 2).records)
        },
        Look("sum", "3.0", "2.0") { "\(try $0.sum("score").double ?? -1)" },
        Look("avg", "2.0", "2.0") { "\(try $0.avg("rank") ?? -1)" },
        Look("min", "2", "4") {
            "\(try $0.where(.field("rank") > 0).min("rank")?.int ?? -1)"
        },
        Look("max", "2", "0") {
            "\(try $0.where(.field("rank") < 4).max("rank")?.int ?? -1)"
        },
        Look("distinct", "3", "2") { "\(try $0.distinct("name").count)" },
        Look("distinct by index", "3", "2") { "\(try $0.distinct("score").count)" },
        Look("groups", "3", "2") { "\(try $0.groupBy("role").count().first?.count ?? 0)" },
    ]

    @Test(arguments: looks) func `from the instant of its deadline on, by no kind of read`(
        look: Look
    ) async throws {
        let depot = try await Self.depot()
        depot.clock.advance(by: .microseconds(999_999))
        #expect(try look.look(depot.items) == look.before)
        let snapshot = try depot.store.snapshot()
        depot.clock.advance(by: .microseconds(1))
        #expect(try look.look(depot.items) == look.after)
        #expect(try look.look(snapshot.bucket("items")) == look.before, "its instant is fixed")
        let later = try depot.store.snapshot()
        #expect(later.position == snapshot.position)
        #expect(try look.look(later.bucket("items")) == look.after)
        #expect(try look.look(depot.items.tracked(by: ReadRecorder())) == look.after)
        let inside = try await depot.store.write { try look.look(try $0.bucket("items")) }
        #expect(inside == look.after)
    }

    @Test func `upper modules see what is overdue, by deadline`() async throws {
        let depot = try await Self.depot()
        #expect(try depot.items.overdue().isEmpty)
        #expect(try depot.items.nextDeadline() == depot.clock.now + .seconds(1))
        try await depot.items.insert(
            Depot.record("d"), expiresAt: depot.clock.now + .milliseconds(1))
        depot.clock.advance(by: .seconds(2))
        #expect(try depot.items.overdue().map(\.key) == ["d", "b"])
        #expect(try depot.items.overdue(limit: 1).map(\.key) == ["d"])
        #expect(try depot.items.storedCount() == 4)
        #expect(try depot.items.oldest(limit: 2).map(\.key) == ["a", "b"])
        #expect(try depot.items.nextDeadline() == Timestamp(microseconds: 1_767_225_600_001_000))
    }

    @Test func `a record inserted past its deadline is never seen`() async throws {
        let depot = try await Depot()
        let record = try await depot.items.insert(Depot.record("a"), expiresAt: depot.clock.now)
        #expect(record.version == 1)
        #expect(try depot.items.get("a") == nil)
        #expect(try depot.items.count() == 0)
    }
}
