import Foundation
import StoreCore
import StoreFoundation
import Testing

@Suite struct JSONWritingTests {
    static let values: [(value: Value, text: String)] = [
        (nil, "null"), (true, "true"), (-7, "-7"), (1.5, "1.5"), (1.0, "1.0"),
        (.double(1e300), "1e+300"),
        (.double(.nan), "null"), (.double(-.infinity), "null"), ("", "\"\""),
        (
            "\"\\/\u{8}\u{C}\n\r\t\u{1}\u{1F}\u{7F}é🙂",
            "\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u0001\\u001f\u{7F}é🙂\""
        ),
        (.date(Timestamp(microseconds: 1_500_000)), "\"1970-01-01T00:00:01.500Z\""),
        (.bytes([0x66, 0x6F]), "\"Zm8=\""),
        ([], "[]"), ([1, "a", nil], "[1,\"a\",null]"), ([:], "{}"),
        (["b": 1, "a": [[:]]], "{\"b\":1,\"a\":[{}]}"),
    ]

    @Test(arguments: values.indices)
    func `Values are written naturally`(index: Int) {
        let (value, text) = JSONWritingTests.values[index]
        #expect(value.json() == text)
        #expect(value.jsonData() == Data(text.utf8))
    }

    @Test func `Pretty text breaks lines and indents`() {
        let fields: Fields = ["a": [1, 2], "b": [:], "c": []]
        let text = """
            {
              "a": [
                1,
                2
              ],
              "b": {},
              "c": []
            }
            """
        #expect(fields.json(isPretty: true) == text)
    }

    @Test func `What is written is read again`() throws {
        let value: Value = [
            "text": "\u{0}\u{1F600}\"\\",
            "numbers": [
                0, -1, 1.5, .integer(.min), .integer(.max), .double(.leastNonzeroMagnitude),
            ],
            "nothing": nil, "object": ["": ["é": 1, "e\u{301}": 2]], "flags": [true, false],
        ]
        #expect(try Value(json: value.json()) == value)
        #expect(try Value(json: value.json(isPretty: true)) == value)
        #expect(try Value(jsonData: value.jsonData()) == value)
    }

    @Test func `JSON agrees with Foundation's own reader`() throws {
        let value: Value = ["a": [1, 2.5, "x\n\u{1}é"], "b": ["c": nil, "d": true]]
        let read = try JSONDecoder().decode(Value.self, from: value.jsonData())
        #expect(read == value)
    }

    @Test func `A record is written with or without its metadata`() throws {
        let text =
            #"{"id":"1","at":{"$date":"1970-01-01T00:00:00Z"},"_version":3,"#
            + #""_createdAt":"1970-01-01T00:00:01Z","_updatedAt":"1970-01-01T00:00:02Z","#
            + #""_expiresAt":"1970-01-01T00:00:03Z"}"#
        let record = try JSONDecoder().decode(Record.self, from: Data(text.utf8))
        #expect(record.json() == #"{"at":"1970-01-01T00:00:00Z","id":"1"}"#)
        #expect(
            record.json(metadata: true)
                == #"{"at":"1970-01-01T00:00:00Z","id":"1","_version":3,"#
                + #""_createdAt":"1970-01-01T00:00:01Z","#
                + #""_updatedAt":"1970-01-01T00:00:02Z","_expiresAt":"1970-01-01T00:00:03Z"}"#)
        #expect(
            try Fields(jsonData: record.jsonData(isPretty: true)) == [
                "id": "1", "at": "1970-01-01T00:00:00Z",
            ])
    }
}
