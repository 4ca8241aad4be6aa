/// A field of a record as it stands in a predicate: `.field("age") >= 18`.
///
/// Its operators and methods make a ``Predicate``; by itself it says nothing.
public struct FieldExpression: Sendable {
    let path: FieldPath

    /// A field by its path.
    public init(_ path: FieldPath) { self.path = path }

    /// The field that `path` leads to; dots lead into objects: `"address.city"`.
    ///
    /// A declared field whose name contains a dot is found under its full name first.
    public static func field(_ path: String) -> FieldExpression {
        FieldExpression(.reading(path))
    }

    /// The field that `path` leads to.
    public static func field(_ path: FieldPath) -> FieldExpression { FieldExpression(path) }
}

extension Predicate {
    /// The field that `path` leads to; dots lead into objects:
    /// `.field("address.city").hasPrefix("B")`.
    public static func field(_ path: String) -> FieldExpression { .field(path) }

    /// The field that `path` leads to.
    public static func field(_ path: FieldPath) -> FieldExpression { .field(path) }
}
