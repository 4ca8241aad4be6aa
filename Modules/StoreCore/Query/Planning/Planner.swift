/// Chooses how to carry out a query: the cheapest of what the keys, unique constraints and indexes
/// offer, by the exact numbers of entries that the counted indexes give in O(log n).
struct Planner {
    let view: BucketView
    let layout: Layout
    let conjunction: Conjunction
    /// What holds for every record that is wanted, beside the conjunction: what the whole query asks for, where the
    /// conjunction is one of its alternatives.
    var given: Conjunction?
    let ordering: CompiledOrdering
    /// Whether records have to come in that order.
    let isOrdered: Bool
    let after: RowPlace?
    /// How many records are wanted at most, skipped ones included.
    let wanted: Int
    /// The column of whose values an index's entries may say all that is wanted, or -1.
    var covered = -1
    /// Whether only the number of records is wanted, which an index's entries tell by their ranks.
    var isTally = false

    /// Costs in units of one record met in a scan.
    enum Cost {
        static let indexedRecord = 4.0
        static let entry = 0.15
        static let combination = 10.0
        static let rowSortStep = 0.2
        static let recordSortStep = 1.5
    }

    /// - Throws: ``QueryError`` as the predicate's and the order's compilation do.
    static func plan(
        _ predicate: Predicate, _ ordering: CompiledOrdering, isOrdered: Bool = true,
        after: RowPlace? = nil, wanted: Int = .max, covering covered: Int = -1,
        isTally: Bool = false, in view: BucketView
    ) throws(QueryError) -> Plan {
        if case .constant(true) = predicate.node, ordering.isByRow, covered < 0 {
            return Plan(.rows, .direct, ordering, after: after)
        }
        let conjunction = try Conjunction(predicate, ordering.layout)
        // A step in which all records are equal orders nothing, unless the cursor stands elsewhere
        // in it.
        var place = after
        let kept = ordering.withoutConstants(conjunction, &place)
        let planner = Planner(
            view: view, layout: ordering.layout, conjunction: conjunction, ordering: kept,
            isOrdered: isOrdered, after: place, wanted: wanted, covered: covered,
            isTally: isTally)
        return try planner.plan()
    }

    private func plan() throws(QueryError) -> Plan {
        if conjunction.isImpossible { return try plan(.nothing, .direct, answered: []) }
        if let plan = try planPoint() { return plan }
        let candidates = indexAccesses()
        let combinations = try self.combinations(candidates)
        let termCount = conjunction.terms.count
        let matches = estimatedMatches(candidates, combinations)
        var best: IndexAccess?
        var bestCombination: CombinedAccess?
        var bestDelivery = ordering.isByRow ? Plan.Delivery.direct : .sorted
        var bestCost = cost(
            rows: view.count, answersAll: termCount == 0, each: 1, bestDelivery, matches)
        for access in candidates {
            let delivery = delivery(access)
            let cost = cost(
                rows: access.count, answersAll: access.answered.count == termCount,
                each: covers(access) ? Cost.entry : Cost.indexedRecord, delivery, matches,
                atLeast: firstRun(access, delivery))
            if cost < bestCost { (best, bestDelivery, bestCost) = (access, delivery, cost) }
        }
        for combined in combinations {
            let delivery = self.delivery(combined)
            let cost = cost(combined, delivery, matches)
            if cost < bestCost {
                (bestCombination, bestDelivery, bestCost) = (combined, delivery, cost)
            }
        }
        if let bestCombination {
            return try plan(
                .combined(bestCombination), bestDelivery, answered: bestCombination.answered)
        }
        guard let best else { return try plan(.rows, bestDelivery, answered: []) }
        best.resume = resume(best, bestDelivery)
        return try plan(.index(best), bestDelivery, answered: best.answered)
    }

    private func plan(
        _ access: Plan.Access, _ delivery: Plan.Delivery, answered: [Int]
    ) throws(QueryError) -> Plan {
        var residual: CompiledPredicate?
        if answered.count < conjunction.terms.count {
            residual = try PredicateCompiler.compile(
                every: conjunction.terms, besides: answered, for: layout)
        }
        let program = residual?.acceptsAll == true ? nil : residual
        return Plan(access, delivery, residual: program, ordering, after: after)
    }

