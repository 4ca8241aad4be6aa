/// Which properties of a struct are columns of its bucket, and what is asked of them.
///
/// ```swift
/// static let schema = Schema<Order>("orders", key: \.id) { field in
///     field(\.id, "id").generated(.autoincrement)
///     field(\.total, "total").range(0...)
///     field.index(\.customerID, \.total)
/// }
/// ```
///
/// Names are the coding keys' names. What does not fit is reported when the bucket is defined.
public struct Schema<Model: StoreRecord>: Sendable {
    /// The bucket's name.
    public var name: String { storage.name }

    /// The columns, as a bucket with dynamic records would declare them.
    public var columns: BucketSchema { storage.columns }

    /// The field of a property that is a column, or named as nested; nil for others.
    public func field(_ property: PartialKeyPath<Model>) -> String? {
        storage.name(of: property)
    }

    /// The field of a property that is to be added up.
    ///
    /// - Throws: ``QueryError`` (`unknownField`) if the property is no column, nor named as nested; and for a decimal
    ///   inside an object, since only columns know that they hold decimals.
    public func field<Number: StoreValue>(
        summing property: KeyPath<Model, Number>
    ) throws(QueryError) -> String {
        guard let field = field(property) else { throw .unknown(property, name) }
        if Number.columnFormat == .decimal, columns[field] == nil {
            throw QueryError(
                reason: .unknownField,
                message:
                    "\(field.excerpt) of bucket \(name.excerpt) is a decimal inside an object; only "
                    + "columns of decimals are added up: declare one")
        }
        return field
    }

    let storage: SchemaStorage<Model>
    @usableFromInline let plan: InsertPlan

    /// A schema with a key of one property.
    ///
    /// - Parameters:
    ///   - name: the bucket's name.
    ///   - key: the property that identifies a record.
    ///   - fields: declares the columns, in order.
    public init(
        _ name: String, key: any KeyPath<Model, Model.Key> & Sendable,
        columns fields: (SchemaFields<Model>) -> Void
    ) {
        storage = SchemaStorage(name, [key], fields)
        plan = InsertPlan(storage.columns)
    }

    /// A schema with a key of several properties.
    public init<each Part: StoreValue & Hashable>(
        _ name: String, key: repeat any KeyPath<Model, each Part> & Sendable,
        columns fields: (SchemaFields<Model>) -> Void
    ) where Model.Key == CompositeKey<repeat each Part> {
        var paths: [AnyKeyPath] = []
        repeat paths.append(each key)
        storage = SchemaStorage(name, paths, fields)
        plan = InsertPlan(storage.columns)
    }
}

/// What a schema says, put together once.
///
/// Unchecked: immutable, and the key paths are ones that were given as Sendable.
final class SchemaStorage<Model: StoreRecord>: @unchecked Sendable {
    /// A column, and how it is read off an instance.
    ///
    /// Unchecked: the key path was given as Sendable.
    struct Field: @unchecked Sendable {
        let path: AnyKeyPath
        let name: String
        let column: Column
        /// The property's value; nil where only its encoding knows it.
        let value: (@Sendable (Model) -> Value)?
        /// Whether the property has one type of values.
        let hasType: Bool
        let isOptional: Bool
    }

    let name: String
    let key: KeyDefinition
    let fields: [Field]
    let columns: BucketSchema
    let indexes: [IndexDefinition]
    /// Options that the schema carries.
    let options: [BucketOption]
    let sample: (@Sendable () -> Model)?
    /// The names of columns and nested properties, by key path.
    let paths: [AnyKeyPath: String]
    /// What is wrong with the declaration itself; thrown when the bucket is defined.
    let fault: DefinitionError?

    init(
        _ name: String, _ key: [AnyKeyPath], _ declare: (SchemaFields<Model>) -> Void
    ) {
        let declared = SchemaFields<Model>()
        declare(declared)
        self.name = name
        let fields = declared.columns.map(\.field)
        self.fields = fields
        var paths: [AnyKeyPath: String] = [:]
        for field in fields { paths[field.path] = field.name }
        for (path, name) in declared.nested { paths[path] = name }
        self.paths = paths
        self.key = KeyDefinition(key.map { paths[$0] ?? "" })
        columns = BucketSchema(
            fields.map { BucketSchema.NamedColumn(name: $0.name, column: $0.column) })
        var missing = key.filter { paths[$0] == nil }
        var indexes = declared.columns.flatMap(\.indexes)
        let texts = fields.filter { $0.column.type == .string }.map(\.name)
        for index in declared.indexes {
            missing += index.paths.filter { paths[$0] == nil }
            let properties = Properties<Model>(paths)
            let condition = index.condition?(properties)
            if let path = properties.faults.missing { missing.append(path) }
            let columns = index.paths.compactMap { paths[$0] }.map { name in
                IndexDefinition.Field(name, ignoringCase: index.ignoresCase && texts.contains(name))
            }
            indexes.append(
                IndexDefinition(columns, where: condition, isUnique: index.isUnique))
        }
        self.indexes = indexes
        options = declared.options
        sample = declared.sample
        fault = missing.first.map {
            DefinitionError(
                bucket: name, reason: .unknownProperty,
                message: "\($0) is part of the key or of an index, and no column; declare it")
        }
    }

    /// The name of a property.
    func name(of path: AnyKeyPath) -> String? { paths[path] }
}
