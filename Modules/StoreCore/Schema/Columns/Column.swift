/// What a schema says about one field: its type, and the rules its values keep.
///
/// ```swift
/// .string(required: true, length: 1...100)
/// .string(oneOf: ["admin", "user"], default: "user")
/// .number(range: 0...)
/// .string(generated: .uuid)
/// .string(pattern: "^[A-Z]{2}[0-9]{4}$")
/// ```
///
/// Rules apply to values: a field that is missing or null is only asked whether it is required. A
/// schema whose rules contradict each other or do not fit the type is refused when the bucket is
/// defined.
public struct Column: Sendable, Hashable, Codable {
    /// The type of the values.
    public var type: ColumnType
    /// Whether a record must have a value.
    public var isRequired = false
    /// Whether no two records may have the same value.
    ///
    /// Any number may have none.
    public var isUnique = false
    /// The bucket whose records' keys the values are.
    ///
    /// For information, unless `onDelete` says what becomes of the record.
    public var references: String?
    /// What happens to the record when the one it refers to is deleted; nil: the reference is not enforced.
    public var onDelete: ReferenceAction?
    /// What a record gets on insertion when it lacks the field.
    public var `default`: Default?
    /// How the store makes a value on insertion when the record lacks the field.
    ///
    /// It stands above a default, and updates cannot change the value.
    public var generated: Generated?
    /// The only values allowed.
    public var oneOf: [Value]?
    /// The least number allowed, of an integer or number column.
    public var minimum: Value?
    /// The greatest number allowed, of an integer or number column.
    public var maximum: Value?
    /// The least length allowed: characters of a text, bytes, or elements of a list.
    public var lengthMin: Int?
    /// The greatest length allowed: characters of a text, bytes, or elements of a list.
    public var lengthMax: Int?
    /// What the text must be.
    public var format: Format?
    /// A regular expression that some part of the text must match; `^` and `$` ask for all of it.
    ///
    /// It means what it means to ECMAScript without flags, but in Unicode scalars: literals and
    /// escapes, `.`, classes such as `[a-z]` and `[^0-9]`, `\d \w \s` (ASCII, apart from white
    /// space) and their negations, `\t \n \r \v \f \0 \xHH \uHHHH \u{H…}`, groups, `|`,
    /// `? * + {n} {n,} {n,m}` also as lazy ones, `^ $ \b \B`. Any sign that is no letter or digit
    /// can be escaped. Matching takes time in proportion to the text, whatever the pattern: so
    /// there are no backreferences, no lookaround and no possessive quantifiers. These, flags and
    /// Unicode properties are refused when the bucket is defined; and so is a pattern of more
    /// than 10 000 parts, its counted repetitions written out, or of more than 250 levels.
    public var pattern: String?

    /// Makes a column of a type, without any rule.
    public init(_ type: ColumnType) { self.type = type }

    /// How the store makes a value.
    public enum Generated: String, Sendable, Hashable, Codable {
        /// A random UUID (version 4): lower-case text in text columns, 16 bytes in bytes columns.
        case uuid
        /// A UUID of the time of the insertion (version 7), each greater than those made before:
        /// lower-case text in text columns, 16 bytes in bytes columns.
        ///
        /// The order holds for one run of a store; after a restart it goes by the clock.
        case uuid7
        /// A random text of a lower-case letter and 23 letters and digits, in the form of a cuid2;
        /// for text columns.
        case cuid2
        /// 1, 2, 3 …, never one twice, with gaps where an insertion failed; for integer and number
        /// columns.
        case autoincrement
        /// The time of the insertion: a date, or milliseconds since 1970 in integer and number
        /// columns.
        case timestamp
    }

    /// What a text can be required to be.
    public enum Format: String, Sendable, Hashable, Codable {
        /// One `@` between non-empty sides, a dot inside the domain, no spaces.
        case email
        /// Absolute, with a scheme and a host, or without slashes as in `mailto:`.
        case url
        /// A calendar date, or a date-time of RFC 3339.
        case isoDate
        /// A decimal number in the form of ``DecimalText``: sums, means and increments are exact.
        case decimal
    }
}
