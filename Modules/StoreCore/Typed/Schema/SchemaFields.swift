/// Declares a schema's columns; see ``Schema``.
public final class SchemaFields<Model: StoreRecord> {
    struct Index {
        let paths: [AnyKeyPath]
        let isUnique: Bool
        let ignoresCase: Bool
        let condition: ((Properties<Model>) -> Predicate)?
    }

    var columns: [AnyColumnDeclaration<Model>] = []
    var nested: [(AnyKeyPath, String)] = []
    var indexes: [Index] = []
    var options: [BucketOption] = []
    var sample: (@Sendable () -> Model)?

    init() {}

    /// Declares a property as a column.
    ///
    /// A property that is no optional is required, unless it has a default or is generated. The cases of an
    /// enumeration that is `CaseIterable` are the only values.
    ///
    /// - Parameters:
    ///   - path: the property.
    ///   - name: the column's name, which is also the property's coding key.
    /// - Returns: the column, to be told more about.
    @discardableResult
    public func callAsFunction<Property: StoreValue>(
        _ path: any KeyPath<Model, Property> & Sendable, _ name: String
    ) -> ColumnDeclaration<Model, Property> {
        let declaration = ColumnDeclaration<Model, Property>(path, name, Property.columnType)
        declaration.value = { $0[keyPath: path].storeValue }
        declaration.column.oneOf = Property.allStoreValues
        declaration.column.format = Property.columnFormat
        columns.append(declaration)
        return declaration
    }

    /// Declares a property that is Codable, and becomes an object: a column of nested fields.
    @discardableResult
    public func object<Property: Codable & Sendable>(
        _ path: any KeyPath<Model, Property> & Sendable, _ name: String
    ) -> ColumnDeclaration<Model, Property> {
        let declaration = ColumnDeclaration<Model, Property>(path, name, .object)
        columns.append(declaration)
        return declaration
    }

    /// Declares a property that is an array of Codable elements: a column of a list.
    @discardableResult
    public func array<Element: Codable & Sendable>(
        _ path: any KeyPath<Model, [Element]> & Sendable, _ name: String
    ) -> ColumnDeclaration<Model, [Element]> {
        let declaration = ColumnDeclaration<Model, [Element]>(path, name, .array)
        columns.append(declaration)
        return declaration
    }

    /// Names a property inside an object, so that queries can ask for it: `field.nested(\.address.city, "address.city")`.
    public func nested<Property: StoreValue>(
        _ path: any KeyPath<Model, Property> & Sendable, _ name: String
    ) {
        nested.append((path, name))
    }

    /// An ordered index over one column or several.
    ///
    /// ```swift
    /// field.index(\.customerID, \.total)
    /// field.index(\.total) { $0.status == .pending }
    /// ```
    ///
    /// - Parameters:
    ///   - paths: the columns, the one that is sorted by first in front.
    ///   - isUnique: whether no two records may have the same values.
    ///   - ignoresCase: whether columns of text are compared without their case.
    ///   - condition: which records the index holds; all if there is none. See ``IndexDefinition``.
    public func index(
        _ paths: PartialKeyPath<Model>..., unique isUnique: Bool = false,
        ignoringCase ignoresCase: Bool = false,
        where condition: ((Properties<Model>) -> Predicate)? = nil
    ) {
        indexes.append(
            Index(
                paths: paths, isUnique: isUnique, ignoresCase: ignoresCase, condition: condition))
    }

    /// Options of the bucket, as in `Store.defineBucket`.
    public func options(_ options: BucketOption...) { self.options += options }

    /// An instance to check the schema with, for types of which none can be made out of sample values.
    public func sample(_ make: @escaping @Sendable () -> Model) { sample = make }
}

extension StoreValue {
    /// The values of all cases, if there are only so many.
    fileprivate static var allStoreValues: [Value]? {
        if let optional = Self.self as? any OptionalProperty.Type { return optional.wrappedCases }
        guard let type = Self.self as? any CaseIterable.Type else { return nil }
        return cases(of: type)
    }

    private static func cases<Cases: CaseIterable>(of type: Cases.Type) -> [Value]? {
        let values = Cases.allCases.compactMap { ($0 as? any StoreValue)?.storeValue }
        // Of two booleans nobody needs to be told.
        return values.isEmpty || columnType == .boolean ? nil : values
    }
}

/// A property that may be nil.
protocol OptionalProperty {
    static var wrappedCases: [Value]? { get }
}

extension Optional: OptionalProperty {
    static var wrappedCases: [Value]? { (Wrapped.self as? any StoreValue.Type)?.wholeSet }
}

extension StoreValue {
    fileprivate static var wholeSet: [Value]? { allStoreValues }
}