    /// Keys and unique values that must be equal to something lead to a record at once.
    private func planPoint() throws(QueryError) -> Plan? {
        if let (values, terms) = equalities(layout.keyColumns) {
            let key = values.count == 1 ? Key(values[0]) : Key(.array(values))
            return try plan(.keys([key]), .direct, answered: terms)
        }
        if layout.keySlots.count == 1,
            let (values, term) = conjunction.column(layout.keyColumns[0])?.more?.anyOf,
            values.count <= max(view.count / 4, 1)
        {
            return try plan(
                .keys(values.map { Key($0) }), ordering.isByRow ? .byRow : .sorted, answered: [term]
            )
        }
        if let (number, values, terms) = uniqueEqualities() {
            if let holders = holders(number, values, answered: terms) {
                return try plan(.combined(holders), delivery(holders), answered: terms)
            }
            return try plan(.unique(number: number, values), .direct, answered: terms)
        }
        return nil
    }

    /// The first unique constraint that leads to all that is wanted, the values that its fields must equal, and the
    /// terms that say so.
    func uniqueEqualities() -> (number: Int, values: [Value], terms: [Int])? {
        for (number, unique) in layout.uniques.enumerated() {
            guard let (values, terms) = equalities(unique.columns),
                !values.contains(where: \.isNull), implies(view.condition(ofUnique: number))
            else { continue }
            return (number, values, terms)
        }
        return nil
    }

    /// The values that all of `columns` must equal, and the terms that this answers.
    func equalities(_ columns: [IndexColumn]) -> (values: [Value], terms: [Int])? {
        guard !columns.isEmpty, columns.allSatisfy(conjunction.isConstant) else { return nil }
        let asked = columns.compactMap { conjunction.column($0) }
        return (asked.compactMap(\.equal), asked.map(\.equalTerm).filter { $0 >= 0 })
    }

    // MARK: Costs

    /// Whether the entries of `access` say all that is wanted.
    private func covers(_ access: IndexAccess) -> Bool {
        access.answered.count == conjunction.terms.count
            && (isTally || covered >= 0 && layout.indexes[access.number].slots.contains(covered))
    }

    /// What several indexes have to offer together.
    private func combinations(
        _ candidates: [IndexAccess]
    ) throws(QueryError) -> [CombinedAccess] {
        var combinations = try unions()
        if candidates.count > 1, let intersection = intersection(candidates) {
            combinations.append(intersection)
        }
        return combinations
    }

    /// How the rows of several accesses, which ascend, come into the order asked for.
    private func delivery(_ combined: CombinedAccess) -> Plan.Delivery {
        !isOrdered ? .direct : ordering.isByRow ? .byRow : .sorted
    }

    /// How many records will match, roughly: the best index knows best, and each term beyond it
    /// halves.
    private func estimatedMatches(
        _ candidates: [IndexAccess], _ combinations: [CombinedAccess]
    ) -> Double {
        var rows = Double(view.count)
        var rest = conjunction.terms.count
        for candidate in candidates where Double(candidate.count) < rows {
            rows = Double(candidate.count)
            rest = conjunction.terms.count - candidate.answered.count
        }
        for combined in combinations where combined.expected < rows {
            rows = combined.expected
            rest = conjunction.terms.count - combined.answered.count
        }
        return rows / Double(1 << min(rest, 3))
    }

    private func cost(
        rows: Int, answersAll: Bool, each: Double, _ delivery: Plan.Delivery, _ matches: Double,
        atLeast least: Int = 0
    ) -> Double {
        let rows = Double(rows)
        let wanted = Double(wanted)
        switch delivery {
        case .direct, .grouped:
            // As many are looked at as it takes to find those wanted.
            let found = answersAll ? wanted : wanted * max(rows / max(matches, 1), 1)
            return max(min(rows, found), Double(least)) * each
        case .byRow:
            return rows * Planner.steps(rows) * Cost.rowSortStep
                + (answersAll ? min(rows, wanted) : rows) * each
        case .sorted:
            return rows * each
                + matches * Planner.steps(min(matches, wanted)) * Cost.recordSortStep
        }
    }

    private func cost(
        _ combined: CombinedAccess, _ delivery: Plan.Delivery, _ matches: Double
    ) -> Double {
        let answersAll = combined.answered.count == conjunction.terms.count
        var cost = Cost.combination + Double(combined.entries) * Cost.entry
        if case .sorted = delivery {
            cost += combined.expected * Cost.indexedRecord
            cost +=
                matches * Planner.steps(min(matches, Double(wanted))) * Cost.recordSortStep
        } else {
            let rows = answersAll ? min(combined.expected, Double(wanted)) : combined.expected
            cost += rows * Cost.indexedRecord
        }
        return cost
    }

    /// About log₂ of `count`.
    private static func steps(_ count: Double) -> Double {
        count < 2 ? 1 : Double(count.exponent) + 1
    }
}
