/// A predicate as the planner sees it: terms that must all hold, and what they ask of columns.
struct Conjunction {
    /// All that the terms ask of one column.
    struct Column {
        let slot: Int
        var equal: (value: Value, term: Int)?
        var anyOf: (values: [Value], term: Int)?
        var interval: (interval: ValueInterval, terms: [Int])?
        var prefix: (string: String, term: Int)?
    }

    let terms: [Predicate.Node]
    private(set) var columns: [Column] = []
    /// Whether a term can never hold.
    private(set) var isImpossible = false

    /// - Throws: ``QueryError`` if a value is nested too deep.
    init(_ predicate: Predicate, _ layout: Layout) throws(QueryError) {
        switch predicate.node {
        case .constant(true): terms = []
        case .every(let chain): terms = chain.nodes
        case .tooDeep: throw .predicateTooDeep
        default: terms = [predicate.node]
        }
        for (number, term) in terms.enumerated() {
            if term.holdsDeepValue { throw .valueTooDeep }
            if case .constant(false) = term { isImpossible = true }
            guard let (slot, test) = ColumnTest.read(term, layout) else { continue }
            add(test, slot, number)
        }
    }

    func column(_ slot: Int) -> Column? {
        for column in columns where column.slot == slot { return column }
        return nil
    }

    /// The value that `slot` must equal.
    func equal(_ slot: Int) -> Value? { column(slot)?.equal?.value }

    private mutating func add(_ test: ColumnTest, _ slot: Int, _ term: Int) {
        let place = columns.firstIndex { $0.slot == slot } ?? columns.count
        if place == columns.count { columns.append(Column(slot: slot)) }
        switch test {
        case .equal(let value):
            if columns[place].equal == nil { columns[place].equal = (value, term) }
        case .anyOf(let values):
            if columns[place].anyOf == nil { columns[place].anyOf = (values, term) }
        case .prefix(let prefix):
            if columns[place].prefix == nil { columns[place].prefix = (prefix, term) }
        case .interval(let interval):
            if let (known, terms) = columns[place].interval {
                columns[place].interval = (known.intersection(interval), terms + [term])
            } else {
                columns[place].interval = (interval, [term])
            }
        case .never: isImpossible = true
        }
    }
}

extension Predicate.Node {
    /// Whether a value in a node without terms is nested too deep to be compared or hashed.
    fileprivate var holdsDeepValue: Bool {
        switch self {
        case .compare(_, _, let value), .contains(_, let value): return value.exceedsNesting()
        case .between(_, let lower, let upper):
            return lower.exceedsNesting() || upper.exceedsNesting()
        case .isIn(_, let values): return values.contains { $0.exceedsNesting() }
        case .some(let terms):
            var found = false
            terms.forEach { term in
                if case .some = term { return }
                found = found || term.holdsDeepValue
            }
            return found
        default: return false
        }
    }
}
