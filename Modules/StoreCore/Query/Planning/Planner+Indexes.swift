extension Planner {
    /// More combinations of values than this are not looked up one by one.
    private static let rangesMax = 1 << 14

    /// What each index has to offer for the predicate or the order.
    func indexAccesses() -> [IndexAccess] {
        var accesses: [IndexAccess] = []
        for number in layout.indexes.indices {
            guard let access = access(number, layout.indexes[number].columns) else {
                continue
            }
            accesses.append(access)
        }
        return accesses
    }

    private func access(_ number: Int, _ columns: [IndexColumn]) -> IndexAccess? {
        let condition = view.condition(ofIndex: number)
        guard let first = columns.first,
            conjunction.place(of: first) >= 0 || first == ordering.steps.first?.column
                || covered >= 0 && columns.contains(where: { $0.slot == covered })
                || condition != nil,
            implies(condition)
        else { return nil }
        var prefix: [Value] = []
        var answered = condition.map { conjunction.terms(impliedBy: $0.conjunction, layout) } ?? []
        for column in columns {
            let place = conjunction.place(of: column)
            guard place >= 0, let value = conjunction.columns[place].equal else { break }
            prefix.append(value)
            answered.note(conjunction.columns[place].equalTerm)
        }
        let constants = prefix.count
        guard constants < columns.count,
            let next = conjunction.column(columns[constants])?.more
        else { return access(number, prefix, answered) }
        var prefixes = [prefix]
        var demands: Conjunction.Demands? = next
        var place = constants
        while let (values, term) = demands?.anyOf, allows(values.count * prefixes.count) {
            prefixes = prefixes.flatMap { prefix in values.map { prefix + [$0] } }
            answered.note(term)
            place += 1
            demands = place < columns.count ? demandsOrEquality(columns[place]) : nil
        }
        let bounds = bounds(prefixes, demands, &answered)
        return access(number, bounds, prefix, answered)
    }

    /// The entries whose first columns equal `prefix`.
    private func access(_ number: Int, _ prefix: [Value], _ answered: [Int]) -> IndexAccess {
        let index = view.entries(of: number)
        let ranks =
            prefix.isEmpty ? 0..<(index.isPartial ? index.count : view.count) : index.run(prefix)
        return IndexAccess(
            number, ranks.isEmpty ? [] : [ranks], prefix: prefix, answered: answered)
    }

    /// What is asked of a column after one that may have several values: an equality is a choice of
    /// one.
    private func demandsOrEquality(_ column: IndexColumn) -> Conjunction.Demands? {
        guard let asked = conjunction.column(column), let value = asked.equal else {
            return conjunction.column(column)?.more
        }
        let demands = Conjunction.Demands()
        demands.anyOf = ([value], asked.equalTerm)
        return demands
    }

    private func allows(_ ranges: Int) -> Bool {
        ranges <= Planner.rangesMax && ranges <= max(view.count / 4, 8)
    }

    /// The bounds after each prefix, narrowed by what is asked of the next column.
    private func bounds(
        _ prefixes: [[Value]], _ next: Conjunction.Demands?, _ answered: inout [Int]
    ) -> [(lower: IndexBound, upper: IndexBound)] {
        if let (string, term) = next?.prefix {
            answered.note(term)
            return prefixes.map {
                (.beforePrefix($0, stringPrefix: string), .afterPrefix($0, stringPrefix: string))
            }
        }
        if let (interval, terms) = next?.interval {
            for term in terms { answered.note(term) }
            return prefixes.map { interval.bounds($0) }
        }
        return prefixes.map { (.before($0), .after($0)) }
    }

    private func access(
        _ number: Int, _ bounds: [(lower: IndexBound, upper: IndexBound)], _ prefix: [Value],
        _ answered: [Int]
    ) -> IndexAccess? {
        guard let first = bounds.first, let last = bounds.last else { return nil }
        let index = view.entries(of: number)
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(bounds.count)
        for (lower, upper) in bounds {
            let start = index.rank(of: lower)
            let end = index.rank(of: upper)
            if start < end { ranges.append(start..<end) }
        }
        return IndexAccess(
            number, ranges, prefix: prefix, within: (first.lower, last.upper), answered: answered)
    }

    /// How the entries of `access` come into the order asked for.
    func delivery(_ access: IndexAccess) -> Plan.Delivery {
        guard isOrdered else { return .direct }
        let columns = layout.indexes[access.number].columns
        if ordering.isByRow {
            return access.constants == columns.count ? .direct : .byRow
        }
        var column = access.constants
        let isDescending = ordering.steps[0].isDescending
        for step in ordering.steps {
            while column < columns.count, columns[column] != step.column,
                conjunction.isConstant(columns[column])
            {
                column += 1
            }
            guard column < columns.count, columns[column] == step.column,
                step.isDescending == isDescending
            else { return .sorted }
            column += 1
        }
        let isExact = columns[column...].allSatisfy(conjunction.isConstant)
        if isExact, isDescending == ordering.isReversed { return .direct }
        return .grouped(columns: column, isDescending: isDescending, isExact: isExact)
    }
}

extension Planner {
    /// The number of entries that have to be read before the first can be handed on.
    func firstRun(_ access: IndexAccess, _ delivery: Plan.Delivery) -> Int {
        guard case .grouped(let columns, let isDescending, isExact: false) = delivery,
            let first = access.ranges.first, let last = access.ranges.last
        else { return 0 }
        let index = view.entries(of: access.number)
        let rank = isDescending ? last.upperBound - 1 : first.lowerBound
        guard let record = index.row(at: rank).flatMap({ view.record(row: $0) }) else { return 0 }
        return index.run(of: record, columns: columns).count
    }

    /// Where the entries of `access` go on after the place that records are wanted after.
    func resume(_ access: IndexAccess, _ delivery: Plan.Delivery) -> IndexAccess.Resume? {
        guard let after else { return nil }
        let all = layout.indexes[access.number].columns
        let columns: Int
        switch delivery {
        case .direct: columns = all.count
        case .grouped(let matched, _, let isExact): columns = isExact ? all.count : matched
        case .byRow, .sorted: return nil
        }
        let values = all[..<columns].compactMap { column in
            ordering.steps.firstIndex { $0.column == column }.map { after.values[$0] }
                ?? conjunction.equal(column)
        }
        guard values.count == columns else { return nil }
        let index = view.entries(of: access.number)
        var run = values
        if case .grouped(let matched, _, _) = delivery { run.removeLast(columns - matched) }
        let ranks = index.run(run)
        let start =
            columns == all.count
            ? index.rank(
                of: ordering.isReversed
                    ? .before(values, row: after.row) : .after(values, row: after.row))
            : ordering.isReversed ? ranks.upperBound : ranks.lowerBound
        return IndexAccess.Resume(run: ranks, start: start)
    }
}
