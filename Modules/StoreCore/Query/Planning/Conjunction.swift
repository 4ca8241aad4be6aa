/// A predicate as the planner sees it: terms that must all hold, and what they ask of columns.
///
/// An object, so that handing it around while planning costs one reference. Unchecked: it is changed in `init` only.
final class Conjunction: @unchecked Sendable {
    /// All that the terms ask of one column.
    ///
    /// A term is a number, or negative where it asks for more than is noted here.
    struct Column {
        let column: IndexColumn
        /// The value that the column must equal, and the term that says so.
        var equal: Value?
        var equalTerm = -1
        /// What else is asked, for an index to answer where no equality is.
        var more: Demands?
    }

    /// What terms ask of a column beside equality.
    final class Demands {
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
        for number in terms.indices {
            let term = terms[number]
            if term.holdsDeepValue { throw .valueTooDeep }
            if case .constant(false) = term { isImpossible = true }
            guard let (column, test) = ColumnTest.read(term, layout) else { continue }
            add(test, column, number)
            if layout.foldsCase, !column.isFolded, layout.columns[column.slot].type == .string,
                let (folded, isExact) = test.folded
            {
                add(folded, IndexColumn(slot: column.slot, isFolded: true), isExact ? number : -1)
            }
        }
    }

    /// The place of a column among `columns`, or -1 if nothing is asked of it.
    @inline(__always)
    func place(of column: IndexColumn) -> Int {
        for place in columns.indices where columns[place].column == column { return place }
        return -1
    }

    /// What is asked of a column.
    func column(_ column: IndexColumn) -> Column? {
        let place = place(of: column)
        return place < 0 ? nil : columns[place]
    }

    /// The value that a column must equal.
    func equal(_ column: IndexColumn) -> Value? {
        let place = place(of: column)
        return place < 0 ? nil : columns[place].equal
    }

    /// Whether a column must equal one value.
    func isConstant(_ column: IndexColumn) -> Bool {
        let place = place(of: column)
        return place >= 0 && columns[place].equal != nil
    }

    private func add(_ test: ColumnTest, _ column: IndexColumn, _ term: Int) {
        var place = place(of: column)
        if place < 0 {
            place = columns.count
            columns.append(Column(column: column))
        }
        if case .equal(let value) = test {
            // One that is answered is worth more.
            guard columns[place].equal == nil || columns[place].equalTerm < 0 else { return }
            columns[place].equal = value
            columns[place].equalTerm = term
            return
        }
        let demands = columns[place].more ?? Demands()
        columns[place].more = demands
        switch test {
        case .equal: break
        case .anyOf(let values): demands.anyOf = demands.anyOf ?? (values, term)
        case .prefix(let prefix): demands.prefix = demands.prefix ?? (prefix, term)
        case .interval(let interval):
            if let (known, terms) = demands.interval {
                demands.interval = (known.intersection(interval), terms + [term])
            } else {
                demands.interval = (interval, [term])
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
