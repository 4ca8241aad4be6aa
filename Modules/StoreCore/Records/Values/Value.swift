/// One value of a record's field.
///
/// Equality, hashing and order are the database's, not Swift's:
///
/// - an integer and a double are equal when they are the same number, `.integer(1) ==
///   .double(1.0)`, and are compared exactly, however large; equal numbers hash equal, and `-0.0`
///   is `0`;
/// - strings are compared by their UTF-8 bytes, never by canonical equivalence: two spellings of
///   "é" differ;
/// - objects are equal when the same names hold the same values, in whatever order;
/// - across types, null < boolean < number < date < string < bytes < array < object.
///
/// ```swift
/// let address: Value = ["city": "Berlin", "lines": ["Obere Str. 57"], "zip": nil]
/// address["city"].string      // "Berlin"
/// ```
@frozen
public enum Value: Sendable {
    /// Nothing. A missing field and a null one are the same to every query.
    case null
    /// True or false.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// A number in binary floating point. A store takes neither NaN nor infinities.
    case double(Double)
    /// A point in time.
    case date(Timestamp)
    /// A text.
    case string(String)
    /// Bytes without further meaning.
    case bytes([UInt8])
    /// A list of values.
    case array([Value])
    /// Named values, in order.
    case object(Fields)
}

extension Value {
    /// Whether this is ``null``.
    @inlinable
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The kind of value, as messages name it: "null", "boolean", "integer", "number" (a double),
    /// "date", "string", "bytes", "array" or "object".
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .double: "number"
        case .date: "date"
        case .string: "string"
        case .bytes: "bytes"
        case .array: "array"
        case .object: "object"
        }
    }
}
