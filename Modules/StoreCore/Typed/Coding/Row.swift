/// A record's fields by name, for a hand-written `init(row:)`.
///
/// ```swift
/// init(row: Row) throws {
///     id = try row["id"]
///     note = try row["note"]       // an optional: nil where the record has none
/// }
/// ```
public struct Row: Sendable {
    enum Source: Sendable {
        case record(Record)
        case fields(Fields)
    }

    let source: Source

    @usableFromInline
    init(_ record: Record) { source = .record(record) }

    /// Takes fields that come from elsewhere, such as a file.
    public init(_ fields: Fields) { source = .fields(fields) }

    /// The value of a field; null when there is none of this name.
    public subscript(value name: String) -> Value {
        switch source {
        case .record(let record): record.storage.value(named: name)
        case .fields(let fields): fields[name]
        }
    }

    /// The value of a field as a property's type.
    ///
    /// - Throws: `RowError` if the value is of another kind, or null where the type has no nil.
    @inlinable
    public subscript<Property: StoreValue>(_ name: String) -> Property {
        get throws(RowError) {
            let value = self[value: name]
            guard let property = Property(storeValue: value) else {
                throw RowError(name, value, Property.self)
            }
            return property
        }
    }
}

/// A record's field does not fit the property that it is read into.
public struct RowError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The field's name.
    public let field: String
    /// What the record has.
    public let value: Value
    /// The type that was wanted.
    public let expected: String

    @usableFromInline
    init(_ field: String, _ value: Value, _ type: any Any.Type) {
        self.field = field
        self.value = value
        expected = "\(type)"
    }

    /// The field, what it holds and what was wanted.
    public var description: String {
        let found = value.isNull ? "there is no value" : "the value is \(value.excerpt)"
        return "Field \(field.excerpt) cannot be read as \(expected): \(found). "
            + "Make the property optional, or the column required and of the property's type."
    }
}

/// What a record is written into, column by column.
public struct RowWriter: Sendable {
    private(set) var entries: [Fields.Entry] = []
    /// Whether what is nil is left out, so that defaults apply.
    private let skipsNulls: Bool

    @usableFromInline
    init(capacity: Int, skipsNulls: Bool) {
        self.skipsNulls = skipsNulls
        entries.reserveCapacity(capacity)
    }

    /// Writes a column; each is written once.
    @inlinable
    public mutating func set(_ name: String, _ property: some StoreValue) {
        set(name, value: property.storeValue)
    }

    /// Writes a column.
    public mutating func set(_ name: String, value: Value) {
        if skipsNulls, value.isNull { return }
        entries.append(Fields.Entry(name: name, value: value))
    }
}
