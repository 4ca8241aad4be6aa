/// The field, or the fields together, at most 16, that identify a record in its bucket.
///
/// ```swift
/// key: "id"
/// key: ["orderID", "productID"]
/// ```
public struct KeyDefinition: Sendable, Hashable, Codable {
    /// The names of the fields, in the order of a key's values.
    public let fields: [String]

    /// Makes a key of fields.
    public init(_ fields: [String]) { self.fields = fields }
}

extension KeyDefinition: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// Makes a key of one field.
    public init(stringLiteral value: String) { fields = [value] }

    /// Makes a key of several fields.
    public init(arrayLiteral elements: String...) { fields = elements }
}
