// What a dotted name means
// ========================
//
// A name with dots is decided once per layout: where a column has the name, it is that column, and otherwise the path
// that its dots lead. Queries, orders, reads of a record and writes all ask here. A field of such a name that no column
// declares is reached by an exact path, and written by an exact name.

extension Layout {
    /// The column that `path` stands for as a whole.
    @inline(__always)
    func slot(ofPath path: FieldPath) -> Int? {
        let names = path.names
        return names.count == 1 ? slot(of: names[0]) : slot(of: names.joined(separator: "."))
    }

    /// The path that a name which is no column's leads, at least two names long; nil for a field of that very name.
    @inline(__always)
    func path(ofUndeclared name: String, isExact: Bool = false) -> FieldPath? {
        isExact || !FieldPath.isDotted(name) ? nil : FieldPath(name)
    }

    /// The edit that makes a change at the end of a path; nil for metadata, and where an issue was noted.
    func edit(
        at path: FieldPath, _ change: Patch.Change, issues: inout [ValidationIssue]
    ) -> Patch.Edit? {
        let (root, name) = (path.names[0], path.description)
        if Layout.isMetadata(root) { return nil }
        let slot = index(of: root)
        if slot >= 0, columns[slot].type != .object {
            issues.append(.noObject(field: name, within: root, columns[slot].type.rawValue))
        } else if slot < 0, isStrict {
            issues.append(.unknown(field: name))
        } else if path.names.count > Value.nestingMax + 1 {
            issues.append(Value.Flaw.tooDeep.issue(field: name))
        } else {
            return Patch.Edit(
                slot: slot, name: slot < 0 ? root : "", steps: Array(path.names.dropFirst()),
                change: change)
        }
        return nil
    }

    /// The value of a field after the change that `edit` makes inside of it; nil if that changes nothing, or if an issue
    /// was noted.
    func changed(
        _ value: Value, by edit: Patch.Edit, issues: inout [ValidationIssue]
    ) -> Value? {
        let count = issues.count
        let changed = changed(value, edit, edit.steps[...], issues: &issues)
        guard var changed, issues.count == count else { return nil }
        if edit.slot >= 0 {
            changed = admit(changed, at: edit.slot, issues: &issues)
        } else if let flaw = changed.flaw() {
            issues.append(flaw.issue(field: edit.field(in: self)))
        }
        return issues.count == count ? changed : nil
    }

    private func changed(
        _ value: Value, _ edit: Patch.Edit, _ steps: ArraySlice<String>,
        issues: inout [ValidationIssue]
    ) -> Value? {
        guard let step = steps.first else {
            switch edit.change {
            case .set(let new), .keep(let new): return new
            case .add(let amount):
                return Layout.sum(value, amount, field: edit.field(in: self), issues: &issues)
            }
        }
        var fields: Fields
        switch value {
        case .object(let known): fields = known
        case .null:
            // Nothing is cleared where there is nothing.
            if case .set(.null) = edit.change { return nil }
            fields = Fields()
        default:
            let above = edit.steps.dropLast(steps.count).joined(separator: ".")
            let root = edit.slot < 0 ? edit.name : names[edit.slot]
            issues.append(
                .noObject(
                    field: edit.field(in: self), within: above.isEmpty ? root : root + "." + above,
                    value.typeName))
            return nil
        }
        guard let inner = changed(fields[exact: step], edit, steps.dropFirst(), issues: &issues)
        else {
            return nil
        }
        if inner.isNull {
            fields.removeValue(step)
        } else {
            fields[exact: step] = inner
        }
        return .object(fields)
    }

    /// Notes each path that leads to what another edit changes as a whole, or to the inside of what another path leads to.
    ///
    /// - Complexity: O(n log n) in the number of edits.
    func noteOverlaps(_ edits: [Patch.Edit], issues: inout [ValidationIssue]) {
        let paths = edits.lazy.filter { !$0.steps.isEmpty }.map { ($0, $0.names(in: self)) }
            .sorted { compare($0.1, $1.1) < 0 }
        if paths.isEmpty { return }
        let wholes = Set(edits.lazy.filter(\.steps.isEmpty).map { ByteString($0.field(in: self)) })
        var last: (edit: Patch.Edit, names: [String])?
        for (edit, names) in paths {
            if wholes.contains(ByteString(names[0])) {
                issues.append(.overlap(field: edit.field(in: self), with: names[0]))
            } else if let last, names.starts(with: last.names, by: bytesEqual) {
                issues.append(
                    .overlap(field: edit.field(in: self), with: last.edit.field(in: self)))
            }
            last = (edit, names)
        }
    }

    private func compare(_ one: [String], _ other: [String]) -> Int {
        for (one, other) in zip(one, other) {
            let order = bytesCompare(one, other)
            if order != 0 { return order }
        }
        return one.count - other.count
    }
}

extension Patch.Edit {
    /// The names that lead to what is changed.
    func names(in layout: Layout) -> [String] {
        [slot < 0 ? name : layout.names[slot]] + steps
    }

    /// What is changed, for messages.
    func field(in layout: Layout) -> String { names(in: layout).joined(separator: ".") }
}

extension ValidationIssue {
    /// The issue of a path into what is no object.
    static func noObject(field: String, within: String, _ type: String) -> ValidationIssue {
        ValidationIssue(
            field: field, code: .type,
            message: "A path leads into objects, and \(within.excerpt) is of type \(type)")
    }

    /// The issue of two entries that set the same.
    static func overlap(field: String, with other: String) -> ValidationIssue {
        ValidationIssue(
            field: field, code: .overlap,
            message: "The path leads into \(other.excerpt), which is set as well; set one of them")
    }
}
