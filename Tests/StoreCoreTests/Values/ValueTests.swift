import Testing

@testable import StoreCore

@Suite struct ValueTests {
    @Test func `Literals make the values they look like`() {
        let value: Value = ["a": nil, "b": true, "c": 1, "d": 1.5, "e": "x", "f": [1, "y"]]
        #expect(value["a"] == .null)
        #expect(value["b"] == .bool(true))
        #expect(value["c"] == .integer(1))
        #expect(value["d"] == .double(1.5))
        #expect(value["e"] == .string("x"))
        #expect(value["f"] == .array([.integer(1), .string("y")]))
    }

    @Test func `Accessors give a value only of their own type`() {
        #expect(Value.bool(true).bool == true)
        #expect(Value.integer(1).bool == nil)
        #expect(Value.string("x").string == "x")
        #expect(Value.bytes([1]).bytes == [1])
        #expect(Value.array([1]).array == [1])
        #expect(Value.object(["a": 1]).object == ["a": 1])
        #expect(Value.date(.distantPast).date == .distantPast)
        #expect(Value.string("2024-01-15").date == nil)
        #expect(Value.null.isNull)
    }

    @Test func `Numbers convert where they lose nothing`() {
        #expect(Value.integer(3).double == 3)
        #expect(Value.double(3).int == 3)
        #expect(Value.double(3.5).int == nil)
        #expect(Value.double(1e300).int64 == nil)
        #expect(Value.double(0x1p63).int64 == nil)
        #expect(Value.double(-0x1p63).int64 == .min)
        #expect(Value.double(.nan).int == nil)
        #expect(Value.string("3").int == nil)
    }

    @Test func `A step into what is no object leads to null`() {
        let value: Value = ["address": ["city": "Berlin"]]
        #expect(value["address"]["city"].string == "Berlin")
        #expect(value["address"]["city"]["x"].isNull)
        #expect(value["missing"]["x"].isNull)
    }

    static let typeNames: [(value: Value, name: String)] = [
        (.null, "null"), (true, "boolean"), (1, "integer"), (1.5, "number"),
        (.date(.distantPast), "date"), ("", "string"), (.bytes([]), "bytes"), ([], "array"),
        ([:], "object"),
    ]

    @Test(arguments: typeNames)
    func `Types have names for messages`(value: Value, name: String) {
        #expect(value.typeName == name)
    }

    @Test(arguments: [0, 1, 127, 128])
    func `Nesting up to the limit is allowed`(levels: Int) {
        #expect(!ValueTests.nested(levels).exceedsNesting())
        #expect(!ValueTests.nestedObjects(levels).exceedsNesting())
    }

    @Test(arguments: [129, 130, 2_000])
    func `Nesting beyond the limit is found`(levels: Int) {
        #expect(ValueTests.nested(levels).exceedsNesting())
        #expect(ValueTests.nestedObjects(levels).exceedsNesting())
    }

    @Test func `Being too deep is found behind a number that is not finite`() {
        let value = Value.array([.double(.nan), ValueTests.nested(200)])
        #expect(value.exceedsNesting())
        #expect(Value.array([.double(.infinity)]).flaw() == .notFinite)
        #expect(Value.object(["a": [["b": .double(-.infinity)]]]).flaw() == .notFinite)
    }

    @Test func `Excerpts stay short, whatever the value holds`() {
        let megabyte = String(repeating: "x", count: 1 << 20)
        #expect(Value.string(megabyte).excerpt.count < 60)
        #expect(
            Value.string("e" + String(repeating: "\u{301}", count: 1 << 16)).excerpt.utf8.count
                < 400)
        #expect(Value.array(Array(repeating: 1, count: 1_000)).excerpt == "an array of 1000")
        #expect(Value.string("a\nb").excerpt == "\"a\\nb\"")
        #expect("plain_name".shortened == "plain_name")
        #expect("".shortened == "\"\"")
    }

    @Test func `Sizes count what stands outside of a value`() {
        #expect(Value.integer(1).heapBytes == 0)
        #expect(Value.string("fifteen bytes !").heapBytes == 0)
        #expect(Value.string("sixteen bytes !!").heapBytes >= 16)
        #expect(Value.bytes([UInt8](repeating: 0, count: 100)).heapBytes >= 100)
        #expect(Value.array([1, 2, 3]).heapBytes >= 3 * 24)
        let value: Value = .string(String(repeating: "x", count: 99))
        #expect(withUnsafePointer(to: value) { Value.heapBytes(at: $0) } == value.heapBytes)
    }

    static func nested(_ levels: Int) -> Value {
        (0..<levels).reduce(Value.integer(1)) { value, _ in .array([value]) }
    }

    static func nestedObjects(_ levels: Int) -> Value {
        (0..<levels).reduce(Value.integer(1)) { value, _ in .object(["a": value]) }
    }
}
