extension Value: Codable {
    /// Reads a value from its natural shape, as ``encode(to:)`` writes it.
    ///
    /// - Throws: `DecodingError` for a malformed date or bytes, and for nesting deeper than
    ///   ``nestingMax``.
    public init(from decoder: any Decoder) throws {
        self = try Value.decode(from: decoder, levels: Value.nestingMax)
    }

    /// Writes the value in its natural shape: null, boolean, number, text, list, object.
    ///
    /// What has no natural shape becomes an object of one name: a date `{"$date":
    /// "2024-01-15T00:30:00Z"}`, bytes `{"$bytes": "aGVsbG8="}` in Base64. An object that looks
    /// like these is wrapped in `{"$object": …}`. A double that is a whole number may come back as
    /// the equal integer.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value): try encodeSingle(value, to: encoder)
        case .integer(let value): try encodeSingle(value, to: encoder)
        case .double(let value):
            // Beyond 2^53 the shortest decimal of a double is another integer than the double is.
            if abs(value) >= 0x1p53, let whole = Int64(exactly: value) {
                try encodeSingle(whole, to: encoder)
            } else {
                try encodeSingle(value, to: encoder)
            }
        case .string(let value): try encodeSingle(value, to: encoder)
        case .date(let value): try encodeTagged(value.iso8601, as: .date, to: encoder)
        case .bytes(let value): try encodeTagged(Base64.encode(value), as: .bytes, to: encoder)
        case .array(let values):
            var container = encoder.unkeyedContainer()
            for value in values { try container.encode(value) }
        case .object(let fields):
            if fields.count == 1, ValueTag(rawValue: fields.entries[0].name) != nil {
                try encodeTagged(fields, as: .object, to: encoder)
            } else {
                try fields.encode(to: encoder)
            }
        }
    }

    private func encodeSingle(_ value: some Encodable, to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    private func encodeTagged(_ value: some Encodable, as tag: ValueTag, to encoder: any Encoder)
        throws
    {
        var container = encoder.container(keyedBy: FieldName.self)
        try container.encode(value, forKey: FieldName(tag.rawValue))
    }
}

/// The names that mark an object which stands for something else.
private enum ValueTag: String {
    case date = "$date"
    case bytes = "$bytes"
    case object = "$object"
}

/// A field's name as a coding key.
struct FieldName: CodingKey {
    let stringValue: String

    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }

    init?(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
}

// MARK: - Decoding

extension Value {
    /// Reads a value that may still have `levels` levels of arrays and objects.
    static func decode(from decoder: any Decoder, levels: Int) throws -> Value {
        if let plain = try decodePlain(from: decoder) { return plain }
        if levels == 0 { throw tooDeep(at: decoder) }
        if var container = try? decoder.unkeyedContainer() {
            var values: [Value] = []
            while !container.isAtEnd {
                values.append(try decode(from: container.superDecoder(), levels: levels - 1))
            }
            return .array(values)
        }
        let container = try decoder.container(keyedBy: FieldName.self)
        if let name = container.allKeys.first, container.allKeys.count == 1,
            let tag = ValueTag(rawValue: name.stringValue)
        {
            return try decode(tag, from: container, levels: levels)
        }
        return .object(try Fields.decode(from: container, levels: levels))
    }

    private static func decodePlain(from decoder: any Decoder) throws -> Value? {
        guard let container = try? decoder.singleValueContainer() else { return nil }
        if container.decodeNil() { return .null }
        if let value = try? container.decode(String.self) { return .string(value) }
        if let value = try? container.decode(Bool.self) { return .bool(value) }
        if let value = try? container.decode(Int64.self) { return .integer(value) }
        if let value = try? container.decode(Double.self) { return .double(value) }
        return nil
    }

    private static func decode(
        _ tag: ValueTag, from container: KeyedDecodingContainer<FieldName>, levels: Int
    ) throws -> Value {
        let name = FieldName(tag.rawValue)
        switch tag {
        case .date:
            return .date(try container.decode(Timestamp.self, forKey: name))
        case .bytes:
            guard let bytes = Base64.decode(try container.decode(String.self, forKey: name)) else {
                throw DecodingError.dataCorruptedError(
                    forKey: name, in: container, debugDescription: "not bytes in Base64")
            }
            return .bytes(bytes)
        case .object:
            let inner = try container.nestedContainer(keyedBy: FieldName.self, forKey: name)
            return .object(try Fields.decode(from: inner, levels: levels))
        }
    }

    private static func tooDeep(at decoder: any Decoder) -> DecodingError {
        .dataCorrupted(
            DecodingError.Context(
                codingPath: decoder.codingPath,
                debugDescription: "arrays and objects stand more than \(nestingMax) levels deep"))
    }
}
