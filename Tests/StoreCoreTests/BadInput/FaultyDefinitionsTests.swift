@testable import StoreCore
import StoreTesting
import Testing

@Suite struct `Faulty definitions` {
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: DefinitionError.Reason
        let key: KeyDefinition
        let schema: BucketSchema
        let indexes: [IndexDefinition]

        init(
            _ name: String, _ reason: DefinitionError.Reason, key: KeyDefinition = "id",
            _ schema: BucketSchema = ["id": .string], indexes: [IndexDefinition] = []
        ) {
            testDescription = name
            self.reason = reason
            self.key = key
            self.schema = schema
            self.indexes = indexes
        }
    }

    static let faults =
        [
            Fault("a key that is no field", .invalidKey, key: "other"),
            Fault("a key of no field", .invalidKey, key: []),
            Fault("a key that names a field twice", .invalidKey, key: ["id", "id"]),
            Fault("a list for a key", .invalidKey, ["id": .array]),
            Fault("no fields at all", .invalidKey, [:]),
            Fault("an index over what is no field", .invalidIndex, indexes: ["other"]),
            Fault("an index over nothing", .invalidIndex, indexes: [[]]),
            Fault("an index that names a field twice", .invalidIndex, indexes: [["id", "id"]]),
            Fault("an index declared twice", .duplicateIndex, indexes: ["id", "id"]),
            Fault("a key of 17 fields", .invalidKey, key: KeyDefinition(wide(17)), columns(17)),
            Fault(
                "an index over 17 fields", .invalidIndex, columns(17),
                indexes: [IndexDefinition(wide(17))]),
            Fault(
                "a unique index over 17 fields", .invalidIndex, columns(17),
                indexes: [IndexDefinition(wide(17), isUnique: true)]),
            Fault(
                "an index over 300 fields", .invalidIndex, columns(300),
                indexes: [IndexDefinition(wide(300))]),
            Fault(
                "65 indexes", .invalidIndex, columns(65),
                indexes: wide(65).map { IndexDefinition([$0]) }),
            Fault(
                "an index of numbers without case", .invalidIndex, ["id": .string, "n": .integer],
                indexes: [["id", .ignoringCase("n")]]),
            Fault(
                "an index that names a field with case and without", .invalidIndex,
                indexes: [["id", .ignoringCase("id")]]),
            Fault("a field declared twice", .duplicateField, ["id": .string, "id": .integer]),
            Fault(
                "an empty range of lengths", .invalidColumn,
                ["id": .string(length: 5...), "n": lengths]),
            Fault(
                "a default of another type", .invalidDefault,
                ["id": .string, "n": .integer(default: "x")]),
            Fault(
                "a default outside its range", .invalidDefault,
                ["id": .string, "n": .integer(range: 0...9, default: 10)]),
            Fault("a uuid that is a number", .invalidGenerated, ["id": .integer(generated: .uuid)]),
            Fault(
                "a counted text", .invalidGenerated, ["id": .string(generated: .autoincrement)]),
            Fault("a limit that is no number", .invalidColumn, ["id": .string, "n": range]),
        ]
        + conditions.map { name, condition in
            Fault(
                "an index where \(name)", .invalidIndex,
                ["id": .string, "n": .integer, "o": .object, "l": .array],
                indexes: [.index("id", where: condition)])
        }

    /// What cannot be the condition of an index.
    private static let conditions: [(String, Predicate)] = [
        ("what is not declared has a value", .field("other") == 1),
        ("metadata has a value", .field("_version") == 1),
        ("something inside an object has a value", .field("o.n") == 1),
        ("code says so", .matching { _ in true }),
        ("all records are meant", .all),
        ("no record is meant", .none),
        ("a part cannot hold", .field("n") == 1 && .none),
        ("it is nested too deep", deep(Predicate.depthMax + 1)),
        ("it makes too many tests", (0..<65).reduce(Predicate.none) { $0 || .field("n") == $1 }),
        ("a number is a text", .field("n") == "1"),
        ("a number is less than null", .field("n") < Value.null),
        ("a number is none", .field("n") < Double.nan),
        ("a number is one of none", .field("n").isIn([Value]())),
        ("one of several values is of another type", .field("n").isIn([1, "2"] as [Value])),
        ("limits are in the wrong order", .field("n").between(2, 1)),
        ("limits are of two kinds", .field("n").between(1 as Value, "2")),
        ("a number has a prefix", .field("n").hasPrefix("1")),
        ("a number contains something", .field("n").contains(1)),
        ("a text contains a number", .field("id").contains(1)),
        ("a number is a text in any case", .field("n").equals("a", ignoringCase: true)),
        ("a text is one of none, in any case", .field("id").isIn([], ignoringCase: true)),
    ]

    private static func deep(_ levels: Int) -> Predicate {
        (0..<levels).reduce(Predicate.field("n") == 1) { predicate, level in
            level.isMultiple(of: 2) ? predicate && .field("n") == 2 : predicate || .field("n") == 2
        }
    }

    @Test(arguments: ["l", "o"])
    func `a condition with a value that is nested too deep is told so`(field: String) async throws {
        let deep = (0...Value.nestingMax).reduce(1 as Value) { value, _ in .array([value]) }
        let condition: Predicate =
            field == "l" ? .field("l").contains(deep) : .field("o") == .object(["x": deep])
        let store = try await Store.start()
        let error = try await expectRefusal(DefinitionError.self, by: store) {
            try await store.defineBucket(
                "b", key: "id", schema: ["id": .integer, "l": .array, "o": .object],
                indexes: [.index("id", where: condition)])
        }
        #expect(error.message.contains("nested deeper"))
    }

    private static func wide(_ count: Int) -> [String] { (0..<count).map { "f\($0)" } }

    private static func columns(_ count: Int) -> BucketSchema {
        BucketSchema((["id"] + wide(count)).map { .init(name: $0, column: .string) })
    }

    private static var lengths: Column {
        var column = Column.string
        (column.lengthMin, column.lengthMax) = (9, 3)
        return column
    }

    private static var range: Column {
        var column = Column.number
        column.minimum = .double(.nan)
        return column
    }

    @Test(arguments: faults) func `a faulty definition is refused and leaves nothing behind`(
        fault: Fault
    ) async throws {
        let depot = try await Depot.filled("a")
        let error = try await expectRefusal(DefinitionError.self, by: depot.store) {
            try await depot.store.defineBucket(
                "b", key: fault.key, schema: fault.schema, indexes: fault.indexes)
        }
        #expect(error.reason == fault.reason)
        #expect(error.bucket == "b")
        #expect(try await depot.shelf("b").count() == 0, "the name is free again")
    }

    @Test func `a bucket in the order of its keys has room for one index less`() async throws {
        let store = try await Store.start()
        let indexes = Self.wide(64).map { IndexDefinition([$0]) }
        let error = try await expectRefusal(DefinitionError.self, by: store) {
            try await store.defineBucket(
                "b", key: "id", schema: Self.columns(64), indexes: indexes, .order(.key))
        }
        #expect(error.reason == .invalidIndex)
        try await store.defineBucket(
            "b", key: "id", schema: Self.columns(64), indexes: Array(indexes.dropLast()),
            .order(.key))
    }

    @Test func `as many and as wide indexes as are possible are kept`() async throws {
        let store = try await Store.start()
        let wide = Self.wide(64)
        let indexes =
            wide.dropLast().map { IndexDefinition([$0]) } + [IndexDefinition(wide.suffix(16))]
        let bucket = try await store.defineBucket(
            "b", key: KeyDefinition(["id"] + wide.prefix(15)), schema: Self.columns(64),
            indexes: indexes)
        func record(_ id: String, _ value: String) -> Fields {
            Fields(listing: (["id"] + wide).map { ($0, .string($0 == "id" ? id : value)) })
        }
        let keys =
            [try await bucket.insert(record("1", "a")).key]
            + [try await bucket.insert(record("2", "b")).key]
        try await bucket.update(keys[0], ["f62": "c", "f63": "c"])
        #expect(try bucket.order(by: "f62").all().map { $0["id"] } == ["2", "1"])
        #expect(try bucket.where(["f62": "c"]).all().map { $0["id"] } == ["1"])
        #expect(try bucket.where(["f62": "a"]).count() == 0)
        #expect(store.state.violations().isEmpty)
    }

    @Test func `a bucket cannot be defined twice`() async throws {
        let depot = try await Depot.filled("a")
        try await expectRefusal(.bucketAlreadyExists("items"), by: depot.store) {
            try await depot.shelf("items")
        }
        #expect(try depot.items.count() == 1)
    }

    @Test func `of many definitions of one name at once one succeeds`() async throws {
        let depot = try await Depot()
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    do {
                        return "\(try await depot.shelf("b").reference)"
                    } catch let error as StoreError {
                        return "\(error.reason == .bucketAlreadyExists("b"))"
                    } catch {
                        return "\(error)"
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == "true" }.count == 49)
        #expect(outcomes.contains("b#2"))
        #expect(depot.store.position == Position(2))
    }

    @Test func `an option that throws makes the definition fail as it is`() async throws {
        let depot = try await Depot()
        let error = try await expectRefusal(Refusal.self, by: depot.store) {
            try await depot.shelf("b", BucketOption { _ in throw Refusal(note: "option") })
        }
        #expect(error == Refusal(note: "option"))
        _ = try await depot.shelf("b")
    }

    @Test func `a bucket that is not there cannot be dropped or used`() async throws {
        let depot = try await Depot()
        try await expectRefusal(.bucketNotDefined("b"), by: depot.store) {
            try await depot.store.dropBucket("b")
        }
        try await expectRefusal(.bucketNotDefined("b"), by: depot.store) {
            try depot.store.bucket("b")
        }
        try await expectRefusal(.bucketNotDefined("b"), by: depot.store) {
            try await depot.store.write { _ = try $0.bucket("b") }
        }
    }
}
