/// Turns Codable types into values, and typed records into rows.
///
/// An encoder is made for one thing; its containers write where they were asked for.
final class ValueEncoder: Encoder {
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    private var written: Written = .nothing

    private enum Written {
        case nothing
        case value(Value)
        case object(ObjectBox)
        case list(ListBox)
    }

    init(_ codingPath: [any CodingKey]) { self.codingPath = codingPath }

    /// What was encoded; an empty object if nothing was.
    var value: Value {
        switch written {
        case .nothing: .object([:])
        case .value(let value): value
        case .object(let box): box.value
        case .list(let box): box.value
        }
    }

    func container<K: CodingKey>(keyedBy type: K.Type) -> KeyedEncodingContainer<K> {
        let box: ObjectBox
        if case .object(let known) = written { box = known } else { box = ObjectBox() }
        written = .object(box)
        return KeyedEncodingContainer(ObjectWriter(box: box, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        let box: ListBox
        if case .list(let known) = written { box = known } else { box = ListBox() }
        written = .list(box)
        return ListWriter(box: box, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SingleWriter(encoder: self) }

    fileprivate func write(_ value: Value) { written = .value(value) }
}

/// A place that a nested encoder fills in later.
private enum Slot {
    case value(Value)
    case encoder(ValueEncoder)

    var value: Value {
        switch self {
        case .value(let value): value
        case .encoder(let encoder): encoder.value
        }
    }
}

private final class ObjectBox {
    private var names: [String] = []
    private var slots: [String: Slot] = [:]

    func set(_ name: String, _ slot: Slot) {
        if slots.updateValue(slot, forKey: name) == nil { names.append(name) }
    }

    var value: Value {
        .object(Fields(names.map { (name: $0, value: slots[$0]?.value ?? .null) }))
    }
}

private final class ListBox {
    var slots: [Slot] = []
    var value: Value { .array(slots.map(\.value)) }
}

private struct ObjectWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let box: ObjectBox
    let codingPath: [any CodingKey]

    mutating func encodeNil(forKey key: Key) throws { box.set(key.stringValue, .value(.null)) }

    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        box.set(key.stringValue, .value(try ValueCoding.encode(value, codingPath + [key])))
    }

    mutating func nestedContainer<K: CodingKey>(
        keyedBy type: K.Type, forKey key: Key
    ) -> KeyedEncodingContainer<K> {
        nested(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        let encoder = ValueEncoder(codingPath)
        box.set("super", .encoder(encoder))
        return encoder
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: Key) -> ValueEncoder {
        let encoder = ValueEncoder(codingPath + [key])
        box.set(key.stringValue, .encoder(encoder))
        return encoder
    }
}

private struct ListWriter: UnkeyedEncodingContainer {
    let box: ListBox
    let codingPath: [any CodingKey]
    var count: Int { box.slots.count }

    private var path: [any CodingKey] { codingPath + [ValueCoding.Index(intValue: count)] }

    mutating func encodeNil() throws { box.slots.append(.value(.null)) }

    mutating func encode(_ value: some Encodable) throws {
        box.slots.append(.value(try ValueCoding.encode(value, path)))
    }

    mutating func nestedContainer<K: CodingKey>(keyedBy type: K.Type) -> KeyedEncodingContainer<K> {
        nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        nested().unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { nested() }

    private func nested() -> ValueEncoder {
        let encoder = ValueEncoder(path)
        box.slots.append(.encoder(encoder))
        return encoder
    }
}

private struct SingleWriter: SingleValueEncodingContainer {
    let encoder: ValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    mutating func encodeNil() throws { encoder.write(.null) }
    mutating func encode(_ value: Bool) throws { encoder.write(.bool(value)) }
    mutating func encode(_ value: String) throws { encoder.write(.string(value)) }
    mutating func encode(_ value: Double) throws { encoder.write(.double(value)) }
    mutating func encode(_ value: Float) throws { encoder.write(.double(Double(value))) }
    mutating func encode(_ value: Int) throws { try whole(value) }
    mutating func encode(_ value: Int8) throws { try whole(value) }
    mutating func encode(_ value: Int16) throws { try whole(value) }
    mutating func encode(_ value: Int32) throws { try whole(value) }
    mutating func encode(_ value: Int64) throws { try whole(value) }
    mutating func encode(_ value: UInt) throws { try whole(value) }
    mutating func encode(_ value: UInt8) throws { try whole(value) }
    mutating func encode(_ value: UInt16) throws { try whole(value) }
    mutating func encode(_ value: UInt32) throws { try whole(value) }
    mutating func encode(_ value: UInt64) throws { try whole(value) }

    mutating func encode(_ value: some Encodable) throws {
        encoder.write(try ValueCoding.encode(value, codingPath))
    }

    private func whole(_ number: some FixedWidthInteger) throws {
        guard let integer = Int64(exactly: number) else {
            throw EncodingError.invalidValue(
                number,
                .init(
                    codingPath: codingPath,
                    debugDescription: "The number does not fit an integer of 64 bits"))
        }
        encoder.write(.integer(integer))
    }
}
