/// Writes values as bytes: a tag, then the content; counts as 32 bits, all numbers little-endian.
struct ValueWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ byte: UInt8) { bytes.append(byte) }

    mutating func put(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ string: String) {
        put(UInt32(truncatingIfNeeded: string.utf8.count))
        bytes.append(contentsOf: string.utf8)
    }

    mutating func put(_ value: Value) {
        switch value {
        case .null: put(0 as UInt8)
        case .bool(let bool): put(bool ? 2 : 1 as UInt8)
        case .integer(let integer):
            put(3 as UInt8)
            put(integer)
        case .double(let double):
            put(4 as UInt8)
            put(double.bitPattern)
        case .date(let date):
            put(5 as UInt8)
            put(date.microseconds)
        case .string(let string):
            put(6 as UInt8)
            put(string)
        case .bytes(let content):
            put(7 as UInt8)
            put(UInt32(truncatingIfNeeded: content.count))
            bytes.append(contentsOf: content)
        case .array(let elements):
            put(8 as UInt8)
            put(UInt32(truncatingIfNeeded: elements.count))
            for element in elements { put(element) }
        case .object(let fields):
            put(9 as UInt8)
            put(UInt32(truncatingIfNeeded: fields.count))
            for (name, value) in fields {
                put(name)
                put(value)
            }
        }
    }
}
