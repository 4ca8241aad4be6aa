/// A type that has a form as a ``Value``, and can be made from it again.
public protocol ValueConvertible: Sendable {
    /// The value that stands for this one in a record.
    var storeValue: Value { get }

    /// Makes one from a record's value; nil when that is of another kind.
    init?(storeValue: Value)
}

extension Value {
    /// Makes the value that stands for another type's: `["seen": Value(date)]`.
    @inlinable
    public init(_ value: some ValueConvertible) { self = value.storeValue }
}

extension Value: ValueConvertible {
    /// The value itself.
    @inlinable
    public var storeValue: Value { self }

    /// Takes the value as it is.
    @inlinable
    public init?(storeValue: Value) { self = storeValue }
}

extension String: ValueConvertible {
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

extension Bool: ValueConvertible {
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

extension Timestamp: ValueConvertible {
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

extension Fields: ValueConvertible {
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

extension Optional: ValueConvertible where Wrapped: ValueConvertible {
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

extension Array: ValueConvertible where Element: ValueConvertible {
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
