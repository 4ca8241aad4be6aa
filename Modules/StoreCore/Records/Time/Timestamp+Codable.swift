extension Timestamp: Codable {
    /// Reads a point from its ISO 8601 text.
    ///
    /// - Throws: `DecodingError` when the text is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let point = Timestamp(iso8601: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a date in ISO 8601, such as 2024-01-15T00:30:00Z")
        }
        self = point
    }

    /// Writes the point as its ISO 8601 text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso8601)
    }
}
