extension Layout {
    /// Validates the fields of an update, each by itself.
    ///
    /// Metadata is dropped. Key and generated fields are compared when the patch is applied: the
    /// same value is ignored.
    ///
    /// - Throws: `ValidationError` with every fault found.
    func makePatch(_ fields: Fields, key: Key? = nil) throws(ValidationError) -> Patch {
        var edits: [Patch.Edit] = []
        var issues: [ValidationIssue] = []
        edits.reserveCapacity(fields.entries.count)
        var next = 0
        var hasPaths = false
        for entry in fields.entries {
            let slot = index(of: entry.name, hint: next)
            if slot >= 0 {
                next = slot &+ 1
                let value = admit(entry.value, at: slot, issues: &issues)
                edits.append(
                    Patch.Edit(
                        slot: slot, name: "",
                        change: rules[slot].isFixed ? .keep(value) : .set(value)))
            } else if let path = path(ofUndeclared: entry.name, isExact: entry.isExact) {
                hasPaths = true
                if let edit = pathEdit(path, entry.value, issues: &issues) { edits.append(edit) }
            } else if let edit = undeclaredEdit(entry, issues: &issues) {
                edits.append(edit)
            }
        }
        if hasPaths { noteOverlaps(edits, issues: &issues) }
        if !issues.isEmpty { throw ValidationError(bucket: bucket, key: key, issues: issues) }
        return Patch(edits: edits)
    }

    /// Lets `change` edit a record's fields, and validates those that it changed.
    ///
    /// What it removed is cleared.
    ///
    /// - Throws: what `change` throws; `ValidationError` with every fault found.
    func patch(from record: Record, _ change: (inout Fields) throws -> Void) throws -> Patch {
        var before = record.fields
        // Where a column has the name, its dots lead nowhere.
        for name in dottedNames where !before.contains(name) { before[exact: name] = nil }
        var after = before
        try change(&after)
        return try makePatch(after.changes(since: before), key: record.key)
    }

    /// Makes a patch that adds to a number, whatever it is by then.
    ///
    /// - Throws: `ValidationError` when the field cannot hold numbers, is a key or generated one,
    ///   or `amount` is no number.
    func makeIncrement(_ field: String, by amount: Value) throws(ValidationError) -> Patch {
        let slot = index(of: field)
        guard !Layout.isMetadata(field) else { return Patch(edits: []) }
        if slot >= 0, rules[slot].isFixed { throw refusal(.immutable(field: field)) }
        if slot >= 0, columns[slot].format == .decimal {
            guard let number = DecimalText(amount) else {
                throw refusal(.notNumber(amount, field: field))
            }
            let change = Patch.Change.add(.string(number.description))
            return Patch(edits: [Patch.Edit(slot: slot, name: "", change: change)])
        }
        guard let number = amount.double, number.isFinite else {
            throw refusal(.notNumber(amount, field: field))
        }
        if slot < 0, let path = path(ofUndeclared: field) {
            var issues: [ValidationIssue] = []
            let edit = edit(at: path, .add(amount), issues: &issues)
            if let issue = issues.first { throw refusal(issue) }
            return Patch(edits: edit.map { [$0] } ?? [])
        }
        if slot >= 0 {
            guard rules[slot].type == .integer || rules[slot].type == .number else {
                let type = rules[slot].type.rawValue
                let message =
                    "Only integer and number columns can be incremented, not a \(type) one"
                throw refusal(ValidationIssue(field: field, code: .type, message: message))
            }
        } else if isStrict {
            throw refusal(.unknown(field: field))
        }
        return Patch(edits: [
            Patch.Edit(slot: slot, name: slot < 0 ? field : "", change: .add(amount))
        ])
    }

    /// The value as a column stores it; null is noted where it will not do.
    @inline(__always)
    func admit(_ value: Value, at slot: Int, issues: inout [ValidationIssue]) -> Value {
        if withUnsafePointer(to: value, { rules[slot].admits($0) }) { return value }
        if value.isNull {
            if rules[slot].isRequired && !rules[slot].isFixed {
                issues.append(.required(field: names[slot]))
            }
            return value
        }
        return checks[slot].admit(value, issues: &issues)
    }

    /// The edit that sets what a path leads to; nil for metadata, and where an issue was noted.
    func pathEdit(
        _ path: FieldPath, _ value: Value, issues: inout [ValidationIssue]
    ) -> Patch.Edit? {
        if let flaw = value.flaw() {
            issues.append(flaw.issue(field: path.description))
            return nil
        }
        return edit(at: path, .set(value), issues: &issues)
    }

    private func undeclaredEdit(_ entry: Fields.Entry, issues: inout [ValidationIssue]) -> Patch
        .Edit?
    {
        if Layout.isMetadata(entry.name) { return nil }
        if isStrict {
            issues.append(.unknown(field: entry.name))
        } else if let flaw = entry.value.flaw() {
            issues.append(flaw.issue(field: entry.name))
        }
        return Patch.Edit(slot: -1, name: entry.name, change: .set(entry.value))
    }

    func refusal(_ issue: ValidationIssue, key: Key? = nil) -> ValidationError {
        ValidationError(bucket: bucket, key: key, issues: [issue])
    }
}

extension ValidationIssue {
    /// The issue of an undeclared field in a strict bucket.
    static func unknown(field: String) -> ValidationIssue {
        let message = "The bucket is strict and has no such field; declare it, or leave it out"
        return ValidationIssue(field: field, code: .unknownField, message: message)
    }

    /// The issue of adding to or with what is no finite number.
    static func notNumber(_ value: Value, field: String) -> ValidationIssue {
        let given = value.double.map { "\($0)" } ?? value.typeName
        return ValidationIssue(
            field: field, code: .type, message: "Expected a finite number, got \(given)")
    }
}
