/// What decoding and encoding values have in common.
enum ValueCoding {
    /// Makes a value's type: types that have a form of their own as a value take that, others decode themselves.
    static func decode<T: Decodable>(
        _ type: T.Type, _ value: Value, _ path: [any CodingKey]
    ) throws -> T {
        if let type = type as? any StoreValue.Type {
            guard let made = type.init(storeValue: value) as? T else {
                throw fault(value, T.self, path)
            }
            return made
        }
        return try T(from: ValueDecoder(value: value, codingPath: path))
    }

    /// The value of something encodable: its own form, or what it encodes itself as.
    static func encode(_ encodable: some Encodable, _ path: [any CodingKey]) throws -> Value {
        if let value = (encodable as? any StoreValue)?.storeValue { return value }
        guard path.count < Value.nestingMax else {
            throw EncodingError.invalidValue(
                encodable,
                .init(codingPath: path, debugDescription: "it is nested too deeply for a record"))
        }
        let encoder = ValueEncoder(path)
        try encodable.encode(to: encoder)
        return encoder.value
    }

    /// A value that is missing or of another kind.
    static func fault(
        _ value: Value, _ type: any Any.Type, _ path: [any CodingKey]
    ) -> DecodingError {
        let name = path.map(\.stringValue).joined(separator: ".")
        if value.isNull {
            return .valueNotFound(
                type,
                .init(
                    codingPath: path,
                    debugDescription:
                        "Field \(name.excerpt) has no value; make the property optional, "
                        + "or the column required"))
        }
        return mismatch(type, "field \(name.excerpt) holds \(value.excerpt)", path)
    }

    static func mismatch(
        _ type: any Any.Type, _ text: String, _ path: [any CodingKey]
    ) -> DecodingError {
        .typeMismatch(type, .init(codingPath: path, debugDescription: "Expected \(type): \(text)"))
    }

    /// A place in a list as a coding key.
    struct Index: CodingKey {
        let intValue: Int?
        var stringValue: String { "\(intValue ?? 0)" }
        init(intValue: Int) { self.intValue = intValue }
        init?(stringValue: String) { return nil }
    }
}
