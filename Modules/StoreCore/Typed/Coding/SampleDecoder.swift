/// Makes an instance of a Decodable type out of sample values, every one different where that is possible, so that a
/// property encoded under another's name shows.
final class SampleDecoder: Decoder {
    private let counter: Counter
    private let depth: Int
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    final class Counter {
        private var count = 0
        func next() -> Int {
            count += 1
            return count
        }
    }

    init(_ counter: Counter = Counter(), depth: Int = 0) {
        self.counter = counter
        self.depth = depth
    }

    /// An instance; nil if the type refuses the samples.
    static func make<T: Decodable>(_ type: T.Type) -> T? {
        try? T(from: SampleDecoder())
    }

    struct Refusal: Error {}

    func container<K: CodingKey>(keyedBy type: K.Type) throws -> KeyedDecodingContainer<K> {
        KeyedDecodingContainer(Keyed(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { Unkeyed() }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { Single(decoder: self) }

    /// A value that the type's own form can be made of, or what it decodes itself from.
    fileprivate func sample<T: Decodable>(_ type: T.Type) throws -> T {
        if let cases = type as? any CaseIterable.Type, let first = SampleDecoder.first(cases) as? T
        {
            return first
        }
        if let form = type as? any StoreValue.Type, let column = form.columnType,
            let made = form.init(storeValue: value(column)) as? T
        {
            return made
        }
        guard depth < 32 else { throw Refusal() }
        return try T(from: SampleDecoder(counter, depth: depth + 1))
    }

    private static func first<Cases: CaseIterable>(_ type: Cases.Type) -> Any? {
        Cases.allCases.first
    }

    private func value(_ type: ColumnType) -> Value {
        let number = counter.next()
        switch type {
        case .string: return .string("sample \(number)")
        case .integer: return .integer(Int64(number))
        case .number: return .double(Double(number) + 0.5)
        case .boolean: return .bool(number.isMultiple(of: 2))
        case .date: return .date(Timestamp(microseconds: Int64(number) * 1_000_000))
        case .bytes: return .bytes([UInt8(truncatingIfNeeded: number)])
        case .array: return .array([])
        case .object: return .object([:])
        }
    }

    fileprivate func whole<Number: FixedWidthInteger>() -> Number {
        Number(truncatingIfNeeded: counter.next() & 127)
    }

    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let decoder: SampleDecoder
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { [] }

        func contains(_ key: Key) -> Bool { true }
        func decodeNil(forKey key: Key) throws -> Bool { false }
        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            try decoder.sample(type)
        }
        func nestedContainer<K: CodingKey>(
            keyedBy type: K.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<K> {
            try decoder.container(keyedBy: type)
        }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            Unkeyed()
        }
        func superDecoder() throws -> any Decoder { decoder }
        func superDecoder(forKey key: Key) throws -> any Decoder { decoder }
    }

    /// A list without elements.
    private struct Unkeyed: UnkeyedDecodingContainer {
        var codingPath: [any CodingKey] { [] }
        var count: Int? { 0 }
        var isAtEnd: Bool { true }
        var currentIndex: Int { 0 }

        mutating func decodeNil() throws -> Bool { throw Refusal() }
        mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { throw Refusal() }
        mutating func nestedContainer<K: CodingKey>(
            keyedBy type: K.Type
        ) throws -> KeyedDecodingContainer<K> {
            throw Refusal()
        }
        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            throw Refusal()
        }
        mutating func superDecoder() throws -> any Decoder { throw Refusal() }
    }

    private struct Single: SingleValueDecodingContainer {
        let decoder: SampleDecoder
        var codingPath: [any CodingKey] { [] }

        func decodeNil() -> Bool { false }
        func decode(_ type: String.Type) throws -> String { try decoder.sample(type) }
        func decode(_ type: Bool.Type) throws -> Bool { try decoder.sample(type) }
        func decode(_ type: Double.Type) throws -> Double { try decoder.sample(type) }
        func decode(_ type: Float.Type) throws -> Float { decoder.whole() as UInt8 == 0 ? 0 : 1.5 }
        func decode(_ type: Int.Type) throws -> Int { decoder.whole() }
        func decode(_ type: Int8.Type) throws -> Int8 { decoder.whole() }
        func decode(_ type: Int16.Type) throws -> Int16 { decoder.whole() }
        func decode(_ type: Int32.Type) throws -> Int32 { decoder.whole() }
        func decode(_ type: Int64.Type) throws -> Int64 { decoder.whole() }
        func decode(_ type: UInt.Type) throws -> UInt { decoder.whole() }
        func decode(_ type: UInt8.Type) throws -> UInt8 { decoder.whole() }
        func decode(_ type: UInt16.Type) throws -> UInt16 { decoder.whole() }
        func decode(_ type: UInt32.Type) throws -> UInt32 { decoder.whole() }
        func decode(_ type: UInt64.Type) throws -> UInt64 { decoder.whole() }
        func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.sample(type) }
    }
}
