/// Makes a typed record of a row through its `Decodable` conformance.
///
/// The top level looks fields up in the record where they lie; what is nested goes through `ValueDecoder`.
struct RowDecoder: Decoder {
    let row: Row
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func decode<Model: Decodable>(_ type: Model.Type, from row: Row) throws -> Model {
        try Model(from: RowDecoder(row: row))
    }

    func container<K: CodingKey>(keyedBy type: K.Type) throws -> KeyedDecodingContainer<K> {
        KeyedDecodingContainer(RowContainer(row: row))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw ValueCoding.mismatch([Value].self, "a record's fields have names", [])
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        throw ValueCoding.mismatch(Value.self, "a record's fields have names", [])
    }
}

private struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let row: Row
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { row.record.fields.names.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { !row[value: key.stringValue].isNull }

    func decodeNil(forKey key: Key) throws -> Bool { row[value: key.stringValue].isNull }

    func decode(_ type: String.Type, forKey key: Key) throws -> String { try read(key) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try read(key) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try read(key) }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try read(key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try read(key) }

    @inline(__always)
    private func read<Property: StoreValue>(_ key: Key) throws -> Property {
        let value = row[value: key.stringValue]
        guard let property = Property(storeValue: value) else {
            throw ValueCoding.fault(value, Property.self, [key])
        }
        return property
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let value = row[value: key.stringValue]
        if value.isNull, !(type is any OptionalProperty.Type) {
            throw ValueCoding.fault(value, type, [key])
        }
        return try ValueCoding.decode(type, value, [key])
    }

    func nestedContainer<K: CodingKey>(
        keyedBy type: K.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<K> {
        try ValueDecoder(value: row[value: key.stringValue], codingPath: [key])
            .container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try ValueDecoder(value: row[value: key.stringValue], codingPath: [key]).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { RowDecoder(row: row) }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        ValueDecoder(value: row[value: key.stringValue], codingPath: [key])
    }
}
