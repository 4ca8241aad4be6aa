import Testing

@testable import StoreCore

/// Work is counted in instructions, not timed.
@Suite struct `What a pattern costs` {
    static let hostile = [
        "(a+)+$", "(a|a)*$", "(a|aa)+$", "^(a?){30}a{30}$", "(.*)*x", "(.*)(.*)(.*)(.*)[^a]",
        "((a{1,5}){1,5}){1,5}!", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$", "(\\w*\\b)*!",
    ]

    @Test(arguments: hostile)
    func `grows with the text and not faster`(source: String) throws {
        let pattern = try Pattern(source)
        func steps(_ count: Int) -> Int {
            let text = String(repeating: "a", count: count) + "!\n"
            let (isMatch, steps) = pattern.run(text)
            #expect(pattern.matches(text) == isMatch)
            #expect(steps <= pattern.stepsMax(scalars: count + 2))
            return steps
        }
        let few = steps(1_000)
        #expect(steps(10_000) <= 11 * few)
    }

    @Test func `is one look for each scalar where there is a table`() throws {
        for source in ["(a+)+$", "^[A-Z]{2}\\d{4}$", "(x+x+)+y", "^.{1,1000}$", "\\bcat\\b"] {
            #expect(try Pattern(source).isTabled, "\(source)")
        }
    }

    @Test func `stays bounded where the table would be too large`() throws {
        // Whether the 20th scalar from the end is an a takes 2^20 states to tell.
        let pattern = try Pattern("a[ab]{19}$")
        #expect(!pattern.isTabled)
        let text = String(repeating: "ab", count: 5_000)
        #expect(pattern.matches(text))
        #expect(!pattern.matches(text + "b"))
        #expect(pattern.run(text).steps <= pattern.stepsMax(scalars: 10_000))
        let wide = try Pattern("(a|b|c|d){300}$")
        #expect(!wide.isTabled)
        #expect(wide.matches(String(repeating: "abcd", count: 75)))
        #expect(!wide.matches(String(repeating: "abcd", count: 75) + "e"))
    }

    @Test func `ends early once nothing can match`() throws {
        let text = "x" + String(repeating: "a", count: 100_000)
        #expect(try Pattern("^a+$").run(text).steps < 10)
        #expect(try Pattern("x").run(text).steps < 10)
    }
}
