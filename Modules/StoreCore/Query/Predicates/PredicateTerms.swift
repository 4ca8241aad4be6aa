/// The terms of a chain of `&&` or of `||`, in order: a height-balanced tree with the terms at its
/// leaves.
///
/// Joining is O(log n) on either side, so that a chain built in a loop is O(n log n), and no walk
/// or release goes deeper than the logarithm of the number of terms.
indirect enum PredicateTerms: Sendable {
    case one(Predicate.Node)
    case join(PredicateTerms, PredicateTerms, height: Int, count: Int)

    init(_ node: Predicate.Node) { self = .one(node) }

    var height: Int {
        switch self {
        case .one: return 0
        case .join(_, _, let height, _): return height
        }
    }

    var count: Int {
        switch self {
        case .one: return 1
        case .join(_, _, _, let count): return count
        }
    }

    /// The term, if there is just one.
    var only: Predicate.Node? {
        if case .one(let node) = self { return node }
        return nil
    }

    /// The terms of `left`, then those of `right`.
    static func joined(_ left: PredicateTerms, _ right: PredicateTerms) -> PredicateTerms {
        if left.height > right.height + 1, case .join(let first, let rest, _, _) = left {
            return balanced(first, joined(rest, right))
        }
        if right.height > left.height + 1, case .join(let rest, let last, _, _) = right {
            return balanced(joined(left, rest), last)
        }
        return pair(left, right)
    }

    private static func pair(_ left: PredicateTerms, _ right: PredicateTerms) -> PredicateTerms {
        // No overflow: a predicate has at most `sizeMax` terms, and here are the terms of two.
        .join(
            left, right, height: max(left.height, right.height) + 1,
            count: left.count + right.count)
    }

    /// Joins two trees whose heights differ by at most two.
    private static func balanced(
        _ left: PredicateTerms, _ right: PredicateTerms
    ) -> PredicateTerms {
        if right.height > left.height + 1, case .join(let inner, let outer, _, _) = right {
            if inner.height > outer.height, case .join(let first, let second, _, _) = inner {
                return pair(pair(left, first), pair(second, outer))
            }
            return pair(pair(left, inner), outer)
        }
        if left.height > right.height + 1, case .join(let outer, let inner, _, _) = left {
            if inner.height > outer.height, case .join(let first, let second, _, _) = inner {
                return pair(pair(outer, first), pair(second, right))
            }
            return pair(outer, pair(inner, right))
        }
        return pair(left, right)
    }

    /// Visits the terms in order.
    func forEach<E: Error>(_ body: (Predicate.Node) throws(E) -> Void) throws(E) {
        switch self {
        case .one(let node): try body(node)
        case .join(let left, let right, _, _):
            try left.forEach(body)
            try right.forEach(body)
        }
    }

    /// The terms in order.
    var nodes: [Predicate.Node] {
        var nodes: [Predicate.Node] = []
        nodes.reserveCapacity(count)
        forEach { nodes.append($0) }
        return nodes
    }
}

extension PredicateTerms: Hashable {
    static func == (one: PredicateTerms, other: PredicateTerms) -> Bool {
        one.count == other.count && one.nodes == other.nodes
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        forEach { hasher.combine($0) }
    }
}
