// Which records a partial index holds
// ==================================
//
// A partial index may be used if every record that a query wants satisfies its condition. That is taken to be so if
// each term of the condition
//
//  1. is a term of the query, too, or
//  2. asks something of one column that holds for every value which some term of the query allows there: the one value
//     that it equals, all of the values that it may be, the interval of them, or the strings with a prefix.
//
// The same the other way round tells which terms of the query the index answers. Both are sound, and not complete: a
// condition that follows from what is asked of several columns together, or from several choices, is not seen.

extension Conjunction {
    /// Whether what satisfies this conjunction satisfies `term`, as far as can be told.
    func implies(_ term: Predicate.Node, _ layout: Layout) -> Bool {
        if let (asked, test) = ColumnTest.read(term, layout), let column = column(asked),
            column.lies(within: test)
        {
            return true
        }
        return terms.contains(term)
    }

    /// The terms of this conjunction that whatever satisfies `other` satisfies.
    func terms(impliedBy other: Conjunction, _ layout: Layout) -> [Int] {
        terms.indices.filter { other.implies(terms[$0], layout) }
    }
}

extension Conjunction.Column {
    /// Whether one of the demands allows no value but such as pass `test`.
    fileprivate func lies(within test: ColumnTest) -> Bool {
        if let equal, test.holds(for: equal) { return true }
        guard let more else { return false }
        if let (values, _) = more.anyOf, values.allSatisfy(test.holds) { return true }
        if let (interval, _) = more.interval, test.holds(forAllIn: interval) { return true }
        if let (prefix, _) = more.prefix, test.holds(forAllWith: prefix) { return true }
        return false
    }
}

extension ColumnTest {
    /// Whether a value passes.
    fileprivate func holds(for value: Value) -> Bool {
        switch self {
        case .equal(let other): Value.compare(value, other) == 0
        case .anyOf(let values): value.isAmong(values)
        case .interval(let interval): interval.contains(value)
        case .prefix(let prefix): value.string.map { bytesHasPrefix($0, prefix) } ?? false
        case .never: false
        }
    }

    /// Whether all values between two limits pass.
    fileprivate func holds(forAllIn interval: ValueInterval) -> Bool {
        switch self {
        case .interval(let outer): outer.contains(interval)
        case .prefix(let prefix):
            // Strings with one prefix stand together.
            [interval.lower, interval.upper].allSatisfy {
                $0?.value.string.map { bytesHasPrefix($0, prefix) } ?? false
            }
        case .equal, .anyOf, .never: false
        }
    }

    /// Whether all strings with a prefix pass.
    fileprivate func holds(forAllWith prefix: String) -> Bool {
        switch self {
        case .interval(let interval): interval.containsAll(with: prefix)
        case .prefix(let shorter): bytesHasPrefix(prefix, shorter)
        case .equal, .anyOf, .never: false
        }
    }
}

extension Value {
    /// Whether the value is one of `values`, which ascend.
    ///
    /// O(log k) for k values: a condition and a query may both list many.
    fileprivate func isAmong(_ values: [Value]) -> Bool {
        var low = 0
        var high = values.count
        while low < high {
            let middle = (low + high) / 2
            if Value.compare(values[middle], self) < 0 { low = middle + 1 } else { high = middle }
        }
        return low < values.count && Value.compare(values[low], self) == 0
    }
}

extension ValueInterval {
    fileprivate func contains(_ value: Value) -> Bool {
        let point = Limit(value: value, isIncluded: true)
        return contains(ValueInterval(lower: point, upper: point))
    }

    /// Whether every value of `inner` is in this interval.
    fileprivate func contains(_ inner: ValueInterval) -> Bool {
        ValueInterval.allows(lower, inner.lower, sign: 1)
            && ValueInterval.allows(upper, inner.upper, sign: -1)
    }

    /// Whether an inner limit lies within an outer one.
    private static func allows(_ outer: Limit?, _ inner: Limit?, sign: Int) -> Bool {
        guard let outer else { return true }
        guard let inner else { return false }
        let order = Value.compare(inner.value, outer.value) * sign
        return order == 0 ? outer.isIncluded || !inner.isIncluded : order > 0
    }

    /// Whether every string with a prefix is in the interval.
    fileprivate func containsAll(with prefix: String) -> Bool {
        let least = Limit(value: .string(prefix), isIncluded: true)
        guard ValueInterval.allows(lower, least, sign: 1) else { return false }
        guard let upper else { return true }
        // No string with the prefix is the greatest.
        if let string = upper.value.string, bytesHasPrefix(string, prefix) { return false }
        return Value.compare(upper.value, .string(prefix)) > 0
    }
}

extension Planner {
    /// Whether every record that is wanted satisfies the condition of an index; true if it has none.
    func implies(_ condition: EntryCondition?) -> Bool {
        guard let condition else { return true }
        return condition.conjunction.terms.allSatisfy {
            conjunction.implies($0, layout) || given?.implies($0, layout) ?? false
        }
    }
}

extension BucketView {
    /// Which records have an entry in an ordered index; nil for all.
    @inline(__always)
    func condition(ofIndex number: Int) -> EntryCondition? {
        bucket.root.pointee.layout._withUnsafeGuaranteedRef { $0.shapes[number].condition }
    }

    /// Which records a unique constraint is about; nil for all.
    func condition(ofUnique number: Int) -> EntryCondition? {
        bucket.root.pointee.layout._withUnsafeGuaranteedRef { $0.uniqueShapes[number].condition }
    }
}

extension [Int] {
    /// Adds the number of a term, if it is one and not there yet.
    mutating func note(_ term: Int) {
        if term >= 0, !contains(term) { append(term) }
    }
}
