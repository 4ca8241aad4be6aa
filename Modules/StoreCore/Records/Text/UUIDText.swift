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
