import StoreTesting

@testable import StoreCore

/// Random values from a seed, small enough to meet each other often.
struct ValueGenerator: RandomNumberGenerator {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed << 32) }

    mutating func next() -> UInt64 { random.next() }

    /// A value with at most `levels` levels of arrays and objects.
    mutating func value(levels: Int = 3) -> Value {
        switch Int.random(in: 0..<(levels > 0 ? 9 : 7), using: &self) {
        case 0: .null
        case 1: .bool(Bool.random(using: &self))
        case 2: .integer(integer())
        case 3: .double(double())
        case 4: .date(Timestamp(microseconds: integer()))
        case 5: .string(string())
        case 6:
            .bytes(
                (0..<Int.random(in: 0..<6, using: &self)).map { _ in
                    UInt8.random(in: 0...255, using: &self)
                })
        case 7:
            .array((0..<Int.random(in: 0..<4, using: &self)).map { _ in value(levels: levels - 1) })
        default: .object(fields(levels: levels - 1))
        }
    }

    mutating func fields(levels: Int = 2) -> Fields {
        var fields = Fields()
        for _ in 0..<Int.random(in: 0..<5, using: &self) { fields[name()] = value(levels: levels) }
        return fields
    }

    mutating func name() -> String {
        [
            "a", "b", "é", "e\u{301}", "$date", "$bytes", "$object",
            "a name of more than fifteen bytes", "",
        ]
        .randomElement(using: &self) ?? ""
    }

    mutating func integer() -> Int64 {
        switch Int.random(in: 0..<4, using: &self) {
        case 0: Int64.random(in: -3...3, using: &self)
        case 1: (1 << 53) + Int64.random(in: -2...2, using: &self)
        case 2: [Int64.max, .max - 1, .min, .min + 1].randomElement(using: &self) ?? 0
        default: Int64.random(in: .min ... .max, using: &self)
        }
    }

    mutating func double() -> Double {
        switch Int.random(in: 0..<5, using: &self) {
        case 0: Double(Int64.random(in: -3...3, using: &self))
        case 1: 0x1p53 + Double(Int64.random(in: -2...2, using: &self))
        case 2:
            [0x1p63, -0x1p63, (0x1p63).nextDown, -0.0, .leastNonzeroMagnitude, 1.5].randomElement(
                using: &self) ?? 0
        case 3: Double.random(in: -3...3, using: &self)
        default: Double(bitPattern: next()).finiteOrZero
        }
    }

    mutating func string() -> String {
        let pieces = ["a", "b", "\0", "é", "e\u{301}", "日本", "🙂", "0123456789", "zzzzzzzzzzzzzzzz"]
        return (0..<Int.random(in: 0..<5, using: &self)).map { _ in
            pieces.randomElement(using: &self) ?? ""
        }
        .joined()
    }
}

extension Double {
    fileprivate var finiteOrZero: Double { isFinite ? self : 0 }
}

/// The seeds that random tests run with; each is printed by the test's own name when it fails.
let valueSeeds: [UInt64] = [1, 2, 3, 42, 0xC0FFEE, 0xDEAD_BEEF]
