/// An index over one field or several, at most 16, in order.
///
/// ```swift
/// indexes: [
///     "role", ["role", "name"], .unique("country", "taxNumber"),
///     .index("total", where: .field("status") == "pending"),
/// ]
/// ```
///
/// With a condition the index is *partial*: it holds the records that satisfy it and no others, and costs nothing for
/// those. A query makes use of it if what it asks for implies the condition; a unique one lets no two of the records
/// that satisfy the condition have the same values. Conditions compare declared fields, each as a whole, with values of
/// their types.
public struct IndexDefinition: Sendable, Hashable, Codable {
    /// The names of the fields, the one that is sorted by first in front.
    public let fields: [String]
    /// Whether no two records may have the same values.
    ///
    /// Records with a null among them are left out of this.
    public let isUnique: Bool
    /// Which records the index holds; nil for all.
    public let condition: Predicate?

    /// Makes an index over fields, of the records that satisfy a condition if there is one.
    public init(_ fields: [String], where condition: Predicate? = nil, isUnique: Bool = false) {
        self.fields = fields
        self.isUnique = isUnique
        self.condition = condition
    }

    /// Makes an index over fields that holds only the records which satisfy a condition.
    public static func index(_ fields: String..., where condition: Predicate) -> IndexDefinition {
        IndexDefinition(fields, where: condition)
    }

    /// Makes an index that lets no two records have the same values in these fields.
    public static func unique(_ fields: String...) -> IndexDefinition {
        IndexDefinition(fields, isUnique: true)
    }

    /// Makes an index that lets no two records which satisfy a condition have the same values in these fields.
    public static func unique(_ fields: String..., where condition: Predicate) -> IndexDefinition {
        IndexDefinition(fields, where: condition, isUnique: true)
    }

    /// The names of the fields, joined by commas, and the condition.
    public var name: String { columnNames + suffix }

    /// The name with the fields in quotation marks.
    var quotedName: String { "\"\(columnNames)\"" + suffix }

    private var columnNames: String { fields.joined(separator: ",") }

    private var suffix: String { condition.map { " where \($0)" } ?? "" }

    /// Whether both are over the same fields, byte for byte, with the same condition and of the same kind.
    public static func == (a: IndexDefinition, b: IndexDefinition) -> Bool {
        a.isUnique == b.isUnique && a.fields.count == b.fields.count
            && zip(a.fields, b.fields).allSatisfy(bytesEqual) && a.condition == b.condition
    }

    /// Feeds fields, condition and kind to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(isUnique)
        for field in fields { bytesHash(field, into: &hasher) }
        hasher.combine(condition)
    }
}

extension IndexDefinition: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// Makes an index over one field.
    public init(stringLiteral value: String) { self.init([value]) }

    /// Makes an index over several fields.
    public init(arrayLiteral elements: String...) { self.init(elements) }
}
