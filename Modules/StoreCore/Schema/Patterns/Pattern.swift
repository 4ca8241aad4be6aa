/// A regular expression of a subset that can be matched in linear time.
///
/// | written | matches |
/// |---|---|
/// | `a` | itself; metacharacters are escaped by a backslash, and so may be all other signs |
/// | `.` | any scalar but the ends of lines U+000A, U+000D, U+2028 and U+2029 |
/// | `[a-z_]`, `[^a-z_]` | one scalar of those, or none of those; `[]` none, `[^]` any |
/// | `\d` `\w` `\s` | an ASCII digit; ASCII letter, digit or `_`; white space. Capitals negate |
/// | `\t` `\n` `\r` `\v` `\f` `\0` | the control characters |
/// | `\xHH` `\uHHHH` `\u{H…}` | the scalar of that number |
/// | `ab`, `a\|b` | one after the other; either |
/// | `(a)` `(?:a)` `(?<name>a)` | a group; nothing is captured |
/// | `?` `*` `+` `{n}` `{n,}` `{n,m}` | so often; a `?` behind it makes no difference |
/// | `^` `$` | the text's beginning, the text's end |
/// | `\b` `\B` | the edge between what `\w` matches and what it does not; no such edge |
///
/// A text matches when any part of it does. All of this means what it means to ECMAScript without
/// flags, except that a text is made of Unicode scalars here and of UTF-16 units there. There are no
/// backreferences, no lookaround, no possessive quantifiers, no atomic groups, no flags and no
/// Unicode properties.
///
/// Immutable: threads share a pattern freely.
final class Pattern: Sendable {
    /// The pattern as it was written.
    let source: String
    private let program: PatternProgram
    private let table: PatternTable?

    /// Compiles a pattern.
    ///
    /// - Throws: `PatternFault` for what is not supported, with its place.
    /// - Complexity: bounded by the limits of ``PatternParser``, ``PatternProgram`` and
    ///   ``PatternTable``, whatever the pattern.
    init(_ source: String) throws(PatternFault) {
        self.source = source
        program = try PatternProgram(source)
        table = PatternTable(program)
    }

    /// Whether a table does the work, so that the length of the pattern does not matter.
    var isTabled: Bool { table != nil }

    /// Whether any part of the text matches.
    ///
    /// - Complexity: O(n) in the text's length with a table, otherwise O(n × m) with m instructions.
    func matches(_ text: String) -> Bool {
        withBytes(of: text) { bytes in
            table?.matches(bytes, program.alphabet) ?? run(bytes).isMatch
        }
    }

    /// As ``matches(_:)`` without a table: with the number of steps that it took.
    func run(_ text: String) -> (isMatch: Bool, steps: Int) {
        withBytes(of: text) { run($0) }
    }

    /// The most steps that a text of so many scalars can take.
    func stepsMax(scalars: Int) -> Int { (scalars + 1) * program.instructions.count }

    private func run(_ bytes: UnsafeRawBufferPointer) -> (isMatch: Bool, steps: Int) {
        var machine = PatternMachine(program)
        var reader = ScalarReader(bytes)
        while let symbol = reader.next(program.alphabet) {
            if machine.take(symbol) { return (true, machine.steps) }
            if machine.isStuck { return (false, machine.steps) }
        }
        return (machine.take(nil), machine.steps)
    }
}
