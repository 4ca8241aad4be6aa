extension Query {
    /// The least or the greatest value of a field, nil if no record has one, and how many records
    /// were looked at.
    func extreme(
        _ field: String, _ direction: SortDirection
    ) throws -> (value: Value?, examined: Int) {
        let path = FieldPath.reading(field)
        let mask = { FieldMask.of(field) }
        guard !isWindowed else { return try extremeInWindow(field, direction, reading: mask()) }
        if case .constant(true) = predicate.node, source.recorder == nil,
            let found = try extremeOfIndex(path, direction)
        {
            return (found, 1)
        }
        return try source.run(
            direction.method(field), predicate && .field(path) != nil, [Ordering(path, direction)],
            isOrdered: true,
            ResultWindow(limit: 1), reading: mask()
        ) { run -> (result: (Value?, Int), last: RecordRef?) in
            let operand = try FieldOperand(path, in: run.view.layout)
            let (record, examined) = run.extreme(isLeast: direction == .ascending)
            let value = record.map { operand.value(in: $0, columns: run.ordering.columns) }
            return ((value, examined), record)
        }
    }

    /// The value at the end of an index that begins with the field, for all records; nil if there
    /// is no such index, or if there is null at its end.
    private func extremeOfIndex(_ path: FieldPath, _ direction: SortDirection) throws -> Value? {
        // The types are spelt out: to a closure that returns a `Value`, nil would be null.
        try source.withView { view, _ -> Value? in
            let layout = view.layout
            guard let slot = layout.slot(ofPath: path) else { return nil }
            for number in layout.indexes.indices
            where layout.indexes[number].slots[0] == slot && layout.indexes[number].content.isPlain
            {
                let index = view.entries(of: number)
                let rank = direction == .ascending ? 0 : view.count - 1
                guard let row = index.row(at: rank), let record = view.record(row: row) else {
                    return nil
                }
                if record.values[slot].isNull { return nil }
                guard layout.columns[slot].type.hasSpellings else { return record.values[slot] }
                let run = index.run(of: record, columns: 1)
                return view.record(row: index.lowestRow([run], like: record, columns: 1))?
                    .values[slot]
            }
            return nil
        }
    }

    /// The same over a part of the matching records.
    private func extremeInWindow(
        _ field: String, _ direction: SortDirection, reading mask: FieldMask
    ) throws -> (value: Value?, examined: Int) {
        try run(direction.method(field), need: .ofWindow, reading: mask) {
            run -> (result: (Value?, Int), last: RecordRef?) in
            let operand = try FieldOperand(.reading(field), in: run.view.layout)
            var extreme: Value?
            var row: RowID = 0
            run.forEachValue(of: operand) { value, record in
                guard ValueWords.tag(value) != ValueWords.nullTag else { return }
                if let known = extreme {
                    let order = Value.compare(value.pointee, known)
                    if order == 0 ? record.row > row : (order > 0) == (direction == .ascending) {
                        return
                    }
                }
                extreme = value.pointee
                row = record.row
            }
            return ((extreme, run.execution.examined), nil)
        }
    }
}

extension SortDirection {
    /// The method that asks for the first value in this direction.
    fileprivate func method(_ field: String) -> String {
        "\(self == .ascending ? "min" : "max")(\(field.shortened))"
    }
}

extension QueryRun {
    /// The first record with the least or the greatest value, and how many were looked at.
    ///
    /// The run's records are ordered by that value. Where equal values look the same, it may be another one of them.
    fileprivate mutating func extreme(isLeast: Bool) -> (record: RecordRef?, examined: Int) {
        if execution.plan.residual == nil, case .index(let access) = execution.plan.access {
            switch execution.plan.delivery {
            case .direct, .grouped:
                guard let range = isLeast ? access.ranges.first : access.ranges.last else {
                    return (nil, 0)
                }
                let rank = isLeast ? range.lowerBound : range.upperBound - 1
                let index = view.entries(of: access.number)
                let found = index.row(at: rank).flatMap { view.record(row: $0) }
                let columns = indexRuns?.columns ?? access.constants
                guard let found, index.shape.hasSpellings(columns: columns) else {
                    return (found, 1)
                }
                let run = access.ranges.clipped(to: index.run(of: found, columns: columns))
                let row = index.lowestRow(run, like: found, columns: columns)
                return (view.record(row: row), 1)
            case .byRow, .sorted: break
            }
        }
        var extreme: RecordRef?
        execution.forEach(window) { record in
            extreme = record
            return false
        }
        return (extreme, execution.examined)
    }
}
