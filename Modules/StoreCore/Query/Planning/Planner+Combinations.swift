extension Planner {
    /// Alternatives beyond this many are not looked up one by one.
    private static let alternativesMax = 1 << 10

    /// The indexes among `candidates` whose entries are worth putting together, beginning with the
    /// smallest; nil if one of them does as well alone.
    ///
    /// Reading an entry is cheap, looking at a record is not: an index pays as long as the records
    /// that it rules out cost more than its entries. Indexes are taken to be independent.
    func intersection(_ candidates: [IndexAccess]) -> CombinedAccess? {
        let rows = Double(max(view.count, 1))
        var chosen: [IndexAccess] = []
        var answered: [Int] = []
        var expected = rows
        for candidate in candidates.sorted(by: { $0.count < $1.count })
        where !candidate.answered.isEmpty && !candidate.answered.contains(where: answered.contains)
        {
            let share = Double(candidate.count) / rows
            let saved = expected * (1 - share) * Cost.indexedRecord
            guard chosen.isEmpty || saved > Double(candidate.count) * Cost.entry else { break }
            chosen.append(candidate)
            answered += candidate.answered
            expected *= share
        }
        guard chosen.count > 1 else { return nil }
        return CombinedAccess(
            .intersection, chosen.map { .index($0) },
            entries: chosen.reduce(0) { $0 + $1.count }, expected: expected, answered: answered)
    }

    /// For each term that is a choice between alternatives: how to find the records of all of
    /// them, if there is an index for each.
    func unions() throws(QueryError) -> [CombinedAccess] {
        var unions: [CombinedAccess] = []
        for (number, term) in conjunction.terms.enumerated() {
            guard case .some(let alternatives) = term,
                alternatives.count <= Planner.alternativesMax,
                ColumnTest.read(term, layout) == nil,
                let union = try union(alternatives, number)
            else { continue }
            unions.append(union)
        }
        return unions
    }

    private func union(
        _ alternatives: PredicateTerms, _ term: Int
    ) throws(QueryError) -> CombinedAccess? {
        var parts: [CombinedAccess.Part] = []
        var entries = 0
        var isExact = true
        for node in alternatives.nodes {
            let conjunction = try Conjunction(Predicate(node), layout)
            if conjunction.isImpossible {
                // Whatever else is wrong with it comes out when the whole term is compiled.
                isExact = false
                continue
            }
            let planner = Planner(
                view: view, layout: layout, conjunction: conjunction, given: self.conjunction,
                ordering: CompiledOrdering(steps: [], layout: layout), isOrdered: false,
                after: nil, wanted: .max)
            guard let (count, answered) = planner.addAlternative(to: &parts) else { return nil }
            entries += count
            guard entries <= view.count else { return nil }
            if answered < conjunction.terms.count { isExact = false }
        }
        return CombinedAccess(
            .union, parts, entries: entries, expected: Double(entries),
            answered: isExact ? [term] : [])
    }

    /// Adds the narrowest access to what the predicate asks for; returns its entries and how many
    /// terms it answers.
    private func addAlternative(
        to parts: inout [CombinedAccess.Part]
    ) -> (entries: Int, answered: Int)? {
        if let (values, terms) = equalities(layout.keyColumns) {
            let key = values.count == 1 ? Key(values[0]) : Key(.array(values))
            let row = view.record(forKey: key)?.row
            parts.append(.row(row, by: IndexDefinition(layout.key.fields)))
            return (1, terms.count)
        }
        if let (number, values, terms) = uniqueEqualities() {
            if let holders = holders(number, values, answered: terms) {
                parts += holders.parts
                return (holders.entries, terms.count)
            }
            let row = view.unique(at: number, values: values)?.row
            parts.append(.row(row, by: layout.uniques[number].definition.listed))
            return (1, terms.count)
        }
        let best = indexAccesses().filter { !$0.answered.isEmpty }.min { $0.count < $1.count }
        guard let best else { return nil }
        parts.append(.index(best))
        return (best.count, best.answered.count)
    }

    /// The records that have a unique value, where the view may have several of them and does.
    func holders(_ number: Int, _ values: [Value], answered terms: [Int]) -> CombinedAccess? {
        guard view.mayRepeatUniques else { return nil }
        let rows = view.uniqueRows(at: number, values: values)
        guard rows.count > 1 else { return nil }
        let definition = layout.uniques[number].definition.listed
        return CombinedAccess(
            .union, rows.map { .row($0, by: definition) }, entries: rows.count,
            expected: Double(rows.count), answered: terms)
    }
}
