import Testing

@testable import StoreCore

@Suite struct GenerationTests {
    @Test func `What is given stands above what is generated, and that above a default`() throws {
        let layout = try Layout.things([
            "u": .string(default: "d", generated: .uuid),
            "n": .integer(default: 7, generated: .autoincrement),
            "d": .string(default: "d"),
        ])
        let given = try layout.made(["u": "mine", "n": 42, "d": "x"])
        #expect(given["u"] == "mine" && given["n"] == 42 && given["d"] == "x")
        let made = try layout.made([:])
        #expect(made["u"].string?.utf8.count == 36)
        #expect(made["n"] == 1)
        #expect(made["d"] == "d")
    }

    @Test func `An explicit null is not missing`() throws {
        let layout = try Layout.things([
            "u": .string(generated: .uuid), "d": .string(default: "d"),
            "r": .string(required: true, default: "r"),
        ])
        let record = try layout.made(["u": nil, "d": nil])
        #expect(record["u"].isNull && record["d"].isNull)
        #expect(record["r"] == "r")
        #expect(layout.issues(["r": nil]) == ["r:required"])
    }

    @Test func `A generated key is made when it is missing, and refused as null`() throws {
        let layout = try Layout(bucket: "b", key: "id", schema: ["id": .string(generated: .uuid)])
        let record = Record(try layout.makeRecord([:], generating: .fixed()))
        #expect(record.key.value.string == "00000000-0000-4000-8000-000000000001")
        let error = #expect(throws: ValidationError.self) {
            try layout.makeRecord(["id": nil], generating: .fixed())
        }
        #expect(error?.issues.map(\.code) == [.required])
        #expect(error?.key == nil)
    }

    @Test func `Time is generated in the column's own type`() throws {
        let layout = try Layout.things([
            "d": .date(generated: .timestamp), "i": .integer(generated: .timestamp),
            "n": .number(generated: .timestamp),
        ])
        let record = try layout.made([:])
        #expect(record["d"].date?.iso8601 == "2024-01-15T00:30:00.123456Z")
        #expect(record["i"] == 1_705_278_600_123)
        #expect(record["n"] == 1_705_278_600_123)
    }

    @Test func `Generated values and defaults of closures are validated`() throws {
        let layout = try Layout.things([
            "n": .integer(range: ...0, generated: .autoincrement),
            "d": .string(length: ...1, default: .dynamic { "long" }),
            "e": .number(default: .dynamic { .double(.nan) }),
            "f": .string(required: true, default: .dynamic { .null }),
        ])
        #expect(layout.issues([:]) == ["n:max", "d:maxLength", "e:type", "f:required"])
    }

    @Test func `A closure is called once for each record that needs it`() throws {
        let counter = DrawCounter()
        let layout = try Layout.things([
            "n": .integer(default: .dynamic { .integer(counter.draw()) })
        ])
        #expect(try layout.made([:])["n"] == 1)
        #expect(try layout.made(["n": 9])["n"] == 9)
        #expect(try layout.made([:])["n"] == 2)
    }

    @Test func `Nothing is drawn for a record that is refused anyhow`() throws {
        let counter = DrawCounter()
        let layout = try Layout.things([
            "n": .integer(required: true, generated: .autoincrement), "x": .string(required: true),
            "y": .integer,
        ])
        #expect(layout.issues(["y": "no"], .fixed(counter)) == ["y:type", "x:required"])
        #expect(counter.drawn == 0)
        #expect(
            layout.issues(["y": "no", "n": nil], .fixed(counter)) == [
                "y:type", "n:required", "x:required",
            ])
        #expect(try layout.made(["x": "a"], .fixed(counter))["n"] == 1)
    }

    @Test func `A default is a value of its own for each record`() throws {
        let layout = try Layout.things([
            "tags": .array(default: [1]), "d": .date(default: "2024-01-15"),
        ])
        var first = try layout.made([:]).fields
        first["tags"] = [2]
        #expect(try layout.made([:])["tags"] == [1])
        #expect(try layout.made([:])["d"].date != nil)
    }

    @Test func `Metadata is the store's, and cannot be forged`() throws {
        let layout = try Layout.things([:])
        let record = try layout.made([
            "_version": 9, "_createdAt": 1, "_updatedAt": 1, "_expiresAt": 1, "_other": 1,
        ])
        #expect(record.version == 1)
        #expect(record.expiresAt == nil)
        #expect(record.fields == ["id": "1", "_other": 1])
        #expect(try layout.makePatch(["_version": 9]).edits.isEmpty)
    }
}
