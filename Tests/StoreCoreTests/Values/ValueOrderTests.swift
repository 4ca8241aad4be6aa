import Testing

@testable import StoreCore

@Suite struct ValueOrderTests {
    @Test func `Types stand in the documented order`() {
        let values: [Value] = [
            .null, .bool(false), .bool(true), .double(-.infinity), -1, 0.5, 1, .double(.infinity),
            .date(.distantPast), .date(.distantFuture), "", "a", .bytes([]), .bytes([0]), [],
            [.null], [:], ["a": 1],
        ]
        for (index, value) in values.enumerated() {
            for (other, later) in values.enumerated() {
                #expect((value < later) == (index < other), "\(value) < \(later)")
                #expect((value == later) == (index == other))
            }
        }
    }

    static let mixed: [(integer: Int64, double: Double, order: Int)] = [
        (9_007_199_254_740_992, 0x1p53, 0), (9_007_199_254_740_993, 0x1p53, 1),
        (9_007_199_254_740_991, 0x1p53, -1), (9_007_199_254_740_993, 0x1p53 + 2, -1),
        (.max, 0x1p63, -1), (.max, (0x1p63).nextDown, 1), (.min, -0x1p63, 0),
        (.min, (-0x1p63).nextDown, 1), (.min, (-0x1p63).nextUp, -1), (0, -0.0, 0),
        (0, .leastNonzeroMagnitude, -1),
        (0, -.leastNonzeroMagnitude, 1), (1, 1.5, -1), (-1, -1.5, 1), (2, 1.5, 1),
        (5, .infinity, -1),
        (5, -.infinity, 1), (5, .nan, 1),
    ]

    @Test(arguments: mixed)
    func `Integers and doubles compare exactly`(integer: Int64, double: Double, order: Int) {
        let (a, b) = (Value.integer(integer), Value.double(double))
        #expect(Value.compare(a, b).signum() == order)
        #expect(Value.compare(b, a).signum() == -order)
        #expect((a == b) == (order == 0))
        #expect((b == a) == (order == 0))
    }

    @Test(arguments: [Int64(0), 1, -1, 1 << 53, (1 << 53) + 2, 1 << 62, .min])
    func `Equal numbers hash equal`(integer: Int64) {
        let double = Double(integer)
        #expect(Value.integer(integer) == .double(double))
        #expect(Value.integer(integer).hashValue == Value.double(double).hashValue)
        #expect(Set<Value>([.integer(integer), .double(double)]).count == 1)
    }

    @Test func `Negative zero is zero`() {
        #expect(Value.double(-0.0) == .double(0.0))
        #expect(Value.double(-0.0).hashValue == Value.integer(0).hashValue)
    }

    @Test func `A NaN in memory has a place, so that sorting stays sound`() {
        #expect(Value.double(.nan) == .double(.nan))
        #expect(Value.double(.nan) < .double(-.infinity))
        #expect(Value.double(.nan).hashValue == Value.double(-.nan).hashValue)
        #expect([Value.double(.nan), 1, .double(.nan), 0].sorted().last == 1)
    }

    @Test func `Strings differ when their bytes do, whatever Unicode says`() {
        let composed = "caf\u{E9}"
        let decomposed = "cafe\u{301}"
        #expect(composed == decomposed)
        #expect(Value.string(composed) != .string(decomposed))
        #expect(Value.string(decomposed) < .string(composed))
        #expect(Set<Value>([.string(composed), .string(decomposed)]).count == 2)
        #expect(
            Fields([(name: "caf\u{E9}", value: 1), (name: "cafe\u{301}", value: 2)]).count == 2)
    }

    @Test(arguments: [
        "", "a", "a\0", "a\0b", "ab", "1234567", "12345678", "12345678\0", "123456789",
        "123456789012345",
        "123456789012345\0", "1234567890123456", "1234567890123457", "é", "日本語テキスト", "\u{7F}",
        "\u{80}",
        "\u{10FFFF}", String(repeating: "x", count: 1_000),
    ])
    func `Strings stand in the order of their bytes`(text: String) {
        let others = [
            "", "a", "a\0", "12345678", "123456789012345", "1234567890123456", "é", "\u{10FFFF}",
        ]
        for other in others {
            let expected = Array(text.utf8).lexicographicallyPrecedes(Array(other.utf8))
            #expect((bytesCompare(text, other) < 0) == expected)
            #expect((Value.string(text) < .string(other)) == expected)
            #expect(bytesEqual(text, other) == (Array(text.utf8) == Array(other.utf8)))
            #expect(bytesHasPrefix(text, other) == Array(text.utf8).starts(with: Array(other.utf8)))
        }
    }

    @Test func `A short string is itself, however it is held in memory`() {
        var large = "short"
        large.reserveCapacity(100)
        #expect(bytesEqual(large, "short"))
        #expect(bytesCompare(large, "short") == 0)
        #expect(Value.string(large).hashValue == Value.string("short").hashValue)
        let dictionary = [ByteString(large): 1]
        #expect(dictionary[ByteString("short")] == 1)
        #expect(Value.string(String("a short string".dropFirst(2).prefix(5))) == "short")
    }

    @Test func `Values lie in memory as comparisons in place take them to`() {
        #expect(ValueWords.agrees)
    }

    @Test func `Objects are equal and ordered by names, whatever the order given`() {
        let a: Value = ["x": 1, "y": ["p": 1, "q": 2]]
        let b: Value = ["y": ["q": 2, "p": 1], "x": 1.0]
        #expect(a == b)
        #expect(a.hashValue == b.hashValue)
        #expect(Value.compare(a, b) == 0)
        #expect(a != ["x": 1])
        #expect(a != ["x": 1, "z": ["p": 1, "q": 2]])
        #expect((["a": 1] as Value) < ["b": 0])
        #expect((["a": 1] as Value) < ["a": 1, "b": 0])
        #expect((["x": nil] as Value) != [:])
    }

    @Test(arguments: valueSeeds)
    func `Order, equality, hashing and comparison in place agree on random values`(seed: UInt64) {
        var generator = ValueGenerator(seed: seed)
        let values = (0..<120).map { _ in generator.value() }
        for a in values {
            for b in values {
                let order = Value.compare(a, b)
                #expect(order.signum() == -Value.compare(b, a).signum())
                #expect((order == 0) == (a == b))
                if a == b { #expect(a.hashValue == b.hashValue) }
                withUnsafePointer(to: a) { a in
                    withUnsafePointer(to: b) { b in
                        #expect(Value.compare(a, b).signum() == order.signum())
                        #expect(Value.isEqual(a, b) == (order == 0))
                    }
                }
            }
        }
        let sorted = values.sorted()
        for index in 1..<sorted.count {
            for earlier in sorted[..<index] { #expect(!(sorted[index] < earlier)) }
        }
    }
}
