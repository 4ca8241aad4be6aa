/// Why a record was refused by its bucket's schema: every fault found, not only the first.
///
/// The store is as it was before.
public struct ValidationError: Error, Sendable, Hashable {
    /// The bucket's name.
    public let bucket: String
    /// The key of the record, as far as it has one.
    public let key: Key?
    /// What is wrong, field by field, in the order of the fields given; never empty.
    public let issues: [ValidationIssue]

    /// Makes an error of the issues found in a record.
    public init(bucket: String, key: Key? = nil, issues: [ValidationIssue]) {
        self.bucket = bucket
        self.key = key
        self.issues = issues
    }
}

extension ValidationError: CustomStringConvertible {
    /// The bucket and the first ten issues.
    public var description: String {
        let listed = issues.prefix(10).map { "\($0.field.shortened): \($0.message)" }.joined(
            separator: "; ")
        let rest = issues.count > 10 ? "; and \(issues.count - 10) more" : ""
        return "Validation failed for bucket \(bucket.excerpt): \(listed)\(rest)"
    }
}

/// One fault of one field.
public struct ValidationIssue: Sendable, Hashable {
    /// The field's name.
    public let field: String
    /// What kind of fault it is, for a program.
    public let code: Code
    /// What would be right, for people.
    public let message: String

    /// Makes an issue.
    public init(field: String, code: Code, message: String) {
        self.field = field
        self.code = code
        self.message = message
    }

    /// The kinds of faults.
    ///
    /// Later releases may add some.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, stable across releases.
        public let name: String

        init(_ name: String) { self.name = name }

        /// The name.
        public var description: String { name }

        /// A required field has no value.
        public static let required = Code("required")
        /// The value is of another type than the column; NaN and infinities are of none.
        public static let type = Code("type")
        /// The value is none of those allowed.
        public static let `enum` = Code("enum")
        /// The text, bytes or list are too short.
        public static let minLength = Code("minLength")
        /// The text, bytes or list are too long.
        public static let maxLength = Code("maxLength")
        /// The text does not match the pattern.
        public static let pattern = Code("pattern")
        /// The text is no email address, URL or ISO date.
        public static let format = Code("format")
        /// The number is too small.
        public static let min = Code("min")
        /// The number is too great.
        public static let max = Code("max")
        /// The bucket is strict and does not know the field.
        public static let unknownField = Code("unknownField")
        /// An update would change a key or generated field.
        public static let immutable = Code("immutable")
        /// Arrays and objects stand more than 128 levels deep.
        public static let nesting = Code("nesting")
        /// A path leads into what another entry sets as well.
        public static let overlap = Code("overlap")
        /// NaN or an infinity stands in an undeclared field, or inside a list or object.
        public static let notFinite = Code("notFinite")
    }
}
