/// Makes Codable types of values nested in a record.
struct ValueDecoder: Decoder {
    let value: Value
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<K: CodingKey>(keyedBy type: K.Type) throws -> KeyedDecodingContainer<K> {
        guard let fields = value.object else {
            throw ValueCoding.fault(value, Fields.self, codingPath)
        }
        return KeyedDecodingContainer(ObjectContainer(fields: fields, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let values = value.array else {
            throw ValueCoding.fault(value, [Value].self, codingPath)
        }
        return ListContainer(values: values, codingPath: codingPath)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        SingleContainer(value: value, codingPath: codingPath)
    }
}

private struct ObjectContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let fields: FieldFinder
    let codingPath: [any CodingKey]

    init(fields: Fields, codingPath: [any CodingKey]) {
        self.fields = FieldFinder(fields)
        self.codingPath = codingPath
    }

    var allKeys: [Key] { fields.names.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { fields.contains(key.stringValue) }
    func decodeNil(forKey key: Key) throws -> Bool { fields[key.stringValue].isNull }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try ValueCoding.decode(type, fields[key.stringValue], codingPath + [key])
    }

    func nestedContainer<K: CodingKey>(
        keyedBy type: K.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<K> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        ValueDecoder(value: fields["super"], codingPath: codingPath)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { decoder(key) }

    private func decoder(_ key: Key) -> ValueDecoder {
        ValueDecoder(value: fields[key.stringValue], codingPath: codingPath + [key])
    }
}

private struct ListContainer: UnkeyedDecodingContainer {
    let values: [Value]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    init(values: [Value], codingPath: [any CodingKey]) {
        self.values = values
        self.codingPath = codingPath
    }

    var count: Int? { values.count }
    var isAtEnd: Bool { currentIndex == values.count }
    private var path: [any CodingKey] { codingPath + [ValueCoding.Index(intValue: currentIndex)] }

    private func current(_ type: any Any.Type) throws -> Value {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                type, .init(codingPath: path, debugDescription: "The list has no more elements"))
        }
        return values[currentIndex]
    }

    mutating func decodeNil() throws -> Bool {
        guard try current(Value.self).isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let decoded = try ValueCoding.decode(type, current(type), path)
        currentIndex += 1
        return decoded
    }

    private mutating func next() throws -> ValueDecoder {
        let decoder = ValueDecoder(value: try current(Value.self), codingPath: path)
        currentIndex += 1
        return decoder
    }

    mutating func nestedContainer<K: CodingKey>(
        keyedBy type: K.Type
    ) throws -> KeyedDecodingContainer<K> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct SingleContainer: SingleValueDecodingContainer {
    let value: Value
    let codingPath: [any CodingKey]

    func decodeNil() -> Bool { value.isNull }

    func decode(_ type: String.Type) throws -> String { try read() }
    func decode(_ type: Bool.Type) throws -> Bool { try read() }
    func decode(_ type: Double.Type) throws -> Double { try read() }
    func decode(_ type: Float.Type) throws -> Float { Float(try read() as Double) }
    func decode(_ type: Int.Type) throws -> Int { try read() }
    func decode(_ type: Int8.Type) throws -> Int8 { try whole() }
    func decode(_ type: Int16.Type) throws -> Int16 { try whole() }
    func decode(_ type: Int32.Type) throws -> Int32 { try whole() }
    func decode(_ type: Int64.Type) throws -> Int64 { try read() }
    func decode(_ type: UInt.Type) throws -> UInt { try whole() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try whole() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try whole() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try whole() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try whole() }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try ValueCoding.decode(type, value, codingPath)
    }

    private func read<T: StoreValue>() throws -> T {
        guard let made = T(storeValue: value) else {
            throw ValueCoding.fault(value, T.self, codingPath)
        }
        return made
    }

    private func whole<Number: FixedWidthInteger>() throws -> Number {
        guard let number = value.int64.flatMap(Number.init(exactly:)) else {
            throw ValueCoding.fault(value, Number.self, codingPath)
        }
        return number
    }
}
