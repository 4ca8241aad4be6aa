/// The properties of a typed record as they stand in a predicate: `{ $0.total > 100 && $0.status == .pending }`.
@dynamicMemberLookup
public struct Properties<Model: StoreRecord> {
    /// Remembers a property that is no column, until the query is run.
    final class Faults {
        var missing: AnyKeyPath?
    }

    let faults = Faults()
    /// The names of a schema that is just being made; nil for the one that the type has.
    private let names: [AnyKeyPath: String]?

    init(_ names: [AnyKeyPath: String]? = nil) { self.names = names }

    /// A property that the schema declares, or names as nested.
    public subscript<Property: StoreValue>(
        dynamicMember path: KeyPath<Model, Property>
    ) -> PropertyExpression<Property> {
        property(path)
    }

    /// A property that the schema declares, by its key path.
    public subscript<Property: StoreValue>(
        path: KeyPath<Model, Property>
    ) -> PropertyExpression<Property> {
        property(path)
    }

    private func property<Property>(
        _ path: KeyPath<Model, Property>
    ) -> PropertyExpression<Property> {
        let known = names == nil ? Model.schema.storage.name(of: path) : names?[path]
        guard let name = known else {
            faults.missing = path
            return PropertyExpression(field: FieldExpression(FieldPath(exact: "?")))
        }
        return PropertyExpression(field: .field(name))
    }
}

extension QueryError {
    /// A query asks for a property that its schema does not know.
    static func unknown(_ path: AnyKeyPath, _ bucket: String) -> QueryError {
        QueryError(
            reason: .unknownField,
            message:
                "\(path) is no column of bucket \(bucket.excerpt); declare it in the schema, "
                + "or name it as nested")
    }
}

/// One property as it stands in a predicate; by itself it says nothing.
public struct PropertyExpression<Property: StoreValue>: Sendable {
    let field: FieldExpression

    /// The property equals `value`; nil means that the record has none.
    public static func == (one: Self, value: Property) -> Predicate { one.field == value }

    /// The property does not equal `value`; where there is none, it does not equal anything but nil.
    public static func != (one: Self, value: Property) -> Predicate { one.field != value }

    /// The property is less.
    public static func < (one: Self, value: Property) -> Predicate { one.field < value }

    /// The property is not greater.
    public static func <= (one: Self, value: Property) -> Predicate { one.field <= value }

    /// The property is greater.
    public static func > (one: Self, value: Property) -> Predicate { one.field > value }

    /// The property is not less.
    public static func >= (one: Self, value: Property) -> Predicate { one.field >= value }

    /// The property equals one of `values`; no values: no record.
    public func isIn(_ values: some Sequence<Property>) -> Predicate { field.isIn(values) }

    /// The property is not less than `lower` and not greater than `upper`.
    public func between(_ lower: Property, _ upper: Property) -> Predicate {
        field.between(lower, upper)
    }
}

extension PropertyExpression where Property: OptionalStoreValue {
    /// The record has no value.
    public var isNull: Predicate { field.isNull }
}

/// An optional property.
public protocol OptionalStoreValue: StoreValue {
    /// The type of the value, where there is one.
    associatedtype Wrapped: StoreValue
}

extension Optional: OptionalStoreValue where Wrapped: StoreValue {}

/// A property of text, or of optional text.
public protocol TextProperty: StoreValue {}
extension String: TextProperty {}
extension Optional: TextProperty where Wrapped: TextProperty {}

extension PropertyExpression where Property: TextProperty {
    /// The text begins with the UTF-8 bytes of `prefix`, their case aside if it is to be ignored.
    public func hasPrefix(_ prefix: String, ignoringCase: Bool = false) -> Predicate {
        field.hasPrefix(prefix, ignoringCase: ignoringCase)
    }

    /// The text equals `value`, their case aside if it is to be ignored.
    public func equals(_ value: String, ignoringCase: Bool) -> Predicate {
        field.equals(value, ignoringCase: ignoringCase)
    }

    /// The text equals one of `values`, their case aside if it is to be ignored.
    public func isIn(_ values: some Sequence<String>, ignoringCase: Bool) -> Predicate {
        field.isIn(values, ignoringCase: ignoringCase)
    }

    /// The text contains the UTF-8 bytes of `part`.
    public func contains(_ part: String) -> Predicate { field.contains(part) }
}

extension PropertyExpression {
    /// The list has an element that equals `element`.
    public func contains<Element: StoreValue>(_ element: Element) -> Predicate
    where Property == [Element] {
        field.contains(element)
    }
}
