/// An index over one field or several, at most 16, in order.
///
/// ```swift
/// indexes: ["role", ["role", "name"], .unique("country", "taxNumber")]
/// ```
public struct IndexDefinition: Sendable, Hashable, Codable {
    /// The names of the fields, the one that is sorted by first in front.
    public let fields: [String]
    /// Whether no two records may have the same values.
    ///
    /// Records with a null among them are left out of this.
    public let isUnique: Bool

    /// Makes an index over fields.
    public init(_ fields: [String], isUnique: Bool = false) {
        self.fields = fields
        self.isUnique = isUnique
    }

    /// Makes an index that lets no two records have the same values in these fields.
    public static func unique(_ fields: String...) -> IndexDefinition {
        IndexDefinition(fields, isUnique: true)
    }

    /// The names of the fields, joined by commas.
    public var name: String { fields.joined(separator: ",") }

    /// Whether both are over the same fields, byte for byte, and of the same kind.
    public static func == (a: IndexDefinition, b: IndexDefinition) -> Bool {
        a.isUnique == b.isUnique && a.fields.count == b.fields.count
            && zip(a.fields, b.fields).allSatisfy(bytesEqual)
    }

    /// Feeds fields and kind to `hasher`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(isUnique)
        for field in fields { bytesHash(field, into: &hasher) }
    }
}

extension IndexDefinition: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// Makes an index over one field.
    public init(stringLiteral value: String) { self.init([value]) }

    /// Makes an index over several fields.
    public init(arrayLiteral elements: String...) { self.init(elements) }
}
