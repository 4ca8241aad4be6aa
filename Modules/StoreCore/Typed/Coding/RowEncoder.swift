/// Writes a typed record into a row through its `Encodable` conformance.
enum RowEncoder {
    static func encode(_ model: some Encodable, into row: inout RowWriter) throws {
        let encoder = ValueEncoder([])
        try model.encode(to: encoder)
        guard let fields = encoder.value.object else {
            throw EncodingError.invalidValue(
                model, .init(codingPath: [], debugDescription: "A record encodes itself by names"))
        }
        for (name, value) in fields { row.set(name, value: value) }
    }
}
