import Foundation
import StoreCore
import StoreFoundation
import Testing

@Suite struct JSONReadingTests {
    static let texts: [(text: String, value: Value)] = [
        ("null", nil), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("-7", -7),
        ("1.0", 1.0), ("1e2", 100.0),
        ("1E+2", 100.0), ("25e-1", 2.5), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .double(0x1p63)), ("-9223372036854775809", .double(-0x1p63)),
        ("1e-400", 0.0),
        ("123456789012345678901234567890", .double(1.234_567_890_123_456_8e29)),
        ("\"\"", ""),
        (#""a\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00""#, "a\"\\/\u{8}\u{C}\n\r\tA\u{E9}\u{1F600}"),
        ("\"日本\"", "日本"),
        ("[]", []), ("[ ]", []), ("[1,[2],{\"a\":[]}]", [1, [2], ["a": []]]), ("{}", [:]),
        ("{ }", [:]),
        ("\r\n\t{\"a\" : 1 , \"b\":null}\n", ["a": 1, "b": nil]), (#"{"":1}"#, ["": 1]),
        (#""\u0000""#, "\0"),
        (#""\uFFFF""#, "\u{FFFF}"),
    ]

    @Test(arguments: texts.indices)
    func `JSON is read as it stands`(index: Int) throws {
        let (text, value) = JSONReadingTests.texts[index]
        #expect(try Value(json: text) == value)
        #expect(try Value(jsonData: Data(text.utf8)) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulls", "tru", "True", "+1", "01", "-01", "1.", ".5", "1.e2", "1e", "1e+",
        "-", "--1", "0x10",
        "NaN", "Infinity", "-Infinity", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"",
        "\"\\u12g4\"", "\"\\ud800\"",
        "\"\\ud800x\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\ud800\\", "\"\n\"", "\"\0\"", "[",
        "[1", "[1,", "[1,]",
        "[,1]", "[1 2]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}",
        "{a:1}", "{\"a\" 1}",
        "{1:2}", "}", "1 2", "[]]", "{}{}", "\u{FEFF}1", "'a'", "[1]//", "\u{A0}1",
    ])
    func `What is no JSON is refused with a place`(text: String) {
        let error = #expect(throws: JSONError.self) { try Value(json: text) }
        #expect(error?.reason == .syntax || error?.reason == .unexpectedEnd)
        #expect((0...text.utf8.count).contains(error?.offset ?? -1))
        #expect(throws: JSONError.self) { try Fields(json: text) }
    }

    @Test(arguments: [
        "1e400", "-1e400", "1e99999999999999999999", "1" + String(repeating: "0", count: 400),
    ])
    func `A number beyond doubles is refused`(text: String) {
        let error = #expect(throws: JSONError.self) { try Value(json: "[1, \(text)]") }
        #expect(error?.reason == .numberOutOfRange)
        #expect(error?.offset == 4)
    }

    @Test(arguments: [
        [0xFF], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
        [0x22, 0x80, 0x22],
        [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x82],
        [UInt8](arrayLiteral: 0x22, 0xF0, 0x82, 0x82, 0xAC, 0x22),
    ])
    func `Bytes that are no UTF-8 are refused`(bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try Value(jsonData: Data(bytes)) }
        #expect(error?.reason == .invalidUTF8)
        #expect((error?.offset ?? 99) <= 1)
    }

    @Test func `Nesting of 128 levels is read and 129 refused`() throws {
        func arrays(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(try !Value(json: arrays(128)).exceedsNesting())
        for levels in [129, 100_000] {
            let error = #expect(throws: JSONError.self) { try Value(json: arrays(levels)) }
            #expect(error?.reason == .nesting)
            #expect(error?.offset == 128)
        }
        let fields = try Fields(json: "{\"a\":\(arrays(128))}")
        #expect(!fields["a"].exceedsNesting())
        #expect(throws: JSONError.self) { try Fields(json: "{\"a\":\(arrays(129))}") }
        #expect(throws: JSONError.self) {
            try Value(json: String(repeating: "{\"a\":", count: 100_000))
        }
        #expect(throws: JSONError.self) {
            try Value(json: String(repeating: "[", count: 1_000_000))
        }
    }

    @Test func `Of a name given twice the last value counts`() throws {
        let fields = try Fields(json: #"{"a":1,"b":2,"a":{"c":3,"c":4}}"#)
        #expect(fields.names == ["a", "b"])
        #expect(fields["a"]["c"] == 4)
        let many = (0..<20_000).map { "\"n\($0 % 7)\":\($0)" }.joined(separator: ",")
        #expect(try Fields(json: "{\(many)}").count == 7)
    }

    @Test func `A hundred thousand names do no harm`() throws {
        let many = (0..<100_000).map { "\"name \($0)\":\($0)" }.joined(separator: ",")
        let fields = try Fields(json: "{\(many)}")
        #expect(fields.count == 100_000)
        #expect(fields[99_999].value == 99_999)
    }

    @Test func `Fields are made of objects only`() {
        let error = #expect(throws: JSONError.self) { try Fields(json: "[1]") }
        #expect(error?.reason == .notAnObject)
        #expect(error?.description.contains("array") == true)
    }
}

@Suite struct `Names with dots in JSON` {
    @Test func `are exact, there and back`() async throws {
        let store = try await Store.start("json")
        let bucket = try await store.defineBucket("b", key: "id", schema: ["id": .integer])
        var fields: Fields = ["id": 1, "a.b": ["c.d": 1]]
        fields[exact: "x.y"] = 2
        let record = try await bucket.insert(fields)
        #expect(record.json() == #"{"id":1,"x.y":2,"a":{"b":{"c.d":1}}}"#)
        try await bucket.delete(1)
        let again = try await bucket.insert(Fields(json: record.json(metadata: true)))
        #expect(again.fields == record.fields)
        #expect(again[FieldPath(exact: "x.y")] == 2)
        #expect(again["a"] == ["b": ["c.d": 1]])
    }

    @Test func `are exact in other encodings, too`() async throws {
        let store = try await Store.start("json")
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .integer, "p.q": .integer])
        var fields: Fields = ["id": 1, "p.q": 3]
        fields[exact: "x.y"] = 2
        let record = try await bucket.insert(fields)
        let decoded = try JSONDecoder().decode(Record.self, from: JSONEncoder().encode(record))
        // It belongs to no bucket any more: its names are its own.
        #expect(decoded["p.q"] == 3 && decoded["x.y"] == 2)
        #expect(decoded[FieldPath(exact: "x.y")] == 2)
        try await bucket.delete(1)
        #expect(try await bucket.insert(decoded.fields).fields == record.fields)
    }
}
