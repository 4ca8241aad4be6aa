import struct Foundation.Data
import class Foundation.JSONDecoder
import class Foundation.JSONEncoder
import Testing

@testable import StoreCore

@Suite struct `Predicates as data` {
    static let predicates: [Predicate] =
        [
            .all, .none, .field("a") == 1, .field("a") != nil, .field("a").isNull,
            .field("a") < 1.5, .field("a") <= "x", .field("a") > Timestamp(microseconds: 7),
            .field("a") >= true, .field("a") == Value.bytes([1, 2]),
        ] + lists + [nested, negated]

    private static let lists: [Predicate] = [
        .field("a").isIn([1, nil, "x"] as [Value]), .field("a").between(1, 2),
        .field("a.b").hasPrefix("x"), .field("a").hasPrefix("X", ignoringCase: true),
        .field("a").equals("É", ignoringCase: true),
        .field("a").isIn(["X", "y"], ignoringCase: true),
        .field(FieldPath(exact: "a.b")).contains("x"),
    ]

    private static var nested: Predicate {
        let choice: Predicate = .field("c") < 3 || .field("d").contains(1)
        return .field("a") == 1 && .field("b") == 2 && !choice
    }

    private static var negated: Predicate { !(.field("a") == 1 && .none) }

    @Test(arguments: predicates) func `survive JSON`(predicate: Predicate) throws {
        let data = try JSONEncoder().encode(predicate)
        let read = try JSONDecoder().decode(Predicate.self, from: data)
        #expect(read == predicate)
        #expect(read.depth == predicate.depth)
        #expect(read.size == predicate.size)
    }

    @Test func `look like what they say`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let both: Predicate = .field("a") == 1 && .field("b.c").hasPrefix("x")
        let data = try encoder.encode(!both)
        #expect(
            String(decoding: data, as: UTF8.self) == #"{"terms":[{"terms":["#
                + #"{"field":["a"],"test":"==","value":1},"#
                + #"{"field":["b","c"],"test":"hasPrefix","value":"x"}"#
                + #"],"test":"and"}],"test":"not"}"#)
    }

    @Test func `cannot be written if they are code`() {
        let predicate: Predicate = .field("a") == 1 && .matching { _ in true }
        #expect(throws: EncodingError.self) { try JSONEncoder().encode(predicate) }
    }

    @Test(
        arguments: [
            "{}", #"{"test":"=="}"#, #"{"test":"==","field":["a"]}"#,
            #"{"test":"==","field":[],"value":1}"#, #"{"test":"like","field":["a"],"value":1}"#,
            #"{"test":"==","field":["a"],"value":"A","ignoringCase":true}"#,
            #"{"test":"not","terms":[]}"#, #"{"test":"and"}"#, #"{"test":"and","terms":[1]}"#,
            #"{"test":"between","field":["a"],"values":[1]}"#,
            #"{"test":"hasPrefix","field":["a"],"value":1}"#,
            String(repeating: #"{"test":"not","terms":["#, count: 257) + #"{"test":"all"}"#
                + String(repeating: "]}", count: 257),
        ])
    func `are refused where they are malformed or too deep`(text: String) {
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode(Predicate.self, from: Data(text.utf8))
        }
    }
}
