/// A pattern as instructions for a machine that is in many places at once.
///
/// Repetitions with a count are written out: the program's length bounds what one scalar of a text
/// can cost.
struct PatternProgram: Sendable {
    /// The most instructions of a program.
    static let instructionsMax = 10_000

    enum Instruction: Sendable {
        /// Takes a scalar of these classes, and goes on.
        case range(UInt32, UInt32)
        /// Takes a scalar of a set, by its number, and goes on.
        case set(Int32)
        /// Goes on at both places.
        case split(Int32, Int32)
        /// Goes on elsewhere.
        case jump(Int32)
        /// Goes on if the place in the text is such.
        case assertion(PatternAssertion)
        /// The text matches.
        case match
    }

    let alphabet: PatternAlphabet
    /// The sets, as the classes that they are made of.
    let sets: [[ClosedRange<UInt32>]]
    private(set) var instructions: [Instruction] = []
    /// Whether a match may begin anywhere else than where the text does.
    private(set) var canBeginLater = true

    /// Compiles a pattern.
    ///
    /// - Throws: `PatternFault` when it is too long, when the program would be, or for the parser's
    ///   reasons.
    init(_ pattern: String) throws(PatternFault) {
        guard pattern.utf8.count <= PatternParser.bytesMax else {
            throw PatternFault(
                offset: 0,
                message: "A pattern has at most \(PatternParser.bytesMax) bytes of UTF-8")
        }
        var parser = PatternParser(pattern)
        let node = try parser.pattern()
        guard node.size < PatternProgram.instructionsMax else {
            throw PatternFault(
                offset: 0,
                message: "With its repetitions written out, the pattern has more than "
                    + "\(PatternProgram.instructionsMax) parts; use smaller counts")
        }
        let alphabet = PatternAlphabet(parser.sets, tellsWords: node.asksForBoundaries)
        self.alphabet = alphabet
        sets = parser.sets.map(alphabet.symbols)
        emit(node)
        instructions.append(.match)
        canBeginLater = findsWayInside()
    }

    private var next: Int32 { Int32(instructions.count) }

    private mutating func emit(_ node: PatternNode) {
        switch node {
        case .empty: break
        case .set(let number):
            if sets[number].count == 1 {
                let range = sets[number][0]
                instructions.append(.range(range.lowerBound, range.upperBound))
            } else {
                instructions.append(.set(Int32(number)))
            }
        case .assertion(let assertion): instructions.append(.assertion(assertion))
        case .sequence(let parts): for part in parts { emit(part) }
        case .choice(let branches, let orNothing): emit(branches, orNothing: orNothing)
        case .repetition(let part, let least, let most): emit(part, least, most)
        }
    }

    private mutating func emit(_ branches: [PatternNode], orNothing: Bool) {
        var exits: [Int] = []
        for (index, branch) in branches.enumerated() {
            guard orNothing || index < branches.count - 1 else {
                emit(branch)
                break
            }
            let fork = instructions.count
            instructions.append(.split(next + 1, 0))
            emit(branch)
            exits.append(instructions.count)
            instructions.append(.jump(0))
            instructions[fork] = .split(Int32(fork) + 1, next)
        }
        for exit in exits { instructions[exit] = .jump(next) }
    }

    private mutating func emit(_ part: PatternNode, _ least: Int, _ most: Int?) {
        var start = next
        for _ in 0..<least {
            start = next
            emit(part)
        }
        guard let most else {
            if least > 0 {
                instructions.append(.split(start, next + 1))
            } else {
                instructions.append(.split(0, 0))
                emit(part)
                instructions.append(.jump(start))
                instructions[Int(start)] = .split(start + 1, next)
            }
            return
        }
        var forks: [Int] = []
        for _ in least..<most {
            forks.append(instructions.count)
            instructions.append(.split(0, 0))
            emit(part)
        }
        for fork in forks { instructions[fork] = .split(Int32(fork) + 1, next) }
    }

    /// Whether anything but the text's beginning leads from the first instruction to one that takes
    /// a scalar or matches.
    private func findsWayInside() -> Bool {
        var seen = [Bool](repeating: false, count: instructions.count)
        var stack: [Int32] = [0]
        while let place = stack.popLast() {
            if seen[Int(place)] { continue }
            seen[Int(place)] = true
            switch instructions[Int(place)] {
            case .range, .set, .match: return true
            case .jump(let target): stack.append(target)
            case .split(let first, let second): stack += [first, second]
            case .assertion(.start): break
            case .assertion: stack.append(place + 1)
            }
        }
        return false
    }
}

extension PatternNode {
    /// How many instructions the node takes, or ``PatternProgram/instructionsMax`` if more.
    fileprivate var size: Int {
        let size: Int
        switch self {
        case .empty: size = 0
        case .set, .assertion: size = 1
        case .sequence(let parts):
            size = parts.reduce(0) { min($0 + $1.size, PatternProgram.instructionsMax) }
        case .choice(let branches, let orNothing):
            size = branches.reduce(orNothing ? 0 : -2) {
                min($0 + $1.size + 2, PatternProgram.instructionsMax)
            }
        case .repetition(let part, let least, let most?):
            size = part.size * most + (most - least)
        case .repetition(let part, let least, nil):
            size = least > 0 ? part.size * least + 1 : part.size + 2
        }
        return min(size, PatternProgram.instructionsMax)
    }

    fileprivate var asksForBoundaries: Bool {
        switch self {
        case .empty, .set: false
        case .assertion(let assertion): assertion == .boundary || assertion == .noBoundary
        case .sequence(let parts): parts.contains { $0.asksForBoundaries }
        case .choice(let branches, _): branches.contains { $0.asksForBoundaries }
        case .repetition(let part, _, _): part.asksForBoundaries
        }
    }
}
