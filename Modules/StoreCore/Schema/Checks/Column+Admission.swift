extension Column {
    /// The value as the column stores it, or an issue for each rule that it breaks.
    ///
    /// A value of another type breaks only that rule, and comes back as it is. Null is not asked
    /// here: whether it will do is the record's affair.
    ///
    /// - Parameters:
    ///   - given: the value.
    ///   - compiled: the column's pattern, if it has one.
    ///   - field: the name of the field, for the issues.
    ///   - issues: what is found is appended to these.
    /// - Returns: the value as it is stored.
    func admit(
        _ given: Value, matching compiled: Pattern?, field: String,
        issues: inout [ValidationIssue]
    ) -> Value {
        guard let value = converted(given) else {
            issues.append(typeIssue(given, field: field))
            return given
        }
        if type == .array || type == .object, let flaw = value.flaw() {
            issues.append(flaw.issue(field: field))
            return value
        }
        if let oneOf, !oneOf.contains(value) {
            issues.append(
                ValidationIssue(field: field, code: .enum, message: Column.enumMessage(oneOf)))
        }
        if lengthMin != nil || lengthMax != nil {
            checkLength(value, field: field, issues: &issues)
        }
        if let compiled, case .string(let text) = value, !compiled.matches(text) {
            issues.append(
                ValidationIssue(field: field, code: .pattern, message: compiled.message))
        }
        if let format, case .string(let text) = value, !format.accepts(text) {
            issues.append(ValidationIssue(field: field, code: .format, message: format.message))
        }
        if let minimum, Value.compare(value, minimum) < 0 {
            issues.append(
                ValidationIssue(field: field, code: .min, message: "Minimum value is \(minimum)"))
        }
        if let maximum, Value.compare(value, maximum) > 0 {
            issues.append(
                ValidationIssue(field: field, code: .max, message: "Maximum value is \(maximum)"))
        }
        return value
    }

    /// The value in the column's own representation; nil when it is of another type.
    func converted(_ value: Value) -> Value? {
        switch (type, value) {
        case (.string, .string), (.boolean, .bool), (.date, .date), (.bytes, .bytes),
            (.array, .array),
            (.object, .object), (.integer, .integer), (.number, .integer):
            value
        case (.number, .double(let number)) where number.isFinite:
            value
        case (.integer, .double(let number)):
            Int64(exactly: number).map(Value.integer)
        case (.date, .string(let text)):
            Timestamp(iso8601: text).map(Value.date)
        default:
            nil
        }
    }

    private func typeIssue(_ value: Value, field: String) -> ValidationIssue {
        let given: String
        switch value {
        case .double(let number) where !number.isFinite: given = "\(number)"
        case .double(let number) where type == .integer: given = "the number \(number)"
        case .string(let text) where type == .date:
            given = "the string \(text.excerpt), which is no ISO 8601 date"
        default: given = value.typeName
        }
        return ValidationIssue(
            field: field, code: .type, message: "Expected type \"\(type.rawValue)\", got \(given)")
    }

    private func checkLength(_ value: Value, field: String, issues: inout [ValidationIssue]) {
        let isLong: Bool
        let isShort: Bool
        switch value {
        case .string(let text):
            isShort = lengthMin.map { TextLength.isShorter(text, than: $0) } ?? false
            isLong = lengthMax.map { TextLength.isLonger(text, than: $0) } ?? false
        case .bytes(let bytes):
            isShort = bytes.count < lengthMin ?? 0
            isLong = bytes.count > lengthMax ?? .max
        case .array(let values):
            isShort = values.count < lengthMin ?? 0
            isLong = values.count > lengthMax ?? .max
        default:
            return
        }
        if isShort, let lengthMin {
            issues.append(
                ValidationIssue(
                    field: field, code: .minLength, message: "Minimum length is \(lengthMin)"))
        }
        if isLong, let lengthMax {
            issues.append(
                ValidationIssue(
                    field: field, code: .maxLength, message: "Maximum length is \(lengthMax)"))
        }
    }

    private static func enumMessage(_ allowed: [Value]) -> String {
        let listed = allowed.prefix(20).map { value in
            if case .string(let text) = value { text.shortened } else { value.excerpt }
        }
        return "Value must be one of: " + listed.joined(separator: ", ")
            + (allowed.count > 20 ? ", …" : "")
    }
}

/// A column with its name, where a copy of either would cost more than the check.
final class ColumnCheck: Sendable {
    let name: String
    let column: Column
    private let pattern: Pattern?

    init(name: String, column: Column, pattern: Pattern?) {
        self.name = name
        self.column = column
        self.pattern = pattern
    }

    /// As ``Column/admit(_:matching:field:issues:)``.
    func admit(_ value: Value, issues: inout [ValidationIssue]) -> Value {
        column.admit(value, matching: pattern, field: name, issues: &issues)
    }
}

extension Pattern {
    /// What a text that does not match is told.
    fileprivate var message: String { "Value must match pattern \(source.excerpt)" }
}

extension Value.Flaw {
    /// The issue to raise about a field with this flaw.
    func issue(field: String) -> ValidationIssue {
        switch self {
        case .tooDeep:
            ValidationIssue(
                field: field, code: .nesting,
                message: "Arrays and objects may stand at most \(Value.nestingMax) levels deep")
        case .notFinite:
            ValidationIssue(
                field: field, code: .notFinite,
                message: "Numbers must be finite; NaN and infinities are refused")
        }
    }
}

/// Lengths in characters, without counting them where the number of bytes settles it.
enum TextLength {
    static func isShorter(_ text: String, than least: Int) -> Bool {
        if text.utf8.count < least { return true }
        if least <= 1 { return text.isEmpty && least == 1 }
        return text.index(text.startIndex, offsetBy: least, limitedBy: text.endIndex) == nil
    }

    static func isLonger(_ text: String, than most: Int) -> Bool {
        if text.utf8.count <= most { return false }
        guard
            let end = text.index(text.startIndex, offsetBy: max(0, most), limitedBy: text.endIndex)
        else { return false }
        return end < text.endIndex
    }
}
