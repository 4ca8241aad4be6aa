/// A record's fields by name, for a hand-written `init(row:)`.
///
/// ```swift
/// init(row: Row) throws {
///     id = try row["id"]
///     note = try row["note"]       // an optional: nil where the record has none
/// }
/// ```
///
/// Fields are read where the record has them, and found by their names in a few instructions, in whatever order. A row
/// holds on to its record, and may be kept.
public struct Row: @unchecked Sendable {
    // Unchecked: what the pointers lead to belongs to the record and is never changed.

    let record: Record
    @usableFromInline let values: UnsafePointer<Value>
    @usableFromInline let names: UnsafePointer<NameTable.Entry>
    @usableFromInline let mixer: UInt64

    /// Takes the fields of a record as they are stored.
    public init(_ record: Record) {
        self.record = record
        values = UnsafePointer(record.storage.values)
        let table = record.storage.head.pointee.names
        names = UnsafePointer(table.entries)
        mixer = table.mixer
    }

    /// Takes fields that come from elsewhere, such as a file.
    public init(_ fields: Fields) {
        self.init(Record(RecordStorage.make(layout: .detached, extras: fields) { _ in }))
    }

    /// The value of a field; null when there is none of this name.
    public subscript(value name: String) -> Value {
        defer { withExtendedLifetime(self) {} }
        let slot = slot(of: name)
        return slot < 0 ? record.storage.value(named: name) : values[slot]
    }

    /// The value of a field as a property's type.
    ///
    /// - Throws: `RowError` if the value is of another kind, or null where the type has no nil.
    @inlinable
    @_disfavoredOverload
    public subscript<Property: StoreValue>(_ name: String) -> Property {
        @inline(__always)
        get throws(RowError) {
            // The pointers do not keep the record: a row that is read for the last time has to.
            defer { withExtendedLifetime(self) {} }
            let slot = slot(of: name)
            if slot >= 0, let property = ValueWords.payload(values + slot, as: Property.self) {
                return property
            }
            return try property(name)
        }
    }

    /// The value of a field as an optional property's type; nil where the record has none.
    ///
    /// - Throws: `RowError` if the value is of another kind.
    @inlinable
    public subscript<Property: StoreValue>(_ name: String) -> Property? {
        @inline(__always)
        get throws(RowError) {
            defer { withExtendedLifetime(self) {} }
            let slot = slot(of: name)
            guard slot >= 0 else { return try property(name) }
            if ValueWords.tag(values + slot) == ValueWords.nullTag { return nil }
            return try self[name] as Property
        }
    }

    /// The value of a field as a property's type, converted if need be.
    @inlinable
    @inline(never)
    func property<Property: StoreValue>(_ name: String) throws(RowError) -> Property {
        let value = self[value: name]
        guard let property = Property(storeValue: value) else {
            throw RowError(name, value, Property.self)
        }
        return property
    }

    /// The slot of a column that lies where its name is looked for first; -1 for others, and for what is no column.
    @inlinable
    @inline(__always)
    func slot(of name: String) -> Int {
        let bits = StringBits(name)
        let entry = names[NameTable.place(bits, mixer)]
        return entry.bits.isIdentical(to: bits) ? entry.slot : -1
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
