/// What one field holds in every record of a range, or of a part of it.
struct Foothold: Sendable {
    enum Test: Sendable {
        case equal(Value)
        case within(ValueInterval)
    }

    /// A field of the records of one layout; of texts, perhaps their folded forms.
    struct Field: Sendable, Hashable {
        let operand: FieldOperand
        var isFolded = false

        static func == (one: Field, other: Field) -> Bool {
            one.isFolded == other.isFolded && one.operand.root == other.operand.root
                && one.operand.steps.elementsEqual(other.operand.steps, by: bytesEqual)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(isFolded)
            hasher.combine(operand.root)
            for step in operand.steps { bytesHash(step, into: &hasher) }
        }
    }

    let field: Field
    var test: Test

    /// How many records a test may be expected to let through, from the fewest on.
    fileprivate var breadth: Int {
        switch test {
        case .equal(let value):
            // There are few others, so that many records share these.
            switch value {
            case .null, .bool: return 2
            default: return 0
            }
        case .within(let interval):
            let ends = [interval.isLimitedBelow, interval.isLimitedAbove].filter { $0 }.count
            return [4, 3, 1][ends]
        }
    }
}

extension RangeRead {
    /// Tests of which every record of the range passes one; nil if no test of a field says anything of all of them.
    ///
    /// True of records that are laid out as those that were read. None: no such record is in the range.
    var footholds: [Foothold]? {
        FootholdSearch(layout: layout).best(of: predicate.node.terms, and: window)
    }

    /// What the range's places in its order say of the field that the order goes by first.
    private var window: Foothold? {
        guard let step = ordering.steps.first else { return nil }
        func limit(_ place: RowPlace?) -> ValueInterval.Limit? {
            place?.values.first.map {
                .init(value: step.isFolded ? $0.foldingCase : $0, isIncluded: true)
            }
        }
        let interval =
            step.isDescending
            ? ValueInterval(lower: limit(through), upper: limit(after))
            : ValueInterval(lower: limit(after), upper: limit(through))
        guard interval.lower != nil || interval.upper != nil else { return nil }
        return Foothold(
            field: Foothold.Field(operand: step.operand, isFolded: step.isFolded),
            test: .within(interval))
    }
}

/// Looks for footholds in predicates.
private struct FootholdSearch {
    /// A choice of more than this is taken for none.
    static let choicesMax = 64

    let layout: Layout

    /// The best of those that conditions give which must all hold; nil if none gives any.
    func best(of terms: [Predicate.Node], and window: Foothold?) -> [Foothold]? {
        var best: [Foothold]?
        // What is asked of one field by several terms counts together.
        var intervals: [Foothold] = []
        var places: [Foothold.Field: Int] = [:]
        func add(_ interval: ValueInterval, _ foothold: Foothold) {
            guard let place = places[foothold.field],
                case .within(let known) = intervals[place].test
            else {
                places[foothold.field] = intervals.count
                intervals.append(foothold)
                return
            }
            intervals[place].test = .within(known.intersection(interval))
        }
        if let window, case .within(let interval) = window.test { add(interval, window) }
        for term in terms {
            guard let found = footholds(of: term) else { continue }
            if found.count == 1, case .within(let interval) = found[0].test {
                add(interval, found[0])
            } else {
                best = better(best, found)
            }
        }
        for interval in intervals { best = better(best, [interval]) }
        return best
    }

    private func better(_ one: [Foothold]?, _ other: [Foothold]) -> [Foothold] {
        guard let one else { return other }
        func cost(_ footholds: [Foothold]) -> (Int, Int) {
            (footholds.map(\.breadth).max() ?? -1, footholds.count)
        }
        return cost(other) < cost(one) ? other : one
    }

    private func footholds(of node: Predicate.Node) -> [Foothold]? {
        switch node {
        case .constant(let holds): return holds ? nil : []
        case .every: return best(of: node.terms, and: nil)
        case .some(let terms): return choice(of: terms.nodes)
        default: return test(node)
        }
    }

    /// Those of conditions of which one must hold; nil if one of them gives none.
    private func choice(of terms: [Predicate.Node]) -> [Foothold]? {
        var all: [Foothold] = []
        for term in terms {
            guard let found = footholds(of: term),
                all.count + found.count <= FootholdSearch.choicesMax
            else { return nil }
            all += found
        }
        return all
    }

    private func test(_ node: Predicate.Node) -> [Foothold]? {
        guard let path = node.path, let test = ColumnTest.read(node),
            let operand = try? FieldOperand(path, in: layout)
        else { return nil }
        let field = Foothold.Field(operand: operand, isFolded: node.ignoresCase)
        switch test {
        case .equal(let value): return [Foothold(field: field, test: .equal(value))]
        case .anyOf(let values) where values.count <= FootholdSearch.choicesMax:
            return values.map { Foothold(field: field, test: .equal($0)) }
        case .anyOf(let values):
            let ends = [values[0], values[values.count - 1]].map {
                ValueInterval.Limit(value: $0, isIncluded: true)
            }
            let interval = ValueInterval(lower: ends[0], upper: ends[1])
            return [Foothold(field: field, test: .within(interval))]
        case .interval(let interval): return [Foothold(field: field, test: .within(interval))]
        case .prefix(let prefix):
            return [Foothold(field: field, test: .within(ValueInterval(prefix: prefix)))]
        case .never: return []
        }
    }
}

extension Predicate.Node {
    /// The conditions that must all hold.
    fileprivate var terms: [Predicate.Node] {
        if case .every(let terms) = self { return terms.nodes }
        return [self]
    }
}

extension ValueInterval {
    /// The strings that begin with `prefix`.
    fileprivate init(prefix: String) {
        // Scalars are in the order of their bytes, so that the strings end where the last scalar that has a next one
        // makes room for that.
        var end = prefix.unicodeScalars
        var next: Unicode.Scalar?
        while next == nil, let last = end.popLast() {
            next = last.value == 0xD7FF ? "\u{E000}" : Unicode.Scalar(last.value + 1)
        }
        if let next { end.append(next) }
        let upper = next.map { _ in Value.string(String(end)) } ?? ValueClass.bytes.least
        self.init(
            lower: Limit(value: .string(prefix), isIncluded: true),
            upper: Limit(value: upper, isIncluded: false))
    }

    /// Whether some values of the same kind stand before the interval.
    fileprivate var isLimitedBelow: Bool {
        guard let lower else { return false }
        return Value.compare(lower.value, ValueClass(lower.value).least) != 0
    }

    /// Whether some values of the same kind stand after the interval.
    fileprivate var isLimitedAbove: Bool {
        guard let upper else { return false }
        return upper.isIncluded
            || Value.compare(upper.value, ValueClass(upper.value).least) != 0
    }
}
