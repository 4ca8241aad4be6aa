extension Value {
    /// The boolean, or nil when this is none.
    @inlinable
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The whole number, or nil when this is not a number, has a fraction, or does not fit an
    /// `Int64`.
    @inlinable
    public var int64: Int64? {
        switch self {
        case .integer(let value): value
        case .double(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// The whole number, or nil when this is not a number, has a fraction, or does not fit an
    /// `Int`.
    @inlinable
    public var int: Int? {
        int64.flatMap(Int.init(exactly:))
    }

    /// The number, or nil when this is none.
    ///
    /// An integer beyond 2^53 is rounded to the nearest double.
    @inlinable
    public var double: Double? {
        switch self {
        case .double(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    /// The point in time, or nil when this is none.
    @inlinable
    public var date: Timestamp? {
        if case .date(let value) = self { value } else { nil }
    }

    /// The text, or nil when this is none.
    @inlinable
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The bytes, or nil when these are none.
    @inlinable
    public var bytes: [UInt8]? {
        if case .bytes(let value) = self { value } else { nil }
    }

    /// The list, or nil when this is none.
    @inlinable
    public var array: [Value]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The named values, or nil when this is no object.
    @inlinable
    public var object: Fields? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The value under `field` of an object; null when the object has no such field, and when this
    /// is no object.
    ///
    /// - Complexity: O(n) in the object's number of fields.
    public subscript(_ field: String) -> Value {
        if case .object(let fields) = self { fields[exact: field] } else { .null }
    }
}
