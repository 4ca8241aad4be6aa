import Testing

@testable import StoreCore

@Suite struct DefinitionTests {
    private func fault(
        bucket: String = "b", key: KeyDefinition = "id", _ schema: BucketSchema = ["id": .string],
        indexes: [IndexDefinition] = []
    ) -> DefinitionError? {
        #expect(throws: DefinitionError.self) {
            try Layout(bucket: bucket, key: key, schema: schema, indexes: indexes)
        }
    }

    @Test(arguments: [
        "", "a.b", "a*", "a\nb", "a\0", "a\u{85}", String(repeating: "x", count: 256),
    ])
    func `Names that buckets may not have are refused`(name: String) {
        #expect(fault(bucket: name)?.reason == .invalidName)
    }

    @Test(arguments: [
        "a", "with space", "ünïcödé", "日本", "a/b", "_b", "b-1", "🙂",
        String(repeating: "x", count: 255),
    ])
    func `Other names are fine for buckets and fields`(name: String) throws {
        let layout = try Layout(
            bucket: name, key: KeyDefinition([name]),
            schema: BucketSchema([.init(name: name, column: .string)]))
        #expect(layout.slot(of: name) == 0)
    }

    @Test(arguments: [
        "", "a\u{7}", "_version", "_createdAt", "_updatedAt", "_expiresAt",
        String(repeating: "é", count: 128),
    ])
    func `Names that fields may not have are refused`(name: String) {
        let schema = BucketSchema([
            .init(name: "id", column: .string), .init(name: name, column: .string),
        ])
        let error = fault(schema)
        #expect(error?.reason == .invalidName)
        #expect(error?.field == name)
    }

    @Test func `A dot in a field's name is a dot`() throws {
        let layout = try Layout.things(["a.b": .string], indexes: ["a.b"])
        #expect(layout.slot(of: "a.b") == 1)
        #expect(try layout.made(["a.b": "x"])["a.b"] == "x")
    }

    @Test func `A field declared twice is refused, but not one that only looks alike`() throws {
        #expect(fault(["id": .string, "x": .string, "x": .integer])?.reason == .duplicateField)
        let layout = try Layout.things(["\u{E9}": .string, "e\u{301}": .integer])
        #expect(layout.slot(of: "\u{E9}") == 1)
        #expect(layout.slot(of: "e\u{301}") == 2)
    }

    @Test func `A key needs fields that can identify`() {
        #expect(fault(key: "missing")?.reason == .invalidKey)
        #expect(fault(key: [])?.reason == .invalidKey)
        #expect(fault(key: ["id", "id"])?.reason == .invalidKey)
        #expect(fault(["id": .array])?.reason == .invalidKey)
        #expect(fault(["id": .object])?.reason == .invalidKey)
    }

    @Test func `Indexes need fields of the schema`() {
        #expect(fault(indexes: ["missing"])?.reason == .invalidIndex)
        #expect(fault(indexes: [[]])?.reason == .invalidIndex)
        #expect(fault(indexes: [["id", "id"]])?.reason == .invalidIndex)
        #expect(fault(indexes: ["id", ["id"]])?.reason == .duplicateIndex)
        #expect(fault(indexes: [.unique("missing")])?.reason == .invalidIndex)
        #expect(fault(indexes: ["missing"])?.message.contains("missing") == true)
    }

    static func column(_ type: ColumnType, _ change: (inout Column) -> Void) -> Column {
        var column = Column(type)
        change(&column)
        return column
    }

    static let contradictions: [(column: Column, reason: DefinitionError.Reason)] = [
        (column(.string) { $0.minimum = 1 }, .invalidColumn),
        (
            column(.number) {
                $0.minimum = 2; $0.maximum = 1
            }, .invalidColumn
        ),
        (column(.number) { $0.minimum = .double(.nan) }, .invalidColumn),
        (column(.number) { $0.maximum = "x" }, .invalidColumn),
        (column(.number) { $0.maximum = .double(.infinity) }, .invalidColumn),
        (column(.integer) { $0.lengthMax = 1 }, .invalidColumn),
        (column(.string) { $0.lengthMin = -1 }, .invalidColumn),
        (
            column(.string) {
                $0.lengthMin = 3; $0.lengthMax = 2
            }, .invalidColumn
        ),
        (column(.bytes) { $0.format = .email }, .invalidColumn),
        (column(.string) { $0.references = "a.b" }, .invalidColumn),
        (.string(oneOf: []), .invalidColumn), (.string(length: 2..., oneOf: ["a"]), .invalidColumn),
        (column(.integer) { $0.oneOf = ["x"] }, .invalidColumn),
        (.number(oneOf: [.nan]), .invalidColumn), (.integer(default: "x"), .invalidDefault),
        (.string(length: 2..., default: "a"), .invalidDefault),
        (.number(range: 1..., default: 0), .invalidDefault),
        (.string(oneOf: ["a"], default: "b"), .invalidDefault),
        (.date(default: "soon"), .invalidDefault),
        (.array(default: .value([.double(.nan)])), .invalidDefault),
        (.string(required: true, default: .value(.null)), .invalidDefault),
        (.integer(generated: .uuid), .invalidGenerated),
        (.integer(generated: .uuid7), .invalidGenerated),
        (.bytes(generated: .cuid2), .invalidGenerated),
        (.string(generated: .autoincrement), .invalidGenerated),
        (.string(generated: .timestamp), .invalidGenerated),
        (.date(generated: .uuid), .invalidGenerated),
        (column(.boolean) { $0.generated = .timestamp }, .invalidGenerated),
    ]

    @Test(arguments: contradictions.indices)
    func `A column that contradicts itself is refused`(index: Int) {
        let (column, reason) = DefinitionTests.contradictions[index]
        let error = fault(["id": .string, "x": column])
        #expect(error?.reason == reason, "\(column)")
        #expect(error?.field == "x")
        #expect(error?.description.contains("Cannot define bucket \"b\", field \"x\"") == true)
    }

    @Test func `Unique columns and indexes are compiled apart from the ordered ones`() throws {
        let layout = try Layout.things(
            ["a": .string(unique: true), "b": .integer, "c": .date],
            indexes: ["b", .unique("b", "c"), ["c", "b"], .unique("a"), .unique("id")])
        #expect(layout.indexes.map(\.definition) == ["b", ["c", "b"]])
        #expect(layout.indexes[1].slots == [3, 2])
        #expect(layout.indexes[1].kinds == [.date, .integer])
        #expect(layout.uniques.map(\.fields) == [["a"], ["b", "c"]])
        #expect(layout.keyOrderIndex == nil)
    }

    @Test func `The order by key runs through an index over the key`() throws {
        let hidden = try Layout.things(["a": .string], indexes: ["a"], order: .key)
        #expect(hidden.keyOrderIndex == 1)
        #expect(hidden.indexes[1].slots == [0])
        let declared = try Layout.things(["a": .string], indexes: ["id", "a"], order: .key)
        #expect(declared.keyOrderIndex == 0)
        #expect(declared.indexes.count == 2)
        let composite = try Layout.things(["a": .string], key: ["a", "id"], order: .key)
        #expect(composite.indexes[0].slots == [1, 0])
    }

    @Test func `Slots are found by name, in narrow and wide buckets`() throws {
        for width in [3, 24, 25, 200] {
            let names = (0..<width).map {
                $0 % 2 == 0 ? "f\($0)" : "a field with a long name \($0)"
            }
            let layout = try Layout.things(
                BucketSchema(names.map { .init(name: $0, column: .integer) }))
            for (slot, name) in names.enumerated() {
                let copy = String(decoding: Array(name.utf8), as: UTF8.self)
                #expect(layout.slot(of: copy) == slot + 1)
                #expect(layout.slot(of: name, hint: 5_000) == slot + 1)
                #expect(layout.slot(of: copy, hint: slot + 1) == slot + 1)
            }
            #expect(layout.slot(of: "missing") == nil)
            #expect(layout.slot(of: "a field with a long name") == nil)
            #expect(layout.slot(of: "") == nil)
            let fields = Fields(names.reversed().map { (name: $0, value: 1) })
            #expect(try layout.made(fields).fields.count == width + 1)
        }
    }

    @Test func `Schemas keep their order, and default closures are alike`() {
        let schema: BucketSchema = ["z": .string, "a": .bool(default: .dynamic { true })]
        #expect(schema.columns.map(\.name) == ["z", "a"])
        #expect(schema == ["z": .string, "a": .bool(default: .dynamic { false })])
        #expect(schema != ["z": .string, "a": .bool(default: true)])
        #expect(schema["z"] == .string)
        #expect(schema["x"] == nil)
        #expect(IndexDefinition(["a", "b"]).name == "a,b")
    }
}
