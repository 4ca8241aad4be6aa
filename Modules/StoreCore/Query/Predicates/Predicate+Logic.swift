extension Predicate {
    /// Both hold.
    ///
    /// - Complexity: O(log n) in the length of a chain of `&&`.
    public static func && (one: Predicate, other: Predicate) -> Predicate {
        switch (one.node, other.node) {
        case (.tooDeep, _), (_, .constant(true)): return one
        case (_, .tooDeep), (.constant(true), _): return other
        default: break
        }
        var depth = 0
        let left = terms(of: one, &depth) { if case .every(let terms) = $0 { terms } else { nil } }
        let right = terms(of: other, &depth) {
            if case .every(let terms) = $0 { terms } else { nil }
        }
        return Predicate(
            .every(.joined(left, right)), depth: depth, size: one.size + other.size)
    }

    /// At least one of the two holds.
    ///
    /// - Complexity: O(log n) in the length of a chain of `||`.
    public static func || (one: Predicate, other: Predicate) -> Predicate {
        switch (one.node, other.node) {
        case (.tooDeep, _), (_, .constant(false)): return one
        case (_, .tooDeep), (.constant(false), _): return other
        default: break
        }
        var depth = 0
        let left = terms(of: one, &depth) { if case .some(let terms) = $0 { terms } else { nil } }
        let right = terms(of: other, &depth) {
            if case .some(let terms) = $0 { terms } else { nil }
        }
        return Predicate(
            .some(.joined(left, right)), depth: depth, size: one.size + other.size)
    }

    /// The predicate does not hold.
    ///
    /// - Complexity: O(1).
    public static prefix func ! (predicate: Predicate) -> Predicate {
        switch predicate.node {
        case .tooDeep: return predicate
        case .constant(let holds): return Predicate(.constant(!holds))
        case .not(let inner):
            return Predicate(inner, depth: predicate.depth - 1, size: predicate.size)
        case .compare(let path, .equal, let value):
            return Predicate(.compare(path, .notEqual, value))
        case .compare(let path, .notEqual, let value):
            return Predicate(.compare(path, .equal, value))
        default:
            return Predicate(
                .not(predicate.node), depth: predicate.depth + 1, size: predicate.size)
        }
    }

    /// The terms that `predicate` brings into a chain, and the depth that the chain has at least
    /// with them.
    private static func terms(
        of predicate: Predicate, _ depth: inout Int, _ chain: (Node) -> PredicateTerms?
    ) -> PredicateTerms {
        if let terms = chain(predicate.node) {
            depth = max(depth, predicate.depth)
            return terms
        }
        depth = max(depth, predicate.depth + 1)
        return PredicateTerms(predicate.node)
    }
}
