extension Planner {
    /// More combinations of values than this are not looked up one by one.
    private static let rangesMax = 1 << 14

    /// What each index has to offer for the predicate or the order.
    func indexAccesses() -> [IndexAccess] {
        var accesses: [IndexAccess] = []
        for (number, index) in layout.indexes.enumerated() {
            guard let access = access(number, index.slots) else { continue }
            accesses.append(access)
        }
        return accesses
    }

    private func access(_ number: Int, _ slots: [Int]) -> IndexAccess? {
        var prefixes: [[Value]] = [[]]
        var equal: [Value] = []
        var answered: [Int] = []
        var last: Conjunction.Column?
        for (position, slot) in slots.enumerated() {
            guard let column = conjunction.column(slot) else { break }
            if let (value, term) = column.equal {
                for index in prefixes.indices { prefixes[index].append(value) }
                if equal.count == position { equal.append(value) }
                answered.append(term)
            } else if let (values, term) = column.anyOf, allows(values.count * prefixes.count) {
                prefixes = prefixes.flatMap { prefix in values.map { prefix + [$0] } }
                answered.append(term)
            } else {
                last = column
                break
            }
        }
        let bounds = bounds(prefixes, last, &answered)
        guard !answered.isEmpty || slots.first == ordering.steps.first?.slot else { return nil }
        return access(number, bounds, equal, answered)
    }

    private func allows(_ ranges: Int) -> Bool {
        ranges <= Planner.rangesMax && ranges <= max(view.count / 4, 8)
    }

    /// The bounds after each prefix, narrowed by what is asked of the next column.
    private func bounds(
        _ prefixes: [[Value]], _ last: Conjunction.Column?, _ answered: inout [Int]
    ) -> [(lower: IndexBound, upper: IndexBound)] {
        if let (string, term) = last?.prefix {
            answered.append(term)
            return prefixes.map {
                (.beforePrefix($0, stringPrefix: string), .afterPrefix($0, stringPrefix: string))
            }
        }
        if let (interval, terms) = last?.interval {
            answered += terms
            return prefixes.map { interval.bounds($0) }
        }
        return prefixes.map { (.before($0), .after($0)) }
    }

    private func access(
        _ number: Int, _ bounds: [(lower: IndexBound, upper: IndexBound)], _ equal: [Value],
        _ answered: [Int]
    ) -> IndexAccess? {
        guard let first = bounds.first, let last = bounds.last else { return nil }
        let index = view.index(at: number)
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(bounds.count)
        for (lower, upper) in bounds {
            let start = index.rank(of: lower)
            let end = index.rank(of: upper)
            if start < end { ranges.append(start..<end) }
        }
        return IndexAccess(
            number: number, ranges: ranges, lower: first.lower, upper: last.upper, equal: equal,
            answered: answered)
    }

    /// How the entries of `access` come into the order asked for.
    func delivery(_ access: IndexAccess) -> Plan.Delivery {
        guard isOrdered else { return .direct }
        let slots = layout.indexes[access.number].slots
        if ordering.isByRow {
            return access.equal.count == slots.count ? .direct : .byRow
        }
        var column = access.equal.count
        let isDescending = ordering.steps[0].isDescending
        for step in ordering.steps {
            while column < slots.count, slots[column] != step.slot,
                conjunction.equal(slots[column]) != nil
            {
                column += 1
            }
            guard column < slots.count, slots[column] == step.slot,
                step.isDescending == isDescending
            else { return .sorted }
            column += 1
        }
        let isExact = slots[column...].allSatisfy { conjunction.equal($0) != nil }
        if isExact, !isDescending { return .direct }
        return .grouped(columns: column, isDescending: isDescending, isExact: isExact)
    }
}

extension Planner {
    /// Where the entries of `access` go on after the place that records are wanted after.
    func resume(_ access: IndexAccess, _ delivery: Plan.Delivery) -> IndexAccess.Resume? {
        guard let after else { return nil }
        let slots = layout.indexes[access.number].slots
        let columns: Int
        switch delivery {
        case .direct: columns = slots.count
        case .grouped(let matched, _, let isExact): columns = isExact ? slots.count : matched
        case .byRow, .sorted: return nil
        }
        let values = slots[..<columns].compactMap { slot in
            ordering.steps.firstIndex { $0.slot == slot }.map { after.values[$0] }
                ?? conjunction.equal(slot)
        }
        guard values.count == columns else { return nil }
        let index = view.index(at: access.number)
        var run = values
        if case .grouped(let matched, _, _) = delivery { run.removeLast(columns - matched) }
        let lower = index.rank(of: .before(run))
        let upper = index.rank(of: .after(run))
        let start =
            columns == slots.count ? index.rank(of: .after(values, row: after.row)) : lower
        return IndexAccess.Resume(run: lower..<max(lower, upper), start: start)
    }
}

extension CompiledOrdering {
    /// Drops the steps in which all records equal one value, and those values from `place`, as far
    /// as `place` agrees.
    mutating func dropConstants(_ place: inout RowPlace?, _ constant: (Int) -> Value?) {
        var kept: [Step] = []
        var values: [Value] = []
        for (number, step) in steps.enumerated() {
            let value = step.slot >= 0 ? constant(step.slot) : nil
            if let place {
                if let value, Value.compare(value, place.values[number]) == 0 { continue }
                values.append(place.values[number])
            } else if value != nil {
                continue
            }
            kept.append(step)
        }
        guard kept.count < steps.count else { return }
        self = CompiledOrdering(steps: kept, layout: layout)
        place?.values = values
    }
}
