extension Layout {
    /// Lays a patch over a record.
    ///
    /// The record stays as it is; the result has its header, for its owner to change.
    ///
    /// - Throws: `ValidationError` when a key or generated field would get another value
    ///   (`immutable`), or when a sum breaks the column's rules.
    /// - Complexity: O(n) in the number of columns; one allocation.
    func merge(_ patch: Patch, onto existing: RecordStorage) throws(ValidationError)
        -> RecordStorage
    {
        let source = existing.laidOut(as: self)
        var extras = source.extras
        var issues: [ValidationIssue] = []
        let hasUndeclared = patch.edits.contains { $0.slot < 0 }
        if hasUndeclared { extras = merge(patch, into: extras ?? Fields(), issues: &issues) }
        let merged = RecordStorage.make(layout: self, extras: extras) { target in
            for slot in 0..<count { (target + slot).initialize(to: source.values[slot]) }
        }
        merged.inherit(existing.head.pointee)
        var heapBytes = Int(source.head.pointee.byteCount)
        for edit in patch.edits where edit.slot >= 0 {
            // Another edit may have changed the inside of it already.
            let old = UnsafePointer(merged.values + edit.slot)
            guard let new = value(of: edit, from: old, issues: &issues) else { continue }
            heapBytes &+= new.heapBytes &- Value.heapBytes(at: old)
            merged.values[edit.slot] = new
        }
        if !issues.isEmpty {
            throw ValidationError(bucket: bucket, key: existing.key, issues: issues)
        }
        if hasUndeclared {
            merged.measure()
        } else {
            merged.head.pointee.byteCount = UInt32(clamping: heapBytes)
        }
        return merged
    }

    /// The value that an edit gives a column; nil when there is nothing to change.
    @inline(__always)
    private func value(
        of edit: Patch.Edit, from old: UnsafePointer<Value>, issues: inout [ValidationIssue]
    ) -> Value? {
        if !edit.steps.isEmpty { return changed(old.pointee, by: edit, issues: &issues) }
        switch edit.change {
        case .set(let value):
            return value
        case .keep(let value):
            if value != old.pointee { issues.append(.immutable(field: names[edit.slot])) }
            return nil
        case .add(let amount):
            let field = names[edit.slot]
            return Layout.sum(old.pointee, amount, field: field, issues: &issues)
                .map { admit($0, at: edit.slot, issues: &issues) }
        }
    }

    /// The undeclared fields after a patch; nil when none remain.
    private func merge(_ patch: Patch, into extras: Fields, issues: inout [ValidationIssue])
        -> Fields?
    {
        var changed: [Fields.Entry] = []
        for edit in patch.edits where edit.slot < 0 && edit.steps.isEmpty {
            switch edit.change {
            case .set(let value), .keep(let value):
                changed.append(Fields.Entry(name: edit.name, value: value, isExact: true))
            case .add(let amount):
                if let sum = Layout.sum(
                    extras[exact: edit.name], amount, field: edit.name, issues: &issues)
                {
                    changed.append(Fields.Entry(name: edit.name, value: sum, isExact: true))
                }
            }
        }
        var merged = extras.merging(Fields(unique: changed))
        for edit in patch.edits where edit.slot < 0 && !edit.steps.isEmpty {
            if let value = self.changed(merged[exact: edit.name], by: edit, issues: &issues) {
                merged[exact: edit.name] = value
            }
        }
        merged.entries.removeAll { $0.value.isNull }
        return merged.isEmpty ? nil : merged
    }

    /// The sum of a field's number and an amount: exact for two integers or decimals, otherwise a finite
    /// double.
    static func sum(
        _ old: Value, _ amount: Value, field: String, issues: inout [ValidationIssue]
    ) -> Value? {
        let old = old.isNull ? .integer(0) : old
        if case .string = amount {
            return decimalSum(old, amount, field: field, issues: &issues)
        }
        if case .integer(let old) = old, case .integer(let amount) = amount {
            let (sum, overflow) = old.addingReportingOverflow(amount)
            if !overflow { return .integer(sum) }
            let message = "The sum does not fit an integer of 64 bits"
            issues.append(
                ValidationIssue(field: field, code: amount < 0 ? .min : .max, message: message))
            return nil
        }
        guard let number = old.double, let summand = amount.double else {
            issues.append(.notNumber(old, field: field))
            return nil
        }
        guard (number + summand).isFinite else {
            issues.append(.notNumber(.double(number + summand), field: field))
            return nil
        }
        return .double(number + summand)
    }

    private static func decimalSum(
        _ old: Value, _ amount: Value, field: String, issues: inout [ValidationIssue]
    ) -> Value? {
        guard let number = DecimalText(old), let summand = DecimalText(amount) else {
            issues.append(.notNumber(old, field: field))
            return nil
        }
        var sum = DecimalSum()
        sum.add(number)
        sum.add(summand)
        guard sum.number.isRepresentable else {
            let message = "The sum has more digits than a decimal can hold"
            let code: ValidationIssue.Code = summand.isNegative ? .min : .max
            issues.append(ValidationIssue(field: field, code: code, message: message))
            return nil
        }
        return .string(sum.number.description)
    }
}
