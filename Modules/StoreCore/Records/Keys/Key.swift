/// What identifies a record in its bucket: the value of its key field, or of several.
///
/// A key of several fields is a list of their values, in the order of the definition:
///
/// ```swift
/// lines.get(Key([10_248, 11]))
/// ```
@frozen
public struct Key: Sendable, Hashable, Comparable {
    /// The value of the key field; an array of values when the key has several fields.
    public let value: Value

    /// Makes a key of a value, an array for a key of several fields.
    @inlinable
    public init(_ value: Value) { self.value = value }

    /// Whether `a` stands before `b` in the order of values.
    public static func < (a: Key, b: Key) -> Bool { Value.compare(a.value, b.value) < 0 }
}

extension Key: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    /// Makes a key of a text.
    @inlinable
    public init(stringLiteral value: String) { self.value = .string(value) }

    /// Makes a key of a whole number.
    @inlinable
    public init(integerLiteral value: Int64) { self.value = .integer(value) }

    /// Makes a key of several fields' values.
    @inlinable
    public init(arrayLiteral elements: Value...) { value = .array(elements) }
}

extension Key: CustomStringConvertible {
    /// The value as it would be written in code.
    public var description: String { value.description }
}

extension Key: Codable {
    /// Reads a key from its value.
    ///
    /// - Throws: `DecodingError` as ``Value`` does.
    public init(from decoder: any Decoder) throws { value = try Value(from: decoder) }

    /// Writes the key as its value.
    public func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}
