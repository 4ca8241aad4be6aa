/// A place in the order of a query's records, from which the next page goes on.
///
/// A cursor is opaque: the values that the record before it is sorted by, and its row. It is a
/// position, not a record: if that record is deleted or changed, the next page begins with what
/// stands after the place. It survives restarts and can be stored or sent as text. Whether the text
/// is one that a store has written, and fits the query, is found out when it is used.
///
/// ```swift
/// let cursor = Cursor(text)
/// let page = try users.order(by: "name").page(after: cursor, limit: 20)
/// ```
public struct Cursor: Sendable, Hashable, LosslessStringConvertible {
    /// The cursor as text, of letters, digits, `-` and `_`.
    public let description: String

    /// A cursor from its text.
    public init(_ description: String) { self.description = description }
}

extension Cursor: Codable {
    /// Reads a cursor from its text.
    ///
    /// - Throws: what the decoder throws if there is no text.
    public init(from decoder: any Decoder) throws {
        description = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the cursor as its text.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
