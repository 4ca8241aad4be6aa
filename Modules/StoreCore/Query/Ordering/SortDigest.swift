/// Digests by which values of any kind can be put in order without looking at them again, mostly:
/// four bits for the kind, sixty for the value.
///
/// If two digests differ, the values differ the same way.
enum SortDigest {
    @inline(__always)
    static func of(_ value: UnsafeMutablePointer<Value>) -> UInt64 {
        switch ValueWords.tag(value) {
        case ValueWords.integerTag: return of(Double(ValueWords.payload(value)))
        case ValueWords.doubleTag:
            return of(Double(bitPattern: UInt64(bitPattern: ValueWords.payload(value))))
        case ValueWords.dateTag:
            return of(Timestamp(microseconds: ValueWords.payload(value)))
        case ValueWords.stringTag where ValueWords.string(value).isSmall:
            return pack(.string, ValueWords.string(value).low.byteSwapped)
        default: return general(value.pointee)
        }
    }

    @inline(__always)
    static func of(_ value: Value) -> UInt64 {
        var value = value
        return withUnsafeMutablePointer(to: &value) { of($0) }
    }

    private static let sign: UInt64 = 1 << 63

    @inline(__always)
    private static func pack(_ valueClass: ValueClass, _ word: UInt64) -> UInt64 {
        UInt64(valueClass.rawValue) << 60 | word >> 4
    }

    @inline(__always)
    private static func of(_ double: Double) -> UInt64 {
        let bits = (double + 0).bitPattern
        return pack(.number, bits & sign != 0 ? ~bits : bits | sign)
    }

    @inline(__always)
    private static func of(_ date: Timestamp) -> UInt64 {
        pack(.date, UInt64(bitPattern: date.microseconds) ^ sign)
    }

    @inline(never)
    private static func general(_ value: Value) -> UInt64 {
        switch value {
        case .bool(let bool): return pack(.bool, bool ? sign : 0)
        case .string(var string):
            return pack(.string, string.withUTF8 { of(UnsafeRawBufferPointer($0)) })
        case .bytes(let bytes): return pack(.bytes, bytes.withUnsafeBytes { of($0) })
        default: return pack(ValueClass(value), 0)
        }
    }

    private static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        if bytes.count >= 8 { return UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)) }
        var word: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            word |= UInt64(byte) << UInt64(56 - 8 * index)
        }
        return word
    }
}
