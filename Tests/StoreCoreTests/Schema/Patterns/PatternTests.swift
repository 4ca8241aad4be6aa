import Testing

@testable import StoreCore

@Suite struct `A pattern` {
    struct Case: Sendable, CustomTestStringConvertible {
        let pattern: String
        let yes: [String]
        let no: [String]

        init(_ pattern: String, _ yes: [String], _ no: [String]) {
            (self.pattern, self.yes, self.no) = (pattern, yes, no)
        }

        var testDescription: String { pattern }
    }

    static let cases = [
        Case("", ["", "a"], []),
        Case("b", ["b", "abc"], ["", "a", "B"]),
        Case("é😀", ["xé😀", "é😀"], ["é", "😀", "e\u{301}😀"]),
        Case("a.c", ["abc", "a😀c", "a.c", "xac.c a-c"], ["ac", "a\nc", "a\rc", "a\u{2028}c"]),
        Case("^.$", ["é", "😀"], ["", "e\u{301}", "ab", "\r\n"]),
        // Alternatives and groups
        Case("^(?:a|bc|)$", ["a", "bc", ""], ["b", "abc"]),
        Case("^a|b$", ["ax", "xb", "b"], ["xa", "bx", ""]),
        Case("^(a)(?<name>b)(?:c)$", ["abc"], ["ab", "abcc"]),
        Case("^(|a)$", ["", "a"], ["aa"]),
        Case("a(b(c(d)))|()", ["", "x"], []),
        // Quantifiers
        Case("^a?b*c+$", ["c", "ac", "abbbcc", "bc"], ["", "a", "aac", "ab"]),
        Case("^a??b*?c+?$", ["c", "ac", "abbbcc", "bc"], ["", "a", "aac", "ab"]),
        Case("^a{3}$", ["aaa"], ["aa", "aaaa"]),
        Case("^a{2,}$", ["aa", "aaaaaa"], ["a", ""]),
        Case("^a{1,3}?$", ["a", "aa", "aaa"], ["", "aaaa"]),
        Case("^a{0}b$", ["b"], ["ab"]),
        Case("^(ab){0,2}$", ["", "ab", "abab"], ["aba", "ababab"]),
        Case("^(a{2}){2,3}$", ["aaaa", "aaaaaa"], ["aa", "aaaaa", "aaaaaaa"]),
        Case("^(a*)*$", ["", "aaa"], ["b"]),
        Case("^(a|b?)+c$", ["c", "abac"], ["", "ab"]),
        Case("^(){5}$", [""], ["a"]),
        // Classes
        Case("^[abc]+$", ["a", "cab"], ["d", "abd"]),
        Case("^[^abc]$", ["d", "\n", "😀"], ["a", ""]),
        Case("^[a-cx-z0]$", ["b", "y", "0"], ["d", "-", "1"]),
        Case("^[-a]$", ["-", "a"], ["b"]),
        Case("^[a-]$", ["-", "a"], ["b"]),
        Case("^[\\w-.]+$", ["a-b.c_1"], ["a b", ","]),
        Case("^[.-\\d]+$", ["1.2-3"], ["/"]),
        Case("^[\\]\\\\^]+$", ["]\\^"], ["["]),
        Case("^[.*+?(){}|$/[]+$", [".*+?(){}|$/["], ["a"]),
        Case("^[α-ω😀-😂]$", ["β", "😁"], ["a", "😃"]),
        Case("^[\\b]$", ["\u{8}"], ["b"]),
        Case("[]", [], ["", "a"]),
        Case("^[^]$", ["\n", "a"], [""]),
        Case("^[\\s\\S]$", ["\n", "a", "é"], [""]),
        Case("^[^\\d\\s]$", ["a"], ["1", " "]),
        // Escapes
        Case("^\\d\\D$", ["1a", "9 "], ["11", "aa", "١a"]),
        Case("^\\w\\W$", ["a-", "_é", "Z "], ["aa", "é-", "--"]),
        Case("^\\s\\S$", [" a", "\u{A0}a", "\u{FEFF}é", "\u{3000}a"], ["aa", "  ", "\u{200B}a"]),
        Case("^\\t\\n\\r\\v\\f\\0$", ["\t\n\r\u{B}\u{C}\0"], ["tnrvf0"]),
        Case("^\\x41\\u00e9\\u{1F600}\\uD83D\\uDE00$", ["Aé😀😀"], ["Ae😀😀"]),
        Case(#"^\^\$\\\.\*\+\?\(\)\[\]\{\}\|\/\-\@$"#, [#"^$\.*+?()[]{}|/-@"#], [""]),
        Case("^]}$", ["]}"], [""]),
        // Anchors and boundaries
        Case("^", ["", "a"], []),
        Case("$", ["", "a"], []),
        Case("^$", [""], ["\n", "a"]),
        Case("a$", ["a", "ba"], ["a\n", "ab"]),
        Case("^a", ["a", "ab"], ["\na", "ba"]),
        Case("a^b", [], ["ab", "a\nb"]),
        Case("(^|,)a($|,)", ["a", "b,a", "a,b", "x,a,y"], ["ba", "ab", ""]),
        Case("(?:^a|b)c", ["acx", "xbc"], ["xac"]),
        Case("\\bcat\\b", ["cat", "a cat.", "é cat"], ["cats", "concat", "_cat"]),
        Case("\\Bat\\B", ["cats"], ["cat", "at", "at s"]),
        Case("^\\b", ["a"], ["", " a"]),
        Case("\\b$", ["a", " a"], ["", "a "]),
        Case("^\\B$", [""], ["a"]),
        // Uses
        Case("^[A-Z]{2}\\d{4}$", ["AB1234"], ["AB123", "ab1234", "AB12345"]),
        Case("^\\+?[0-9 ()-]{7,20}$", ["+43 (1) 234-567"], ["12", "call me"]),
        Case("^#(?:[0-9a-f]{3}){1,2}$", ["#fff", "#0a0b0c"], ["#ffff", "fff"]),
        Case(
            "^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.|$)){4}$",
            ["1.2.3.4", "255.255.255.255"], ["256.1.1.1", "1.2.3"]),
    ]

    @Test(arguments: cases)
    func `matches what it says, with a table and without`(one: Case) throws {
        let pattern = try Pattern(one.pattern)
        #expect(pattern.isTabled)
        for text in one.yes {
            #expect(pattern.matches(text), "\(text.debugDescription)")
            #expect(pattern.run(text).isMatch, "\(text.debugDescription), without a table")
        }
        for text in one.no {
            #expect(!pattern.matches(text), "\(text.debugDescription)")
            #expect(!pattern.run(text).isMatch, "\(text.debugDescription), without a table")
        }
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let pattern: String
        let offset: Int
        let word: String

        init(_ pattern: String, _ offset: Int, _ word: String) {
            (self.pattern, self.offset, self.word) = (pattern, offset, word)
        }

        var testDescription: String { pattern }
    }

    static let faults = [
        Fault("a(?=b)", 1, "Lookahead"), Fault("a(?!b)", 1, "Lookahead"),
        Fault("(?<=a)b", 0, "Lookbehind"), Fault("é(?<!a)b", 1, "Lookbehind"),
        Fault("(a)\\1", 3, "Backreferences"), Fault("(?<n>a)\\k<n>", 7, "Backreferences"),
        Fault("(?>a)", 0, "Atomic"), Fault("a++", 2, "Possessive"), Fault("a{2}+", 4, "Possessive"),
        Fault("(?i)a", 0, "nothing else"), Fault("(?P<n>a)", 0, "nothing else"),
        Fault("(?", 0, "nothing else"), Fault("(?<", 3, "name"), Fault("(?<>a)", 3, "name"),
        Fault("(?<1>a)", 3, "name"), Fault("(?<a", 3, "name"),
        Fault("\\p{L}", 0, "properties"), Fault("a\\Z", 1, "no escape \\Z"),
        Fault("[\\B]", 1, "no escape \\B"), Fault("\\01", 0, "Octal"),
        Fault("\\x4", 0, "2 hexadecimal"), Fault("\\u12", 0, "4 hexadecimal"),
        Fault("\\u{}", 0, "number of a scalar"), Fault("\\u{110000}", 0, "number of a scalar"),
        Fault("\\u{D800}", 0, "number of a scalar"), Fault("\\uD800", 0, "surrogate"),
        Fault("\\uD800\\uD800", 0, "surrogate"), Fault("\\uDC00", 0, "surrogate"),
        Fault("a\\", 1, "backslash"),
        Fault("*a", 0, "nothing"), Fault("a|+", 2, "nothing"), Fault("(?:?)", 3, "nothing"),
        Fault("a**", 2, "nothing"), Fault("^*", 1, "anchor"), Fault("\\b?", 2, "anchor"),
        Fault("{", 0, "brace"), Fault("a{", 1, "count"), Fault("a{,3}", 1, "count"),
        Fault("a{x}", 1, "count"), Fault("a{1", 1, "count"), Fault("a{1,2", 1, "count"),
        Fault("a{3,2}", 1, "impossible"), Fault("a{10001}", 1, "10000 times"),
        Fault("a{99999999999999999999999}", 1, "10000 times"),
        Fault("(a", 0, "not closed"), Fault("a(b(c)", 1, "not closed"), Fault("a)", 1, "no group"),
        Fault("[a", 0, "not closed"), Fault("[", 0, "not closed"), Fault("[a-", 0, "not closed"),
        Fault("[z-a]", 2, "goes down"), Fault("[[:alpha:]]", 1, "by name"),
    ]

    @Test(arguments: faults)
    func `that is not supported says what and where`(fault: Fault) throws {
        let error = try #require(throws: PatternFault.self) { try Pattern(fault.pattern) }
        #expect(error.message.contains(fault.word), "\(error)")
        #expect(error.offset == fault.offset, "\(error)")
    }

    @Test func `has at most 10000 parts, repetitions written out`() throws {
        let text = String(repeating: "a", count: 9_997)
        #expect(try Pattern("^a{9997}$").run(text).isMatch)
        for pattern in [
            "^a{9998}$", "(a{100}){100}", "((a{1000}){1000}){1000}", "(((a*)*){5000}){5000}",
            "(?:a{0,100}){0,100}", String(repeating: "a", count: 10_000),
        ] {
            let error = #expect(throws: PatternFault.self) { try Pattern(pattern) }
            #expect(error?.message.contains("10000 parts") == true)
        }
        let empty = try Pattern("((((){10000}){10000}){10000}a{0}){10000}")
        #expect(empty.matches("x"))
    }

    @Test func `has at most 65536 bytes`() throws {
        let wide = "[" + String(repeating: "ab", count: 32_767) + "]"
        #expect(try Pattern(wide).matches("b"))
        let error = #expect(throws: PatternFault.self) { try Pattern(wide + "a") }
        #expect(error?.message.contains("65536 bytes") == true)
    }

    @Test func `has groups up to 250 levels deep`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "(", count: depth) + "a" + String(repeating: ")?", count: depth)
        }
        #expect(try Pattern("^" + nested(250) + "$").matches("a"))
        let error = #expect(throws: PatternFault.self) { try Pattern(nested(251)) }
        #expect(error?.offset == 250)
        #expect(throws: PatternFault.self) { try Pattern(String(repeating: "(", count: 60_000)) }
    }
}
