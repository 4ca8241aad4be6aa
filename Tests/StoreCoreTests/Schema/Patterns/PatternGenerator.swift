import StoreTesting

@testable import StoreCore

/// Random patterns of the subset that the standard library's regular expressions share, and texts
/// that stand a chance to match.
struct PatternGenerator {
    var random: SeededRandom

    /// Whether patterns ask for boundaries of words: the standard library finds others.
    private let hasBoundaries: Bool

    init(seed: UInt64, hasBoundaries: Bool = false) {
        // Neighbouring seeds would draw the same numbers, one place further on.
        random = SeededRandom(seed &* 0xD134_2543_DE82_EF95)
        self.hasBoundaries = hasBoundaries
    }

    /// Without the underscore: the standard library does not count it as a word's before an emoji.
    static let letters = ["a", "b", "c", "1", "-", " ", "é", "😀", "ß"]

    mutating func text() -> String {
        (0..<random.below(9)).map { _ in random.pick(PatternGenerator.letters) }.joined()
    }

    mutating func pattern(depth: Int = 3) -> String {
        (0...random.below(2)).map { _ in branch(depth) }.joined(separator: "|")
    }

    private mutating func branch(_ depth: Int) -> String {
        (0..<(1 + random.below(3))).map { _ in piece(depth) }.joined()
    }

    private mutating func piece(_ depth: Int) -> String {
        switch random.below(14) {
        case 0: return random.pick(hasBoundaries ? ["^", "$", "\\b", "\\B"] : ["^", "$"])
        case 1...6: return atom(depth)
        case 7: return atom(depth) + random.pick(["{2}", "{1,}", "{0,2}", "{1,3}?", "{0}"])
        default: return atom(depth) + random.pick(["?", "*", "+", "??", "*?", "+?", ""])
        }
    }

    private mutating func atom(_ depth: Int) -> String {
        switch random.below(10) {
        case 0: return "."
        case 1: return random.pick(["\\d", "\\w", "\\s", "\\D", "\\W", "\\S"])
        case 2: return scalarClass()
        case 3...5 where depth > 0:
            return random.pick(["(", "(?:"]) + pattern(depth: depth - 1) + ")"
        default: return random.pick(["a", "b", "c", "1", "_", "\\-", " ", "é", "😀", "\\u{e9}"])
        }
    }

    private mutating func scalarClass() -> String {
        let members = (0...random.below(3)).map { _ in
            random.pick(["a", "b-c", "a-z", "0-9", "_", "é", "\\d", "\\w", "\\s", "\\-", "😀-😂"])
        }
        return (random.once(in: 3) ? "[^" : "[") + members.joined() + "]"
    }

    /// Any signs whatever, most of them metacharacters.
    mutating func garbage() -> String {
        let signs =
            [
                "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", "\\", ".", "-", ",",
                "(?:", "(?<", ">", "[^", "{2,3}", "{9999}", "\\u{", "\\x", "\\b", "\\d", "0", "1",
                "\0", "\u{10FFFF}", "\u{301}",
            ] + PatternGenerator.letters
        return (0..<random.below(24)).map { _ in random.pick(signs) }.joined()
    }
}
