/// Reads a pattern.
///
/// What is taken means what it means to ECMAScript's regular expressions, apart from two things: a
/// pattern and its texts are made of Unicode scalars, not of UTF-16 units, and `\u{…}` is always a
/// scalar's number. What ECMAScript reads in surprising ways for old pages' sake is refused
/// instead, and so is all that cannot be matched in linear time.
///
/// Open groups are kept on a stack of the parser's own: no pattern overflows the thread's.
struct PatternParser {
    /// The most groups inside one another.
    static let depthMax = 250
    /// The most UTF-8 bytes of a pattern.
    static let bytesMax = 65_536

    let scalars: [Unicode.Scalar]
    var place = 0
    /// The sets that the pattern names, by number.
    private(set) var sets: [ScalarSet] = []
    private var open: [Group] = []
    private var group = Group(offset: 0)

    /// A group that has not been closed yet; the outermost one is the whole pattern.
    private struct Group {
        let offset: Int
        var branches: [PatternNode] = []
        var parts: [PatternNode] = []

        init(offset: Int) { self.offset = offset }

        mutating func endBranch() {
            branches.append(.joining(parts))
            parts = []
        }
    }

    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    /// The whole pattern.
    mutating func pattern() throws(PatternFault) -> PatternNode {
        while let scalar = next() { try read(scalar) }
        guard open.isEmpty else { throw fault("The group is not closed", at: group.offset) }
        group.endBranch()
        return .choosing(group.branches)
    }

    private mutating func read(_ scalar: Unicode.Scalar) throws(PatternFault) {
        switch scalar {
        case "(": try openGroup()
        case ")": try closeGroup()
        case "|": group.endBranch()
        case "^": try append(.start)
        case "$": try append(.end)
        case ".": try append(.dots)
        case "[": try append(scalarClass())
        case "\\": try appendEscape()
        case "*", "+", "?": throw fault("There is nothing that \(scalar) could repeat")
        case "{": throw fault("There is nothing to repeat; a brace itself is written \\{")
        default: try append(ScalarSet(scalar))
        }
    }

    // MARK: - Groups

    private mutating func openGroup() throws(PatternFault) {
        let offset = place - 1
        guard open.count < PatternParser.depthMax else {
            throw fault("Groups stand more than \(PatternParser.depthMax) levels deep")
        }
        if skip("?") { try groupKind(offset) }
        open.append(group)
        group = Group(offset: offset)
    }

    /// What stands behind `(?`.
    private mutating func groupKind(_ offset: Int) throws(PatternFault) {
        switch next() {
        case ":": return
        case "=", "!": throw fault("Lookahead is not supported", at: offset)
        case "<":
            if peek == "=" || peek == "!" {
                throw fault("Lookbehind is not supported", at: offset)
            }
            try groupName()
        case ">": throw fault("Atomic groups are not supported", at: offset)
        default:
            throw fault(
                "Groups begin with (, (?: or (?<name>; nothing else is supported", at: offset)
        }
    }

    private mutating func groupName() throws(PatternFault) {
        let start = place
        while let scalar = next() {
            if scalar == ">", place - 1 > start { return }
            let isDigit = ("0"..."9").contains(scalar)
            guard
                scalar == "_" || scalar.properties.isAlphabetic || isDigit && place - 1 > start
            else { break }
        }
        throw fault("A group's name is made of letters and digits, and ends with >", at: start)
    }

    private mutating func closeGroup() throws(PatternFault) {
        let offset = place - 1
        guard let outer = open.popLast() else {
            throw fault("There is no group to close; a parenthesis itself is written \\)")
        }
        group.endBranch()
        let node = PatternNode.choosing(group.branches)
        group = outer
        try append(node, at: offset)
    }

    // MARK: - Parts

    private mutating func appendEscape() throws(PatternFault) {
        switch peek {
        case "b":
            place += 1
            try append(.boundary)
        case "B":
            place += 1
            try append(.noBoundary)
        default: try append(escape(inClass: false).set)
        }
    }

    private mutating func append(_ set: ScalarSet) throws(PatternFault) {
        let offset = place - 1
        if sets.last != set { sets.append(set) }
        try append(.set(sets.count - 1), at: offset)
    }

    private mutating func append(_ assertion: PatternAssertion) throws(PatternFault) {
        if let peek, ["*", "+", "?", "{"].contains(peek) {
            throw fault("An anchor cannot be repeated", at: place)
        }
        group.parts.append(.assertion(assertion))
    }

    /// Appends a part together with the quantifier behind it.
    private mutating func append(_ part: PatternNode, at offset: Int) throws(PatternFault) {
        var node = part
        if let (least, most) = try quantifier() {
            node = .repeating(part, least: least, most: most)
        }
        if !node.isEmpty { group.parts.append(node) }
    }

    private mutating func quantifier() throws(PatternFault) -> (least: Int, most: Int?)? {
        let counts: (least: Int, most: Int?)
        switch peek {
        case "*": counts = (0, nil)
        case "+": counts = (1, nil)
        case "?": counts = (0, 1)
        case "{": counts = try braces()
        default: return nil
        }
        place += 1
        // Whether few or many are tried first does not change whether there is a match.
        _ = skip("?")
        if peek == "+" {
            throw fault("Possessive quantifiers are not supported", at: place)
        }
        return counts
    }

    /// A quantifier in braces, up to the closing one.
    private mutating func braces() throws(PatternFault) -> (least: Int, most: Int?) {
        let offset = place
        place += 1
        let least = number()
        var most = least
        if skip(",") { most = number() }
        guard let least, peek == "}" else {
            throw fault("A count is {n}, {n,} or {n,m}; a brace itself is written \\{", at: offset)
        }
        for count in [least, most ?? 0] where count > PatternProgram.instructionsMax {
            throw fault(
                "Nothing is repeated more than \(PatternProgram.instructionsMax) times", at: offset)
        }
        if let most, most < least {
            throw fault("The count is impossible: at least \(least), at most \(most)", at: offset)
        }
        return (least, most)
    }

    /// The digits that follow, as a number; nil when there are none.
    private mutating func number() -> Int? {
        var result: Int?
        while let peek, let digit = peek.decimalDigit {
            result = min((result ?? 0) * 10 + digit, 1_000_000)
            place += 1
        }
        return result
    }

    // MARK: - Steps

    var peek: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    mutating func next() -> Unicode.Scalar? {
        guard let scalar = peek else { return nil }
        place += 1
        return scalar
    }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        place += 1
        return true
    }

    /// A fault in what was read last, unless said otherwise.
    func fault(_ message: String, at offset: Int? = nil) -> PatternFault {
        PatternFault(offset: offset ?? max(0, place - 1), message: message)
    }
}

extension Unicode.Scalar {
    fileprivate var decimalDigit: Int? {
        ("0"..."9").contains(self) ? Int(value - 0x30) : nil
    }
}
