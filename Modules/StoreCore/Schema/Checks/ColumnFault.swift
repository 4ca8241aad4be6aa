/// A contradiction inside a column's rules.
struct ColumnFault {
    let reason: DefinitionError.Reason
    let message: String

    /// The first fault of a column; nil when it is sound.
    ///
    /// Allowed values and a default become the column's own representation, and the pattern is
    /// compiled.
    static func find(in column: inout Column, pattern: inout Pattern?) -> ColumnFault? {
        bounds(column) ?? text(column, &pattern) ?? allowed(&column, pattern)
            ?? generated(column) ?? initial(&column, pattern)
    }

    private static func text(_ column: Column, _ pattern: inout Pattern?) -> ColumnFault? {
        if column.format != nil && column.type != .string {
            return fault("Only string columns have a format")
        }
        guard let source = column.pattern else { return nil }
        guard column.type == .string else { return fault("Only string columns have a pattern") }
        do throws(PatternFault) {
            pattern = try Pattern(source)
            return nil
        } catch {
            return ColumnFault(
                reason: .invalidPattern,
                message: "The pattern \(source.excerpt) cannot be used, at offset "
                    + "\(error.offset): \(error.message)")
        }
    }

    private static func bounds(_ column: Column) -> ColumnFault? {
        let isNumeric = column.type == .integer || column.type == .number
        for bound in [column.minimum, column.maximum] {
            guard let bound else { continue }
            guard isNumeric else { return fault("Only integer and number columns have a range") }
            guard let number = bound.double, number.isFinite else {
                return fault("The ends of a range are finite numbers")
            }
        }
        if let minimum = column.minimum, let maximum = column.maximum, minimum > maximum {
            return fault("The range is empty: \(minimum) is greater than \(maximum)")
        }
        return lengths(column)
    }

    private static func lengths(_ column: Column) -> ColumnFault? {
        guard column.lengthMin != nil || column.lengthMax != nil else { return nil }
        guard column.type == .string || column.type == .bytes || column.type == .array else {
            return fault("Only string, bytes and array columns have a length")
        }
        let least = column.lengthMin ?? 0
        let most = column.lengthMax ?? .max
        if least < 0 || most < 0 { return fault("A length is not negative") }
        return least > most
            ? fault("The length is impossible: at least \(least) and at most \(most)") : nil
    }

    private static func allowed(_ column: inout Column, _ pattern: Pattern?) -> ColumnFault? {
        if let bucket = column.references, let message = NameRules.fault(ofBucket: bucket) {
            return fault("What it references is no bucket's name. " + message)
        }
        if let message = reference(column) { return fault(message) }
        guard let oneOf = column.oneOf else { return nil }
        if oneOf.isEmpty {
            return fault("No value is allowed at all; list some, or leave oneOf out")
        }
        var rest = column
        rest.oneOf = nil
        var issues: [ValidationIssue] = []
        column.oneOf = oneOf.map { rest.admit($0, matching: pattern, field: "", issues: &issues) }
        return issues.first.map {
            fault("One of the allowed values is itself refused. \($0.message)")
        }
    }

    private static func reference(_ column: Column) -> String? {
        guard let action = column.onDelete else { return nil }
        if column.references == nil {
            return "An action on deletion needs a bucket that is referred to"
        }
        if column.type == .array || column.type == .object {
            return "A list or an object cannot be another record's key"
        }
        return action == .setNull && column.isRequired
            ? "A required column cannot be set to null; cascade or restrict, or make it optional"
            : nil
    }

    private static func generated(_ column: Column) -> ColumnFault? {
        let isSuited: Bool
        switch column.generated {
        case nil: return nil
        case .uuid, .uuid7: isSuited = column.type == .string || column.type == .bytes
        case .cuid2: isSuited = column.type == .string
        case .autoincrement: isSuited = column.type == .integer || column.type == .number
        case .timestamp:
            isSuited = column.type == .date || column.type == .integer || column.type == .number
        }
        if isSuited { return nil }
        let kind = column.generated.map(\.rawValue) ?? ""
        return ColumnFault(
            reason: .invalidGenerated,
            message: "A column of type \(column.type.rawValue) cannot be generated as \(kind)")
    }

    private static func initial(_ column: inout Column, _ pattern: Pattern?) -> ColumnFault? {
        guard case .value(let value) = column.default else { return nil }
        if value.isNull {
            guard column.isRequired else { return nil }
            return ColumnFault(
                reason: .invalidDefault,
                message: "The default is null although the field is required")
        }
        var issues: [ValidationIssue] = []
        column.default = .value(
            column.admit(value, matching: pattern, field: "", issues: &issues))
        return issues.first.map {
            ColumnFault(
                reason: .invalidDefault,
                message: "The default is refused by the column. \($0.message)")
        }
    }

    private static func fault(_ message: String) -> ColumnFault {
        ColumnFault(reason: .invalidColumn, message: message)
    }
}
