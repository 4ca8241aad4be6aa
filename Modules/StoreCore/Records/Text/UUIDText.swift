/// The 128 bits of a UUID, and its text of 36 lower-case characters, made without Foundation.
@frozen
public struct UUIDText: Sendable, Hashable, CustomStringConvertible {
    /// The first eight bytes, the very first one on top.
    public let high: UInt64
    /// The last eight bytes.
    public let low: UInt64

    /// Makes a UUID of its bits.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a version 4 UUID of 128 random bits, six of which are overwritten with version and
    /// variant.
    @inlinable
    public init(random high: UInt64, _ low: UInt64) {
        self.high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        self.low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// Reads a text of 36 characters in either case; nil when it is no UUID's.
    public init?(_ text: String) {
        var (words, digits): ((UInt64, UInt64), Int) = ((0, 0), 0)
        for (place, byte) in text.utf8.enumerated() {
            guard place < 36 else { return nil }
            if [8, 13, 18, 23].contains(place) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            words.0 = words.0 << 4 | words.1 >> 60
            words.1 = words.1 << 4 | UInt64(digit)
            digits += 1
        }
        guard digits == 32 else { return nil }
        self.init(high: words.0, low: words.1)
    }

    /// Takes 16 bytes, the topmost one first; nil when there are more or fewer.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        let words = bytes.withUnsafeBytes {
            (
                $0.loadUnaligned(as: UInt64.self),
                $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
        self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
    }

    /// The 16 bytes, the topmost one first.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    }

    /// The text: 8, 4, 4, 4 and 12 hexadecimal digits in lower case.
    ///
    /// - Complexity: O(1); one allocation.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            let target = UnsafeMutableRawPointer(buffer.baseAddress!)
            let first = UUIDText.digits(UInt32(truncatingIfNeeded: high >> 32))
            let second = UUIDText.digits(UInt32(truncatingIfNeeded: high))
            let third = UUIDText.digits(UInt32(truncatingIfNeeded: low >> 32))
            let fourth = UUIDText.digits(UInt32(truncatingIfNeeded: low))
            target.storeBytes(of: first, toByteOffset: 0, as: UInt64.self)
            target.storeBytes(of: second.firstHalf, toByteOffset: 9, as: UInt32.self)
            target.storeBytes(of: second.secondHalf, toByteOffset: 14, as: UInt32.self)
            target.storeBytes(of: third.firstHalf, toByteOffset: 19, as: UInt32.self)
            target.storeBytes(of: third.secondHalf, toByteOffset: 24, as: UInt32.self)
            target.storeBytes(of: fourth, toByteOffset: 28, as: UInt64.self)
            for place in [8, 13, 18, 23] { buffer[place] = UInt8(ascii: "-") }
            return 36
        }
    }

    /// The eight hexadecimal digits of 32 bits as they stand in memory, all of them worked out at
    /// once.
    @inline(__always)
    private static func digits(_ bits: UInt32) -> UInt64 {
        // One nibble into each byte, the topmost nibble into the topmost byte.
        var nibbles = UInt64(bits)
        nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // Adding 6 carries into the fifth bit for the digits from ten on: those are letters.
        let isLetter = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        let toLetter = UInt64(UInt8(ascii: "a") - UInt8(ascii: "0") - 10)
        return (nibbles &+ 0x3030_3030_3030_3030 &+ isLetter &* toLetter).bigEndian
    }
}

extension UInt64 {
    /// The four bytes that stand first in memory.
    @inline(__always)
    fileprivate var firstHalf: UInt32 { UInt32(truncatingIfNeeded: littleEndian).littleEndian }

    /// The four bytes that stand last in memory.
    @inline(__always)
    fileprivate var secondHalf: UInt32 {
        UInt32(truncatingIfNeeded: littleEndian >> 32).littleEndian
    }
}
