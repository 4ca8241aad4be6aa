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
        if !isWindowed, let values = try distinctByIndex(field, path, mask) { return values }
        return try run("distinct(\(field.shortened))", need: .ofWindow, reading: mask) { run in
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
            run.forEachRun(runs) { record, _ in
                let value = record.values[slot]
                if values.last.map({ Value.compare($0, value) }) != 0 { values.append(value) }
            }
            return (values, nil)
        }
    }
}
