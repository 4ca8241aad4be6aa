/// What all column declarations of a schema have in common.
public class AnyColumnDeclaration<Model: StoreRecord> {
    let path: AnyKeyPath
    let name: String
    var column: Column
    /// Indexes over the column alone.
    var indexes: [IndexDefinition] = []
    let isOptional: Bool
    var value: (@Sendable (Model) -> Value)?
    let hasType: Bool

    init(_ path: AnyKeyPath, _ name: String, _ type: ColumnType?, isOptional: Bool) {
        self.path = path
        self.name = name
        column = Column(type ?? .object)
        column.isRequired = !isOptional
        hasType = type != nil
        self.isOptional = isOptional
    }

    var field: SchemaStorage<Model>.Field {
        SchemaStorage.Field(
            path: path, name: name, column: column, value: value, hasType: hasType,
            isOptional: isOptional)
    }
}

/// A column of a typed record, and what is asked of its values.
///
/// Each method returns the declaration itself, so that they can be chained.
public final class ColumnDeclaration<Model: StoreRecord, Property>: AnyColumnDeclaration<Model> {
    init(_ path: any KeyPath<Model, Property> & Sendable, _ name: String, _ type: ColumnType?) {
        super.init(path, name, type, isOptional: Property.self is any OptionalProperty.Type)
    }

    private func with(_ change: (inout Column) -> Void) -> Self {
        change(&column)
        return self
    }

    /// The store makes the value on insertion if the property is nil, 0 or empty.
    @discardableResult
    public func generated(_ generated: Column.Generated) -> Self {
        with { $0.generated = generated }
    }

    /// An ordered index over the column; ignoring case, if it is text.
    @discardableResult
    public func indexed(ignoringCase: Bool = false) -> Self {
        let field = IndexDefinition.Field(name, ignoringCase: ignoringCase)
        indexes.append(IndexDefinition([field]))
        return self
    }

    /// No two records may have the same value; ignoring case, if it is text.
    @discardableResult
    public func unique(ignoringCase: Bool = false) -> Self {
        guard ignoringCase else { return with { $0.isUnique = true } }
        indexes.append(.unique(.ignoringCase(name)))
        return self
    }

    /// The values are keys of another bucket's records.
    ///
    /// For information: it is not enforced.
    @discardableResult
    public func references(_ bucket: String) -> Self { with { $0.references = bucket } }

    /// The values are keys of another bucket's records, or of its own, which exist: see `ReferenceAction`.
    @discardableResult
    public func references(_ bucket: String, onDelete action: ReferenceAction) -> Self {
        with {
            $0.references = bucket
            $0.onDelete = action
        }
    }

    /// What the text must be.
    @discardableResult
    public func format(_ format: Column.Format) -> Self { with { $0.format = format } }

    /// What some part of the text must match: see ``Column/pattern``.
    @discardableResult
    public func pattern(_ pattern: String) -> Self { with { $0.pattern = pattern } }

    /// The least and the greatest length: characters of a text, bytes, or elements of a list.
    @discardableResult
    public func length(_ length: some Column.Limits<Int>) -> Self {
        with {
            $0.lengthMin = length.lowest
            $0.lengthMax = length.highest
        }
    }

    /// The least and the greatest whole number.
    @discardableResult
    public func range(_ range: some Column.Limits<Int>) -> Self {
        with {
            $0.minimum = range.lowest.map { .integer(Int64($0)) }
            $0.maximum = range.highest.map { .integer(Int64($0)) }
        }
    }

    /// The least and the greatest number.
    @discardableResult
    public func range(_ range: some Column.Limits<Double>) -> Self {
        with {
            $0.minimum = range.lowest.map(Value.double)
            $0.maximum = range.highest.map(Value.double)
        }
    }
}

extension ColumnDeclaration where Property: StoreValue {
    /// The only values allowed.
    @discardableResult
    public func oneOf(_ values: Property...) -> Self {
        column.oneOf = values.map(\.storeValue)
        return self
    }

    /// What records that are inserted without the field get: from handles of dynamic records, and on optionals.
    @discardableResult
    public func `default`(_ value: Property) -> Self {
        column.default = .value(value.storeValue)
        return self
    }
}
