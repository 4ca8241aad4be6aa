extension Query {
    /// The different values of a field among the records that match, in ascending order, null and
    /// missing aside.
    ///
    /// - Throws: as `all()`.
    /// - Complexity: O(d log n) for d values if an index on the field answers the predicate,
    ///   otherwise O(m + d log d) for m records that the best index finds.
    public func distinct(_ field: String) throws -> [Value] {
        let path = FieldPath.reading(field)
        let mask = FieldMask.of(field)
        if !isWindowed, let values = try distinctByIndex(path, mask) { return values }
        return try run(need: .ofWindow, reading: mask) { run in
            let operand = try FieldOperand(path, in: run.view.layout)
            var values: Set<Value> = []
            run.forEachValue(of: operand) { value in
                if !value.pointee.isNull { values.insert(value.pointee) }
            }
            return (values.sorted(), nil)
        }
    }

    /// The values by leaps through an index; nil if no index has them in order and answers the
    /// predicate.
    private func distinctByIndex(_ path: FieldPath, _ mask: FieldMask) throws -> [Value]? {
        try source.run(
            predicate && .field(path) != nil, [Ordering(path, .ascending)], isOrdered: true,
            ResultWindow(), reading: mask
        ) { run in
            let plan = run.execution.plan
            guard plan.residual == nil, case .index(let access) = plan.access,
                let slot = plan.ordering.steps.first?.slot
            else { return (nil, nil) }
            switch plan.delivery {
            case .direct, .grouped: return (run.leap(access, slot), nil)
            case .byRow, .sorted: return (nil, nil)
            }
        }
    }
}

extension QueryRun {
    /// Reads one record of each run of entries that are equal up to the column of `slot`.
    fileprivate func leap(_ access: IndexAccess, _ slot: Int) -> [Value] {
        let index = view.entries(of: access.number)
        let slots = view.layout.indexes[access.number].slots
        let columns = slots.prefix { $0 != slot } + [slot]
        var values: [Value] = []
        for range in access.ranges {
            var rank = range.lowerBound
            while rank < range.upperBound, let row = index.row(at: rank),
                let record = view.record(row: row)
            {
                let value = record.values[slot]
                if values.last.map({ Value.compare($0, value) }) != 0 { values.append(value) }
                rank = Swift.max(
                    rank + 1, index.rank(of: .after(columns.map { record.values[$0] })))
            }
        }
        return values
    }
}
