/// What one term of a conjunction asks of one column, as far as an index can answer it.
enum ColumnTest {
    case equal(Value)
    /// Distinct values in ascending order.
    case anyOf([Value])
    case interval(ValueInterval)
    case prefix(String)
    /// No value will do.
    case never
}

/// The values between two limits.
struct ValueInterval {
    struct Limit {
        let value: Value
        let isIncluded: Bool
    }

    var lower: Limit?
    var upper: Limit?

    /// All values but null.
    static let notNull = ValueInterval(lower: Limit(value: .null, isIncluded: false))

    /// Whether these are all values but null.
    var isNotNull: Bool {
        guard let lower, upper == nil else { return false }
        return lower.value.isNull && !lower.isIncluded
    }

    /// The values of the kind of `value` that come out as `comparison` says.
    init(_ comparison: Predicate.Comparison, _ value: Value) {
        let kind = ValueClass(value)
        let least = Limit(value: kind.least, isIncluded: true)
        let end = kind.next.map { Limit(value: $0.least, isIncluded: false) }
        switch comparison {
        case .less: self.init(lower: least, upper: Limit(value: value, isIncluded: false))
        case .lessOrEqual: self.init(lower: least, upper: Limit(value: value, isIncluded: true))
        case .greater: self.init(lower: Limit(value: value, isIncluded: false), upper: end)
        case .greaterOrEqual: self.init(lower: Limit(value: value, isIncluded: true), upper: end)
        case .equal, .notEqual:
            let limit = Limit(value: value, isIncluded: true)
            self.init(lower: limit, upper: limit)
        }
    }

    init(lower: Limit? = nil, upper: Limit? = nil) {
        self.lower = lower
        self.upper = upper
    }

    /// The values that lie in both.
    func intersection(_ other: ValueInterval) -> ValueInterval {
        ValueInterval(
            lower: ValueInterval.tighter(lower, other.lower, sign: 1),
            upper: ValueInterval.tighter(upper, other.upper, sign: -1))
    }

    /// The greater of two lower limits, the lesser of two upper ones.
    private static func tighter(_ one: Limit?, _ other: Limit?, sign: Int) -> Limit? {
        guard let one, let other else { return one ?? other }
        let order = Value.compare(one.value, other.value) * sign
        if order != 0 { return order > 0 ? one : other }
        return one.isIncluded ? other : one
    }

    /// The bounds of the interval in an index, after `prefix`.
    func bounds(_ prefix: [Value]) -> (lower: IndexBound, upper: IndexBound) {
        let lower = lower.map { limit in
            let values = prefix + [limit.value]
            return limit.isIncluded ? IndexBound.before(values) : .after(values)
        }
        let upper = upper.map { limit in
            let values = prefix + [limit.value]
            return limit.isIncluded ? IndexBound.after(values) : .before(values)
        }
        return (lower ?? .before(prefix), upper ?? .after(prefix))
    }
}

extension ColumnTest {
    /// What `node` asks of a column, and of which; nil if no index can answer it.
    static func read(
        _ node: Predicate.Node, _ layout: Layout
    ) -> (column: IndexColumn, test: ColumnTest)? {
        guard let path = node.path, let slot = layout.slot(ofPath: path), let test = read(node)
        else { return nil }
        let column = IndexColumn(slot: slot, isFolded: node.ignoresCase)
        guard layout.columns[slot].type != .string else { return (column, test) }
        if case .prefix = test { return (column, .never) }
        return (column, column.isFolded ? .never : test)
    }

    /// What `node` asks of its field, whatever column that is; nil if that cannot be said in this way.
    static func read(_ node: Predicate.Node) -> ColumnTest? {
        switch node {
        case .compare(_, let comparison, let value):
            if value.isNaN { return comparison == .notEqual ? nil : .never }
            switch comparison {
            case .equal: return .equal(value)
            case .notEqual: return value.isNull ? .interval(.notNull) : nil
            default: return value.isNull ? .never : .interval(ValueInterval(comparison, value))
            }
        case .between(_, let lower, let upper):
            guard ValueClass(lower) == ValueClass(upper), !lower.isNull, !lower.isNaN, !upper.isNaN
            else { return .never }
            return .interval(
                ValueInterval(.greaterOrEqual, lower)
                    .intersection(ValueInterval(.lessOrEqual, upper)))
        case .isIn(_, let values): return oneOf(values)
        case .some(let terms): return oneOf(terms)
        case .isInFolded(_, let texts): return oneOf(texts.map { .string($0.text) })
        case .hasPrefix(_, let prefix), .hasPrefixFolded(_, let prefix): return .prefix(prefix.text)
        default: return nil
        }
    }

    /// What the test implies of a column's texts without their case, and whether that says as much; nil if nothing is
    /// known.
    var folded: (test: ColumnTest, isExact: Bool)? {
        switch self {
        case .equal(let value): return (.equal(value.foldingCase), value.isNull)
        case .anyOf(let values): return (ColumnTest.oneOf(values.map(\.foldingCase)), false)
        case .prefix(let prefix): return (.prefix(foldingCase(prefix)), prefix.isEmpty)
        case .interval(let interval) where interval.isNotNull: return (self, true)
        case .interval, .never: return nil
        }
    }

    private static func oneOf(_ values: [Value]) -> ColumnTest {
        let distinct = Value.distinct(values)
        switch distinct.count {
        case 0: return .never
        case 1: return .equal(distinct[0])
        default: return .anyOf(distinct)
        }
    }

    /// Equalities of one field, one of which must hold.
    private static func oneOf(_ terms: PredicateTerms) -> ColumnTest? {
        var values: [Value] = []
        for term in terms.nodes {
            switch term {
            case .compare(_, .equal, let value): values.append(value)
            case .isIn(_, let more): values += more
            default: return nil
            }
        }
        return oneOf(values)
    }
}

extension Predicate.Node {
    /// The one field that the node is about.
    var path: FieldPath? {
        switch self {
        case .compare(let path, _, _), .isIn(let path, _), .between(let path, _, _),
            .hasPrefix(let path, _), .isInFolded(let path, _), .hasPrefixFolded(let path, _),
            .contains(let path, _):
            return path
        case .some(let terms):
            var common: FieldPath?
            for term in terms.nodes {
                guard let path = term.leafPath, common == nil || common == path else { return nil }
                common = path
            }
            return common
        default: return nil
        }
    }

    /// Whether the node compares texts without their case.
    var ignoresCase: Bool {
        switch self {
        case .isInFolded, .hasPrefixFolded: return true
        default: return false
        }
    }

    /// The field of a node without terms.
    private var leafPath: FieldPath? {
        if case .some = self { return nil }
        return path
    }
}

extension Value {
    /// The different ones among `values` in ascending order, without what is not a number.
    static func distinct(_ values: [Value]) -> [Value] {
        var distinct: [Value] = []
        distinct.reserveCapacity(values.count)
        for value in values.sorted() where !value.isNaN {
            if let last = distinct.last, Value.compare(last, value) == 0 { continue }
            distinct.append(value)
        }
        return distinct
    }
}
