/// Reads back what ``ValueWriter`` wrote.
///
/// Whatever the bytes are, it only ever gives nil.
struct ValueReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    mutating func byte() -> UInt8? { number() }
    mutating func half() -> UInt32? { number() }
    mutating func word() -> UInt64? { number() }

    private mutating func number<Number: FixedWidthInteger>() -> Number? {
        let size = MemoryLayout<Number>.size
        guard bytes.count - place >= size else { return nil }
        let number = bytes.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: place, as: Number.self)
        }
        place += size
        return Number(littleEndian: number)
    }

    /// A count of things of which each takes at least one byte.
    private mutating func count() -> Int? {
        guard let count = half(), Int(count) <= bytes.count - place else { return nil }
        return Int(count)
    }

    private mutating func content() -> ArraySlice<UInt8>? {
        guard let count = count() else { return nil }
        defer { place += count }
        return bytes[place..<place + count]
    }

    private mutating func string() -> String? {
        guard let content = content() else { return nil }
        let string = String(decoding: content, as: UTF8.self)
        // What is no UTF-8 comes back changed.
        return string.utf8.elementsEqual(content) ? string : nil
    }

    mutating func value(levels: Int = Value.nestingMax) -> Value? {
        switch byte() {
        case 0: return .null
        case 1: return .bool(false)
        case 2: return .bool(true)
        case 3: return number().map { .integer($0) }
        case 4:
            guard let bits = word() else { return nil }
            let double = Double(bitPattern: bits)
            return double.isFinite ? .double(double) : nil
        case 5: return number().map { .date(Timestamp(microseconds: $0)) }
        case 6: return string().map { .string($0) }
        case 7: return content().map { .bytes(Array($0)) }
        case 8: return levels > 0 ? array(levels - 1) : nil
        case 9: return levels > 0 ? object(levels - 1) : nil
        default: return nil
        }
    }

    private mutating func array(_ levels: Int) -> Value? {
        guard let count = count() else { return nil }
        var elements: [Value] = []
        for _ in 0..<count {
            guard let element = value(levels: levels) else { return nil }
            elements.append(element)
        }
        return .array(elements)
    }

    private mutating func object(_ levels: Int) -> Value? {
        guard let count = count() else { return nil }
        var entries: [(name: String, value: Value)] = []
        for _ in 0..<count {
            guard let name = string(), let value = value(levels: levels) else { return nil }
            entries.append((name, value))
        }
        return .object(Fields(entries))
    }
}
