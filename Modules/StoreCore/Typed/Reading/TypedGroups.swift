/// The records of a ``TypedQuery`` grouped by the values of a property.
///
/// ```swift
/// for group in try lines.query.groupBy(\.productID).aggregate(.sum(\.net), .count) {
///     print(group.key, group[.sum(\.net)])
/// }
/// ```
public struct TypedGroups<Model: StoreRecord, Property: StoreValue>: Sendable {
    let query: TypedQuery<Model>
    let name: String?
    let fault: QueryError?

    /// The groups with what is asked for, in ascending order of the property; records without a value aside.
    ///
    /// - Throws: as ``GroupedQuery/aggregate(_:)-(Aggregate...)``, and ``QueryError`` if a property is no column.
    public func aggregate(
        _ aggregates: TypedAggregate<Model>...
    ) throws -> [TypedGroup<Model, Property>] {
        try checked().aggregate(try aggregates.map { try $0.dynamic() }).compactMap(TypedGroup.init)
    }

    /// The groups with what is asked for by name.
    ///
    /// - Throws: ``QueryError`` if a property is no column.
    public func checked() throws -> GroupedQuery {
        let dynamic = try query.checked()
        if let fault { throw fault }
        return dynamic.groupBy(name.map { [$0] } ?? [])
    }
}

/// Records that have one value of a property, and what was worked out about them.
public struct TypedGroup<Model: StoreRecord, Property: StoreValue>: Sendable {
    /// The value.
    public let key: Property
    /// The same group with its results by name.
    public let dynamic: Group
    /// The number of records in the group; at least 1.
    public var count: Int { dynamic.count }

    /// A group by one field; nil if the field has no value that the property can have.
    public init?(_ group: Group) {
        guard let value = group.key.first?.value, let key = Property(storeValue: value) else {
            return nil
        }
        self.key = key
        dynamic = group
    }

    /// The result of `aggregate`; null if it was not asked for.
    public subscript(_ aggregate: TypedAggregate<Model>) -> Value {
        (try? aggregate.dynamic()).map { dynamic[$0] } ?? .null
    }
}

/// What is to be worked out for each group of typed records.
public struct TypedAggregate<Model: StoreRecord> {
    /// The field's name, or why there is none.
    private let field: Result<String, QueryError>
    private let make: (String) -> Aggregate

    /// The number of records.
    public static var count: Self { Self(.success("")) { _ in .count } }

    /// The exact sum of a number; 0 for none.
    public static func sum<Number: StoreNumber>(_ path: KeyPath<Model, Number>) -> Self {
        Self(summing: path) { .sum($0) }
    }

    /// The mean of a number; null for none.
    public static func avg<Number: StoreNumber>(_ path: KeyPath<Model, Number>) -> Self {
        Self(summing: path) { .avg($0) }
    }

    /// The least value; null for none.
    public static func min<Property: StoreValue>(_ path: KeyPath<Model, Property>) -> Self {
        Self(path: path) { .min($0) }
    }

    /// The greatest value; null for none.
    public static func max<Property: StoreValue>(_ path: KeyPath<Model, Property>) -> Self {
        Self(path: path) { .max($0) }
    }

    private init(_ field: Result<String, QueryError>, _ make: @escaping (String) -> Aggregate) {
        self.field = field
        self.make = make
    }

    private init(path: PartialKeyPath<Model>, _ make: @escaping (String) -> Aggregate) {
        let name = Model.schema.field(path)
        self.init(name.map { .success($0) } ?? .failure(.unknown(path, Model.schema.name)), make)
    }

    private init(
        summing path: KeyPath<Model, some StoreNumber>, _ make: @escaping (String) -> Aggregate
    ) {
        let field = Result { () throws(QueryError) in try Model.schema.field(summing: path) }
        self.init(field, make)
    }

    /// The same by name.
    ///
    /// - Throws: ``QueryError`` if the property is no column, or one inside an object that cannot be added up.
    public func dynamic() throws(QueryError) -> Aggregate { make(try field.get()) }
}

extension TypedQuery {
    /// The records that match, grouped by the values of a property.
    public func groupBy<Property: StoreValue>(
        _ path: KeyPath<Model, Property>
    ) -> TypedGroups<Model, Property> {
        let name = Model.schema.storage.name(of: path)
        return TypedGroups(
            query: self, name: name,
            fault: name == nil ? .unknown(path, Model.schema.name) : nil)
    }
}
