import Foundation
import Testing

@testable import StoreCore

@Suite struct ValueCodableTests {
    private func roundTrip<T: Codable>(_ value: T) throws -> T {
        try JSONDecoder().decode(T.self, from: JSONEncoder().encode(value))
    }

    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test(arguments: valueSeeds)
    func `Random values survive JSON`(seed: UInt64) throws {
        var generator = ValueGenerator(seed: seed)
        for _ in 0..<300 {
            let value = generator.value(levels: 5)
            let read = try roundTrip([value])
            #expect(read == [value])
        }
    }

    @Test func `Values survive a property list`() throws {
        let fields: Fields = [
            "a": nil, "b": [true, false, 1, 0, 1.5, "x"], "c": ["$date": "x"],
            "d": .date(.distantPast),
            "e": .bytes([0, 255]), "f": [:], "g": .integer(.max), "h": .double((0x1p63).nextDown),
        ]
        let data = try PropertyListEncoder().encode(fields)
        let read = try PropertyListDecoder().decode(Fields.self, from: data)
        #expect(read == fields)
    }

    @Test func `Values have their natural shapes`() throws {
        let value: Value = [
            "a": nil, "b": [true, 1, 1.5, "x"], "d": .date(Timestamp(microseconds: 0)),
            "e": .bytes([0x66]),
        ]
        #expect(
            try json(value)
                == #"{"a":null,"b":[true,1,1.5,"x"],"d":{"$date":"1970-01-01T00:00:00Z"},"#
                + #""e":{"$bytes":"Zg=="}}"#
        )
    }

    @Test func `An object that looks like a date stays an object`() throws {
        let values: [Value] = [
            ["$date": "1970-01-01"], ["$bytes": "Zg=="], ["$object": ["$date": 1]],
            ["$object": nil],
            ["$date": 1, "x": 2], ["$date": ["$date": ["$object": "y"]]], ["$fields": ["a", 1]],
            ["$fields": 1], ["$object": ["$fields": ["$fields": []]]],
            ["$fields": [], "_version": 1],
        ]
        for value in values { #expect(try roundTrip([value]) == [value]) }
        #expect(try json(values[0]) == #"{"$object":{"$date":"1970-01-01"}}"#)
    }

    @Test func `Two spellings of one name stay two names`() throws {
        let fields: Fields = ["\u{E9}": 1, "e\u{301}": ["\u{E9}": 2, "e\u{301}": 3]]
        #expect(try roundTrip(fields) == fields)
        #expect(try json(fields).hasPrefix(#"{"$fields":["#))
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Fields.self, from: Data(#"{"$fields":["a"]}"#.utf8))
        }
    }

    @Test(arguments: [
        #"{"$date":"soon"}"#, #"{"$date":1}"#, #"{"$bytes":"?"}"#, #"{"$bytes":[]}"#,
        #"{"$object":1}"#,
    ])
    func `A malformed date or bytes is a decoding error`(text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        }
    }

    @Test func `Nesting of 128 levels is read and 129 refused`() throws {
        let deep = ValueTests.nested(128)
        #expect(try roundTrip(deep) == deep)
        #expect(try roundTrip(Fields(["a": deep])) == ["a": deep])
        let text = String(repeating: "[", count: 129) + String(repeating: "]", count: 129)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        }
    }

    @Test func `Keys and points in time have natural shapes`() throws {
        #expect(try json([Key("a"), Key(1), Key([1, "x"])]) == #"["a",1,[1,"x"]]"#)
        #expect(try json([Timestamp(microseconds: 0)]) == #"["1970-01-01T00:00:00Z"]"#)
        #expect(try roundTrip([Timestamp.distantFuture]) == [.distantFuture])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: Data(#"["x"]"#.utf8))
        }
    }

    @Test func `Fields of an object come in an order that does not change from run to run`() throws
    {
        let text = #"{"c":1,"a":2,"b":3}"#
        #expect(
            try JSONDecoder().decode(Fields.self, from: Data(text.utf8)).names == ["a", "b", "c"])
    }

    @Test func `A schema survives JSON, its order and rules included`() throws {
        let schema: BucketSchema = [
            "z": .string(generated: .uuid),
            "a": .string(required: true, length: 1...100, unique: true),
            "b": .number(range: -1.5...2, default: 0), "c": .integer(range: 0..., oneOf: [1, 2]),
            "d": .date(generated: .timestamp), "e": .array(length: ...3, default: []),
            "f": .object(default: .dynamic { [:] }),
            "g": .string(format: .email, references: "users"), "h": .bytes,
        ]
        let read = try roundTrip(schema)
        #expect(read == schema)
        #expect(read.columns.map(\.name) == ["z", "a", "b", "c", "d", "e", "f", "g", "h"])
        let index: [IndexDefinition] = [
            "a", ["a", "b"], .unique("c", "d"), .index("a", "b", where: .field("c") == "x"),
            .unique(.ignoringCase("c"), "d"), .ignoringCase("a"),
            .unique("c", where: .field("c").isIn(["x", nil]) && !.field("d").isNull),
        ]
        #expect(try roundTrip(index) == index)
        #expect(try roundTrip(KeyDefinition(["a", "b"])) == ["a", "b"])
    }
}
