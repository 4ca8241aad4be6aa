/// What is to be worked out for each group of a ``GroupedQuery``.
public struct Aggregate: Sendable, Hashable {
    /// What is worked out.
    public enum Kind: String, Sendable, Hashable {
        case count, sum, avg, min, max
    }

    /// What is worked out.
    public let kind: Kind
    /// The field; none for a count of records.
    public let field: String?
    /// The name under which a group gives the result: `"count"`, `"sum(total)"`.
    public let name: String

    private init(_ kind: Kind, _ field: String? = nil, name: String? = nil) {
        self.kind = kind
        self.field = field
        self.name = name ?? field.map { "\(kind.rawValue)(\($0))" } ?? kind.rawValue
    }

    /// The number of records.
    public static let count = Aggregate(.count)

    /// The exact sum of the numbers in `field`; 0 for none.
    public static func sum(_ field: String) -> Aggregate { Aggregate(.sum, field) }

    /// The mean of the numbers in `field`; null for none.
    public static func avg(_ field: String) -> Aggregate { Aggregate(.avg, field) }

    /// The least value of `field`, null and missing aside; null for none.
    public static func min(_ field: String) -> Aggregate { Aggregate(.min, field) }

    /// The greatest value of `field`, null and missing aside; null for none.
    public static func max(_ field: String) -> Aggregate { Aggregate(.max, field) }

    /// The same under another name.
    public func named(_ name: String) -> Aggregate { Aggregate(kind, field, name: name) }
}
