extension Query {
    /// The sum of a field over the records that match; what is no number is passed over.
    ///
    /// Exact, and rounded once if there are doubles among the numbers: the order of the records
    /// does not matter.
    ///
    /// - Returns: an integer if all numbers are integers, otherwise a double, or of a column of decimals the
    ///   text of one (``DecimalText``), always exact; 0 for no numbers.
    /// - Throws: ``QueryError`` if a sum of integers does not fit 64 bits, one of decimals has too many
    ///   digits, or a sum is beyond all doubles; otherwise as `all()`.
    /// - Complexity: O(m) for m records that the best index finds, O(n) if no index helps; no record
    ///   is looked at if an index that answers the predicate has the field, and it is of integers.
    public func sum(_ field: String) throws -> Value { try total(field).value() }

    /// The mean of a field over the records that match; what is no number is passed over.
    ///
    /// - Returns: the exact mean, rounded once; nil for no numbers.
    /// - Throws: as `all()`.
    /// - Complexity: as `sum`.
    public func avg(_ field: String) throws -> Double? { try total(field, isMean: true).mean }

    /// The mean of a field over the records that match, of decimals too; what is no number is passed over.
    ///
    /// - Returns: the exact mean, rounded once: a double, or of a column of decimals the text of one
    ///   (``DecimalText``) with at most 38 digits; nil for no numbers.
    /// - Throws: as `all()`.
    /// - Complexity: as `sum`.
    public func mean(of field: String) throws -> Value? {
        try total(field, isMean: true).meanValue
    }

    /// The least value of a field among the records that match, null and missing aside.
    ///
    /// - Returns: a value of any type, in the order of ``Value``; nil for none.
    /// - Throws: as `all()`.
    /// - Complexity: O(log n) if an index on the field answers the predicate, otherwise as `sum`.
    public func min(_ field: String) throws -> Value? { try extreme(field, .ascending).value }

    /// The greatest value of a field among the records that match, null and missing aside.
    ///
    /// - Returns: a value of any type, in the order of ``Value``; nil for none.
    /// - Throws: as `all()`.
    /// - Complexity: as `min`.
    public func max(_ field: String) throws -> Value? {
        try extreme(field, .descending).value
    }

    /// The sum of a field over the records that match, with all that it takes to go on adding to it and taking from it.
    ///
    /// - Throws: as `all()`.
    /// - Complexity: as `sum`.
    public func total(of field: String) throws -> ExactSum { try total(field) }

    private func total(_ field: String, isMean: Bool = false) throws -> ExactSum {
        let total = Total(path: .reading(field), isMean: isMean)
        return try run(
            "\(isMean ? "avg" : "sum")(\(field.shortened))", need: .ofWindow,
            covering: isWindowed ? nil : total, reading: .of(field)
        ) { run in
            let operand = try FieldOperand(total.path, in: run.view.layout)
            if let slot = operand.slot, let sum = run.covered(total, of: slot) {
                return (sum, nil)
            }
            var sum = operand.emptySum(in: run.view.layout)
            run.forEachValue(of: operand) { value, _ in sum.add(value) }
            return (sum, nil)
        }
    }
}

extension QueryRun {
    /// Passes the field's value in every record of the window to `body`, in place where it is a
    /// column, and the record.
    @inline(__always)
    mutating func forEachValue(
        of operand: FieldOperand, _ body: (UnsafeMutablePointer<Value>, RecordRef) -> Void
    ) {
        if let slot = operand.slot {
            execution.expectReads(at: slot)
            execution.forEach(window) { record in
                body(record.values + slot, record)
                return true
            }
            return
        }
        let columns = ordering.columns
        execution.forEach(window) { record in
            var value = operand.value(in: record, columns: columns)
            withUnsafeMutablePointer(to: &value) { body($0, record) }
            return true
        }
    }
}
