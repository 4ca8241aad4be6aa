// Digests of values
// =================
//
// A word orders as its value does within one column:
//
//     null                       0
//     boolean                    1 or 2
//     integer, date              the two's complement with its sign flipped, at least 1; 1 is inexact
//     number                     the nearest double's bits, made to order; inexact from ±2^53 on
//     string, bytes              the first 7 bytes, then the length + 1, at most 9; 9 is inexact
//     array, object              1, always inexact
//
// Zero is null alone. A short string sorts before its own continuation by the length byte, zero bytes included.

enum IndexWord {
    static let null: UInt64 = 0
    static let sign: UInt64 = 1 << 63

    @inline(__always)
    static func encode(_ integer: Int64) -> UInt64 {
        max(1, UInt64(bitPattern: integer) ^ sign)
    }

    @inline(__always)
    static func encode(_ double: Double) -> UInt64 {
        // Adding zero makes the negative zero positive.
        let bits = (double + 0).bitPattern
        return bits & sign != 0 ? ~bits : bits | sign
    }

    /// The integer with this word, which is exact.
    @inline(__always)
    static func integer(_ word: UInt64) -> Int64 { Int64(bitPattern: word ^ sign) }

    /// The double with this word, which is exact.
    @inline(__always)
    static func double(_ word: UInt64) -> Double {
        Double(bitPattern: word & sign != 0 ? word ^ sign : ~word)
    }

    @inline(__always)
    static func encode(_ string: String) -> UInt64 {
        var string = string
        return string.withUTF8 { encode(UnsafeRawBufferPointer($0)) }
    }

    @inline(__always)
    static func encode(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        var word: UInt64 = 0
        if count >= 8, let base = bytes.baseAddress {
            word = UInt64(bigEndian: base.loadUnaligned(as: UInt64.self)) & ~0xFF
        } else {
            var shift: UInt64 = 56
            for index in 0..<min(count, 7) {
                word |= UInt64(bytes[index]) << shift
                shift -= 8
            }
        }
        return word | UInt64(min(count, 8) + 1)
    }

    /// Of a text that its word does not hold, the 8 bytes behind those that it does; 0 for other values.
    static func continuation(_ value: Value) -> UInt64 {
        guard case .string(var string) = value else { return 0 }
        return string.withUTF8 { bytes in
            (7..<15).reduce(0) { $0 << 8 | ($1 < bytes.count ? UInt64(bytes[$1]) : 0) }
        }
    }

    /// The digest of `value` in a column of `kind`, or nil if the value is not of that kind.
    @inline(__always)
    static func encode(_ value: Value, as kind: ColumnType) -> UInt64? {
        switch (value, kind) {
        case (.null, _): return null
        case (.string(let string), .string): return encode(string)
        case (.integer(let integer), .integer): return encode(integer)
        case (.integer(let integer), .number): return encode(Double(integer))
        case (.double(let double), .number): return encode(double)
        case (.date(let date), .date): return encode(date.microseconds)
        case (.bool(let bool), .boolean): return bool ? 2 : 1
        case (.bytes(let bytes), .bytes): return bytes.withUnsafeBytes { encode($0) }
        case (.array, .array), (.object, .object): return 1
        default: return nil
        }
    }

    private static let exactDoubles = encode(-0x1p53) + 1..<encode(0x1p53)

    /// Whether two values with this word are certainly equal.
    @inline(__always)
    static func isExact(_ word: UInt64, _ kind: ColumnType) -> Bool {
        if word == null { return true }
        switch kind {
        case .string, .bytes: return word & 0xFF <= 8
        case .integer, .date: return word != 1
        case .boolean: return true
        case .number: return exactDoubles.contains(word)
        case .array, .object: return false
        }
    }
}

extension IndexWord {
    /// The digest of a deadline.
    ///
    /// It has to say everything, and 0 and 1 do not: the first three instants are one.
    @inline(__always)
    static func encode(deadline: Int64) -> UInt64 { max(2, UInt64(bitPattern: deadline) ^ sign) }
}
