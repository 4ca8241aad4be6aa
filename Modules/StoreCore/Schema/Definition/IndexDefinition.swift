/// An index over one field or several, at most 16, in order.
///
/// ```swift
/// indexes: [
///     "role", ["role", "name"], .unique("country", "taxNumber"),
///     .index("total", where: .field("status") == "pending"), .unique(.ignoringCase("email")),
/// ]
/// ```
///
/// With a condition the index is *partial*: it holds the records that satisfy it and no others, and costs nothing for
/// those. A query makes use of it if what it asks for implies the condition; a unique one lets no two of the records
/// that satisfy the condition have the same values. Conditions compare declared fields, each as a whole, with values of
/// their types.
///
/// A text may be entered without its case: then texts that differ by nothing else stand together, and are the same to a
/// unique index. Such an index finds and orders ignoring case.
public struct IndexDefinition: Sendable, Hashable, Codable {
    /// A field of an index.
    public struct Field: Sendable, Hashable, Codable, ExpressibleByStringLiteral {
        /// The name.
        public let name: String
        /// Whether the field's texts are compared without their case.
        public let ignoresCase: Bool

        /// Makes a field.
        public init(_ name: String, ignoringCase: Bool = false) {
            self.name = name
            ignoresCase = ignoringCase
        }

        /// Makes a field by its name.
        public init(stringLiteral value: String) { self.init(value) }

        /// Makes a field whose texts are compared without their case.
        public static func ignoringCase(_ name: String) -> Field { Field(name, ignoringCase: true) }

        /// Whether both have the same name, byte for byte, and are compared alike.
        public static func == (a: Field, b: Field) -> Bool {
            a.ignoresCase == b.ignoresCase && bytesEqual(a.name, b.name)
        }

        /// Feeds the name, and how the field is compared, to `hasher`.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(ignoresCase)
            bytesHash(name, into: &hasher)
        }
    }

    /// The fields, the one that is sorted by first in front.
    public let columns: [Field]
    /// Whether no two records may have the same values.
    ///
    /// Records with a null among them are left out of this.
    public let isUnique: Bool
    /// Which records the index holds; nil for all.
    public let condition: Predicate?

    /// Makes an index over fields, of the records that satisfy a condition if there is one.
    public init(_ fields: [Field], where condition: Predicate? = nil, isUnique: Bool = false) {
        columns = fields
        self.isUnique = isUnique
        self.condition = condition
    }

    /// Makes an index over fields by their names.
    public init(_ fields: [String], where condition: Predicate? = nil, isUnique: Bool = false) {
        self.init(fields.map { Field($0) }, where: condition, isUnique: isUnique)
    }

    /// Makes an index over fields that holds only the records which satisfy a condition.
    public static func index(_ fields: Field..., where condition: Predicate) -> IndexDefinition {
        IndexDefinition(fields, where: condition)
    }

    /// Makes an index over one field whose texts are compared without their case.
    public static func ignoringCase(_ field: String) -> IndexDefinition {
        IndexDefinition([Field.ignoringCase(field)])
    }

    /// Makes an index that lets no two records have the same values in these fields.
    public static func unique(_ fields: Field...) -> IndexDefinition {
        IndexDefinition(fields, isUnique: true)
    }

    /// Makes an index that lets no two records which satisfy a condition have the same values in these fields.
    public static func unique(_ fields: Field..., where condition: Predicate) -> IndexDefinition {
        IndexDefinition(fields, where: condition, isUnique: true)
    }

    /// The names of the fields.
    public var fields: [String] { columns.map(\.name) }

    /// The names of the fields, joined by commas, with how they are compared, and the condition.
    public var name: String { columnNames + suffix }

    /// The name with the fields in quotation marks.
    var quotedName: String { "\"\(columnNames)\"" + suffix }

    private var columnNames: String {
        columns.map { $0.ignoresCase ? $0.name + " ignoring case" : $0.name }.joined(separator: ",")
    }

    private var suffix: String { condition.map { " where \($0)" } ?? "" }

    /// Whether both are over the same fields, byte for byte, with the same condition and of the same kind.
    public static func == (a: IndexDefinition, b: IndexDefinition) -> Bool {
        a.isUnique == b.isUnique && a.columns == b.columns && a.condition == b.condition
    }

    /// Feeds fields, condition and kind to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(isUnique)
        hasher.combine(columns)
        hasher.combine(condition)
    }
}

extension IndexDefinition: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// Makes an index over one field.
    public init(stringLiteral value: String) { self.init([value]) }

    /// Makes an index over several fields.
    public init(arrayLiteral elements: Field...) { self.init(elements) }
}
