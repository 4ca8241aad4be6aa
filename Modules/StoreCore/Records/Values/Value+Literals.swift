extension Value: ExpressibleByNilLiteral {
    /// Makes ``null``.
    @inlinable
    public init(nilLiteral: ()) { self = .null }
}

extension Value: ExpressibleByBooleanLiteral {
    /// Makes a boolean.
    @inlinable
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Value: ExpressibleByIntegerLiteral {
    /// Makes an integer.
    @inlinable
    public init(integerLiteral value: Int64) { self = .integer(value) }
}

extension Value: ExpressibleByFloatLiteral {
    /// Makes a double.
    @inlinable
    public init(floatLiteral value: Double) { self = .double(value) }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// Makes a text.
    @inlinable
    public init(stringLiteral value: String) { self = .string(value) }
}

extension Value: ExpressibleByArrayLiteral {
    /// Makes a list.
    @inlinable
    public init(arrayLiteral elements: Value...) { self = .array(elements) }
}

extension Value: ExpressibleByDictionaryLiteral {
    /// Makes an object.
    ///
    /// Of a name given twice, the last value counts, at the first one's place.
    @inlinable
    public init(dictionaryLiteral elements: (String, Value)...) {
        self = .object(Fields(listing: elements))
    }
}
