import StoreTesting

@testable import StoreCore

/// Values that are hard to tell apart: long equal prefixes, neighbours beyond 2^53, zero bytes, nulls.
enum ModelValues {
    static let texts: [String] = {
        let stem = String(repeating: "prefix-", count: 3)
        var texts = [
            "", "a", "a\0", "a\0\0", "ab", "sevenby", "sevenby\0", "eightbyt", "eightbytes",
        ]
        texts += (0..<12).map { stem + String($0) }
        texts += [stem, stem + "\0", "prefix-", "prefix", "é", "e\u{301}", "日本語", "日本語のなが"]
        texts += ["A", "AB", "SevenBy", "SEVENBY\0", "EIGHTBYTes", "PREFIX-prefix-PREFIX-3", "É"]
        texts += ["PREFIX-", "prefix-É", "prefix-é", "İ", "\u{212A}", "k", "eightbyt\u{212A}"]
        return texts
    }()

    static let numbers: [Value] = [
        0, -0.0, 1, 1.0, 1.5, -1, -1.5, .double(.leastNonzeroMagnitude), 1e300, -1e300,
        .integer(1 << 53), .integer(1 << 53 + 1), .integer(1 << 53 + 2), .double(0x1p53),
        .integer(-(1 << 53)), .integer(-(1 << 53) - 1), .double(-0x1p53), .integer(.max),
        .integer(.min), .double(0x1p63), .double(-0x1p63), .integer(.max - 1),
    ]

    static func draw(_ kind: ColumnType, _ random: inout SeededRandom) -> Value {
        if random.once(in: 8) { return .null }
        switch kind {
        case .string: return .string(random.pick(texts))
        case .number:
            return random.once(in: 2) ? random.pick(numbers) : .integer(Int64(random.below(20)))
        case .integer:
            return random.once(in: 4)
                ? .integer(random.pick([.min, .min + 1, .max, 0]))
                : .integer(Int64(random.below(30)) - 9)
        case .date:
            let micros =
                random.once(in: 4) ? Int64.min + Int64(random.below(2)) : Int64(random.below(9))
            return .date(Timestamp(microseconds: micros))
        case .boolean: return .bool(random.once(in: 2))
        case .bytes: return .bytes(Array(random.pick(texts).utf8))
        case .array:
            return .array((0..<random.below(3)).map { _ in .integer(Int64(random.below(3))) })
        case .object: return .object(["x": .integer(Int64(random.below(4)))])
        }
    }
}
