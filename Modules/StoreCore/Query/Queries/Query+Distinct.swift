extension Query {
    /// The different values of a field among the records that match, in ascending order, null and
    /// missing aside.
    ///
    /// Of values that are equal, as 1 and 1.0 are, the one in the lowest row stands for the others.
    ///
    /// - Throws: as `all()`.
    /// - Complexity: O(d log n) for d values if an index on the field answers the predicate,
    ///   otherwise O(m + d log d) for m records that the best index finds; so too if that index has more
    ///   columns, and the field is one of numbers, lists or objects.
    public func distinct(_ field: String) throws -> [Value] {
        let path = FieldPath.reading(field)
        let mask = FieldMask.of(field)
        if !isWindowed, let values = try distinctByIndex(field, path, mask) { return values }
        return try run("distinct(\(field.shortened))", need: .ofWindow, reading: mask) { run in
            let operand = try FieldOperand(path, in: run.view.layout)
            guard operand.hasSpellings(in: run.view.layout) else {
                var values: Set<Value> = []
                run.forEachValue(of: operand) { value, _ in
                    if !value.pointee.isNull { values.insert(value.pointee) }
                }
                return (values.sorted(), nil)
            }
            var values: [Value: (row: RowID, value: Value)] = [:]
            run.forEachValue(of: operand) { value, record in
                let value = value.pointee
                if value.isNull || values[value].map({ $0.row < record.row }) ?? false { return }
                values[value] = (record.row, value)
            }
            return (values.values.map(\.value).sorted(), nil)
        }
    }

    /// The values by leaps through an index; nil if no index has them in order and answers the
    /// predicate.
    private func distinctByIndex(
        _ field: String, _ path: FieldPath, _ mask: FieldMask
    ) throws -> [Value]? {
        try source.run(
            "distinct(\(field.shortened))", predicate && .field(path) != nil,
            [Ordering(path, .ascending)],
            isOrdered: true,
            ResultWindow(), reading: mask
        ) { run in
            guard let runs = run.indexRuns, let slot = run.view.layout.slot(ofPath: path) else {
                run.hasAnswered = false
                return (nil, nil)
            }
            var values: [Value] = []
            var row: RowID = 0
            run.forEachRun(runs) { record, _ in
                let value = record.values[slot]
                if values.last.map({ Value.compare($0, value) }) != 0 {
                    values.append(value)
                } else if record.row < row {
                    values[values.count - 1] = value
                } else {
                    return
                }
                row = record.row
            }
            return (values, nil)
        }
    }
}
