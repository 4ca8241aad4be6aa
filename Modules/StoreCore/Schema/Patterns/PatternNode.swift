/// A pattern, or a part of one, as it was written.
///
/// No part is deeper than ``PatternParser/depthMax`` allows, so that walking one recursively is
/// safe. Sequences, choices and repetitions hold nothing that is empty: each of their parts takes
/// at least one instruction.
indirect enum PatternNode {
    /// Matches the empty text.
    case empty
    /// One scalar of a set, which is told by its number.
    case set(Int)
    /// A place in the text.
    case assertion(PatternAssertion)
    /// One after the other.
    case sequence([PatternNode])
    /// Any of several, or perhaps nothing.
    case choice([PatternNode], orNothing: Bool)
    /// At least so often, and at most so often if there is a limit.
    case repetition(PatternNode, least: Int, most: Int?)

    /// Parts in order, without the empty ones.
    static func joining(_ parts: [PatternNode]) -> PatternNode {
        parts.count > 1 ? .sequence(parts) : parts.first ?? .empty
    }

    /// Branches, of which any will do.
    static func choosing(_ branches: [PatternNode]) -> PatternNode {
        let filled = branches.filter { !$0.isEmpty }
        let lacks = filled.count < branches.count
        if filled.isEmpty { return .empty }
        return filled.count == 1 && !lacks ? filled[0] : .choice(filled, orNothing: lacks)
    }

    /// A part, repeated.
    static func repeating(_ part: PatternNode, least: Int, most: Int?) -> PatternNode {
        part.isEmpty || most == 0 ? .empty : .repetition(part, least: least, most: most)
    }

    var isEmpty: Bool {
        if case .empty = self { true } else { false }
    }
}

/// A condition on a place in the text.
enum PatternAssertion {
    /// `^`
    case start
    /// `$`
    case end
    /// `\b`
    case boundary
    /// `\B`
    case noBoundary
}
