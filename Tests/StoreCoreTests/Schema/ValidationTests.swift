import Testing

@testable import StoreCore

@Suite struct ValidationTests {
    static let types: [(column: Column, good: [Value], bad: [Value])] = [
        (.string, ["", "x", "\0"], [1, true, .bytes([]), [], [:], .date(.distantPast)]),
        (
            .integer, [1, 2.0, .integer(.min), .double(-0x1p63)],
            [1.5, "1", .double(0x1p63), .double(1e300)]
        ),
        (.number, [1, 1.5, .integer(.max), .double(.leastNonzeroMagnitude)], ["1", true, []]),
        (.bool, [true, false], [0, 1, "true"]),
        (
            .date, [.date(.distantFuture), "2024-01-15", "2024-01-15T00:30:00+02:00"],
            ["soon", "", 5, "2024-02-30"]
        ),
        (.bytes, [.bytes([]), .bytes([1])], ["Zg==", [1]]),
        (.array, [[], [1, [nil]]], [.bytes([]), [:], "[]"]),
        (.object, [[:], ["a": nil]], [[], "{}"]),
    ]

    @Test(arguments: types.indices)
    func `A column takes values of its type and no others`(index: Int) throws {
        let (column, good, bad) = ValidationTests.types[index]
        let layout = try Layout.things(["x": column])
        for value in good { #expect(layout.issues(["x": value]) == [], "\(value)") }
        for value in bad { #expect(layout.issues(["x": value]) == ["x:type"], "\(value)") }
        #expect(layout.issues(["x": nil]) == [])
        #expect(layout.issues([:]) == [])
    }

    @Test(arguments: [Column.number, .integer, .number(range: 0...10), .integer(range: 0...10)])
    func `Numbers that are not finite are refused`(column: Column) throws {
        let layout = try Layout.things(["x": column])
        for number in [Double.nan, .infinity, -.infinity, .signalingNaN] {
            #expect(layout.issues(["x": .double(number)]) == ["x:type"])
        }
    }

    @Test func `Integers beyond 2^53 stay exact in a number column`() throws {
        let layout = try Layout.things(["x": .number(range: 0...0x1p53)])
        #expect(layout.issues(["x": 9_007_199_254_740_992]) == [])
        #expect(layout.issues(["x": 9_007_199_254_740_993]) == ["x:max"])
        let free = try Layout.things(["x": .number])
        #expect(try free.made(["x": 9_007_199_254_740_993])["x"].int64 == 9_007_199_254_740_993)
    }

    @Test func `Values take the column's own representation`() throws {
        let layout = try Layout.things(["n": .integer, "m": .number, "d": .date])
        let record = try layout.made(["n": 2.0, "m": 2.0, "d": "2024-01-15T00:30:00+02:00"])
        guard case .integer(2) = record["n"], case .double(2) = record["m"] else {
            Issue.record("\(record)")
            return
        }
        #expect(record["d"].date?.iso8601 == "2024-01-14T22:30:00Z")
    }

    @Test func `Each rule has its code`() throws {
        let layout = try Layout.things([
            "required": .string(required: true), "type": .integer,
            "enum": .string(oneOf: ["a", "b"]),
            "minLength": .string(length: 2...), "maxLength": .string(length: ...2),
            "pattern": .string(pattern: "^b"), "format": .string(format: .email),
            "min": .number(range: 0...),
            "max": .integer(range: ...9),
        ])
        let issues = layout.issues([
            "type": "x", "enum": "c", "minLength": "a", "maxLength": "abc",
            "pattern": "ab", "format": "x", "min": -0.5, "max": 10,
        ])
        #expect(
            issues == [
                "type:type", "enum:enum", "minLength:minLength", "maxLength:maxLength",
                "pattern:pattern", "format:format", "min:min", "max:max", "required:required",
            ])
    }

    @Test func `A field may break several rules at once, but a wrong type only that one`() throws {
        let layout = try Layout.things([
            "x": .string(length: 5..., oneOf: ["a@b.c"], format: .email)
        ])
        #expect(layout.issues(["x": "b"]) == ["x:enum", "x:minLength", "x:format"])
        #expect(layout.issues(["x": 1]) == ["x:type"])
    }

    @Test func `Messages say what would be right`() throws {
        let layout = try Layout.things([
            "role": .string(oneOf: ["admin", "user"]), "age": .number(range: 18...),
        ])
        let error = #expect(throws: ValidationError.self) {
            try layout.made(["role": "root", "age": "old"])
        }
        #expect(
            error?.description
                == "Validation failed for bucket \"things\": "
                + "role: Value must be one of: admin, user; "
                + "age: Expected type \"number\", got string")
        #expect(error?.key == "1")
        #expect(error?.bucket == "things")
    }

    @Test func `Messages stay short, whatever was given`() throws {
        let layout = try Layout.things(["d": .date], isStrict: true)
        var fields: Fields = ["d": .string(String(repeating: "9", count: 1 << 20))]
        for number in 0..<1_000 { fields["\(number)" + String(repeating: "x", count: 1_000)] = 1 }
        let error = #expect(throws: ValidationError.self) { try layout.made(fields) }
        #expect(error?.issues.count == 1_001)
        #expect((error?.description.utf8.count ?? 0) < 2_500)
    }

    @Test func `Required fields refuse null and absence, and take the empty text`() throws {
        let layout = try Layout.things(["x": .string(required: true)])
        #expect(layout.issues([:]) == ["x:required"])
        #expect(layout.issues(["x": nil]) == ["x:required"])
        #expect(layout.issues(["x": ""]) == [])
        #expect(layout.issues(["id": nil, "x": "a"]) == ["id:required"])
    }

    @Test func `Lengths count characters`() throws {
        let layout = try Layout.things(["x": .string(length: 2...3)])
        #expect(layout.issues(["x": "éé"]) == [])
        #expect(layout.issues(["x": "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦"]) == [])
        #expect(layout.issues(["x": "👨‍👩‍👧‍👦"]) == ["x:minLength"])
        #expect(layout.issues(["x": "e\u{301}e\u{301}e\u{301}"]) == [])
        #expect(layout.issues(["x": "\r\n"]) == ["x:minLength"])
        #expect(layout.issues(["x": "日本語の"]) == ["x:maxLength"])
        #expect(layout.issues(["x": ""]) == ["x:minLength"])
        let one = try Layout.things(["x": .string(length: 1...1)])
        #expect(one.issues(["x": "👨‍👩‍👧‍👦"]) == [])
        #expect(one.issues(["x": "ab"]) == ["x:maxLength"])
        #expect(one.issues(["x": ""]) == ["x:minLength"])
        let none = try Layout.things(["x": .string(length: ...0)])
        #expect(none.issues(["x": ""]) == [])
        #expect(none.issues(["x": "a"]) == ["x:maxLength"])
    }

    @Test func `Bytes and lists have lengths too`() throws {
        let layout = try Layout.things(["b": .bytes(length: 2...2), "l": .array(length: 1...)])
        #expect(layout.issues(["b": .bytes([1, 2]), "l": [1]]) == [])
        #expect(layout.issues(["b": .bytes([1]), "l": []]) == ["b:minLength", "l:minLength"])
        #expect(layout.issues(["b": .bytes([1, 2, 3])]) == ["b:maxLength"])
    }

    @Test func `A text of a megabyte is taken, and measured without harm`() throws {
        let megabyte = String(repeating: "é", count: 1 << 19)
        let free = try Layout.things(["x": .string])
        #expect(try free.made(["x": .string(megabyte)])["x"].string == megabyte)
        let limited = try Layout.things(["x": .string(length: 3...100)])
        #expect(limited.issues(["x": .string(megabyte)]) == ["x:maxLength"])
        #expect(
            limited.issues(["x": .string("e" + String(repeating: "\u{301}", count: 1 << 19))]) == [
                "x:minLength"
            ])
        let format = try Layout.things(["x": .string(format: .email), "y": .string(format: .url)])
        #expect(
            format.issues(["x": .string(megabyte), "y": .string(megabyte)]) == [
                "x:format", "y:format",
            ])
    }

    @Test func `Nesting of 128 is kept and 129 refused, declared or not`() throws {
        let layout = try Layout.things(["a": .array, "o": .object])
        let deep = ValueTests.nested(128)
        let deepObject = ValueTests.nestedObjects(128)
        #expect(layout.issues(["a": deep, "o": deepObject, "u": deep]) == [])
        #expect(layout.issues(["a": .array([deep])]) == ["a:nesting"])
        #expect(
            layout.issues(["o": ["x": deepObject], "u": [deepObject]]) == [
                "o:nesting", "u:nesting",
            ])
        #expect(
            layout.issues(["u": ValueTests.nested(2_000), "a": ValueTests.nested(2_000)]) == [
                "u:nesting", "a:nesting",
            ])
    }

    @Test func `Numbers inside lists, objects and undeclared fields are finite`() throws {
        let layout = try Layout.things(["a": .array, "o": .object])
        #expect(layout.issues(["a": [1, .double(.nan)]]) == ["a:notFinite"])
        #expect(layout.issues(["o": ["x": [["y": .double(.infinity)]]]]) == ["o:notFinite"])
        #expect(layout.issues(["u": .double(-.infinity)]) == ["u:notFinite"])
        #expect(layout.issues(["u": ["x": .double(.nan)]]) == ["u:notFinite"])
    }

    @Test func `Strict buckets refuse what they do not know`() throws {
        let layout = try Layout.things(["x": .string], isStrict: true)
        #expect(layout.issues(["x": "a"]) == [])
        #expect(
            layout.issues(["y": 1, "x": 2, "z": nil]) == [
                "y:unknownField", "x:type", "z:unknownField",
            ])
        #expect(layout.issues(["_version": 7]) == [])
    }
}
