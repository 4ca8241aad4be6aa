/// A type that has a form as a ``Value``, and can be made from it again.
///
/// Enumerations with raw values need no more than the name of the protocol, and so do wrappers:
///
/// ```swift
/// enum Status: String, Codable, StoreValue { case pending, paid, shipped }
/// struct OrderID: RawRepresentable, Codable, StoreValue { var rawValue: Int }
/// ```
public protocol StoreValue: Sendable {
    /// The type of a column of such values; nil if they may be of several types.
    static var columnType: ColumnType? { get }

    /// What a column of such values asks of its texts; nil if nothing.
    static var columnFormat: Column.Format? { get }

    /// The value that stands for this one in a record.
    var storeValue: Value { get }

    /// Makes one from a record's value; nil when that is of another kind.
    init?(storeValue: Value)
}

extension StoreValue {
    /// Values of several types.
    public static var columnType: ColumnType? { nil }

    /// Texts of any form.
    public static var columnFormat: Column.Format? { nil }
}

/// A type whose values can be averaged.
public protocol StoreNumber: StoreValue {
    /// The type of a mean.
    associatedtype Mean: StoreValue & Equatable = Double
}

extension StoreValue where Self: RawRepresentable, RawValue: StoreValue {
    /// The type of the raw values.
    public static var columnType: ColumnType? { RawValue.columnType }

    /// What is asked of the raw values.
    public static var columnFormat: Column.Format? { RawValue.columnFormat }

    /// The raw value's form.
    @inlinable
    public var storeValue: Value { rawValue.storeValue }

    /// Makes the case, or the wrapper, of a raw value; nil when there is none.
    @inlinable
    public init?(storeValue: Value) {
        guard let rawValue = RawValue(storeValue: storeValue) else { return nil }
        self.init(rawValue: rawValue)
    }
}

extension Value {
    /// Makes the value that stands for another type's: `["seen": Value(date)]`.
    @inlinable
    public init(_ value: some StoreValue) { self = value.storeValue }
}

extension Value: StoreValue {
    /// The value itself.
    @inlinable
    public var storeValue: Value { self }

    /// Takes the value as it is.
    @inlinable
    public init?(storeValue: Value) { self = storeValue }
}

extension String: StoreValue {
    /// The type of the column.
    public static var columnType: ColumnType? { .string }

    /// The text as a value.
    @inlinable
    public var storeValue: Value { .string(self) }

    /// Makes a text; nil when the value is none.
    @inlinable
    public init?(storeValue: Value) {
        guard let string = storeValue.string else { return nil }
        self = string
    }
}

extension Bool: StoreValue {
    /// The type of the column.
    public static var columnType: ColumnType? { .boolean }

    /// The boolean as a value.
    @inlinable
    public var storeValue: Value { .bool(self) }

    /// Makes a boolean; nil when the value is none.
    @inlinable
    public init?(storeValue: Value) {
        guard let bool = storeValue.bool else { return nil }
        self = bool
    }
}

extension Timestamp: StoreValue {
    /// The type of the column.
    public static var columnType: ColumnType? { .date }

    /// The point in time as a value.
    @inlinable
    public var storeValue: Value { .date(self) }

    /// Makes a point in time; nil when the value is none.
    @inlinable
    public init?(storeValue: Value) {
        guard let date = storeValue.date else { return nil }
        self = date
    }
}

extension Fields: StoreValue {
    /// The type of the column.
    public static var columnType: ColumnType? { .object }

    /// The fields as an object.
    @inlinable
    public var storeValue: Value { .object(self) }

    /// Makes fields; nil when the value is no object.
    @inlinable
    public init?(storeValue: Value) {
        guard let object = storeValue.object else { return nil }
        self = object
    }
}

extension Optional: StoreValue where Wrapped: StoreValue {
    /// The type of the column.
    public static var columnType: ColumnType? { Wrapped.columnType }

    /// What is asked of wrapped values.
    public static var columnFormat: Column.Format? { Wrapped.columnFormat }

    /// The wrapped value, or null.
    @inlinable
    public var storeValue: Value { self?.storeValue ?? .null }

    /// Makes nil from null, otherwise what the wrapped type makes; fails when that does.
    @inlinable
    public init?(storeValue: Value) {
        if storeValue.isNull {
            self = .none
        } else {
            guard let wrapped = Wrapped(storeValue: storeValue) else { return nil }
            self = .some(wrapped)
        }
    }
}

extension Optional: StoreNumber where Wrapped: StoreNumber {
    /// The type of a mean of what is there.
    public typealias Mean = Wrapped.Mean
}

extension Array: StoreValue where Element: StoreValue {
    /// The type of the column.
    public static var columnType: ColumnType? { Element.self == UInt8.self ? .bytes : .array }

    /// The elements as a list; an array of `UInt8` becomes bytes.
    @inlinable
    public var storeValue: Value {
        if Element.self == UInt8.self, let bytes = self as? [UInt8] { return .bytes(bytes) }
        return .array(map(\.storeValue))
    }

    /// Makes an array; nil when the value is none, or when one of its elements is of another kind.
    @inlinable
    public init?(storeValue: Value) {
        if Element.self == UInt8.self, case .bytes(let bytes) = storeValue,
            let same = bytes as? [Element]
        {
            self = same
            return
        }
        guard let values = storeValue.array else { return nil }
        var elements: [Element] = []
        elements.reserveCapacity(values.count)
        for value in values {
            guard let element = Element(storeValue: value) else { return nil }
            elements.append(element)
        }
        self = elements
    }
}
