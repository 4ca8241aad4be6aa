/// A string's two machine words, which settle most comparisons of short strings without touching
/// memory.
///
/// Swift keeps a string of up to 15 bytes of UTF-8 inside the string itself: content in memory
/// order, the length in the low half of the last byte. Two strings with the same words are the same
/// text; two *small* strings with different ones differ. Where the standard library lays strings
/// out otherwise, the words are assembled from the content.
@usableFromInline
struct StringBits: Sendable {
    /// The first eight bytes of a small string.
    @usableFromInline let low: UInt64
    /// The other seven, and in the top byte the length with flags above it.
    @usableFromInline let high: UInt64

    @usableFromInline static var smallFlag: UInt64 { 0x2000_0000_0000_0000 }
    private static let contentMask: UInt64 = 0x00FF_FFFF_FFFF_FFFF
    private static let longCountMask: UInt64 = 0x0000_FFFF_FFFF_FFFF
    private static let countedMask: UInt64 = 0x0FFF_FFFF_FFFF_FFFF

    @inlinable
    @inline(__always)
    init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    @inlinable
    @inline(__always)
    init(_ string: String) {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
            let words = unsafeBitCast(string, to: (UInt64, UInt64).self)
            self.init(low: words.0, high: words.1)
        #else
            self = StringBits.packing(string) ?? StringBits(low: UInt64(string.utf8.count), high: 0)
        #endif
    }

    /// Whether the words hold the whole text.
    @inlinable
    @inline(__always)
    var isSmall: Bool { high & StringBits.smallFlag != 0 }

    /// Whether the words prove that both strings are the same text.
    @inlinable
    @inline(__always)
    func isIdentical(to other: StringBits) -> Bool {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
            low == other.low && high == other.high
        #else
            isSmall && low == other.low && high == other.high
        #endif
    }

    /// The number of bytes of a small string.
    @inline(__always)
    var smallCount: Int { Int(truncatingIfNeeded: (high >> 56) & 0x0F) }

    /// The number of bytes of any string.
    @inline(__always)
    var count: Int {
        isSmall ? smallCount : Int(truncatingIfNeeded: low & StringBits.longCountMask)
    }

    /// The same words without flags, equal for every small string of this text.
    @inline(__always)
    var counted: StringBits { StringBits(low: low, high: high & StringBits.countedMask) }

    /// The bytes of a long string where they lie in one piece at a known place: nearly always.
    ///
    /// Valid as long as the string lives. The standard library's own accessor finds the same
    /// bytes, but counts a reference up and down for it, which costs more than comparing them.
    @inline(__always)
    var longBytes: UnsafeRawBufferPointer? {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
            // Not foreign (a Cocoa string), not small, and stored natively: the bytes stand 32
            // bytes behind the address, and the low 48 bits of the other word count them.
            guard high & 0x3000_0000_0000_0000 == 0, low & 0x1000_0000_0000_0000 != 0 else {
                return nil
            }
            let address = UInt(truncatingIfNeeded: high & 0x0FFF_FFFF_FFFF_FFFF) &+ 32
            return UnsafeRawBufferPointer(
                start: UnsafeRawPointer(bitPattern: address), count: count)
        #else
            return nil
        #endif
    }

    /// Compares two small strings by their bytes.
    @inline(__always)
    static func compareSmall(_ a: StringBits, _ b: StringBits) -> Int {
        if a.low != b.low { return a.low.byteSwapped < b.low.byteSwapped ? -1 : 1 }
        let highA = (a.high & contentMask).byteSwapped
        let highB = (b.high & contentMask).byteSwapped
        // Content is padded with zeros: what is equal so far may still differ by zero bytes at the
        // end.
        return highA == highB ? a.smallCount - b.smallCount : (highA < highB ? -1 : 1)
    }

    /// The words of a text of up to 15 bytes, however the string holds it; nil when it is longer.
    @usableFromInline
    static func packing(_ string: String) -> StringBits? {
        let utf8 = string.utf8
        guard utf8.count <= 15 else { return nil }
        var low: UInt64 = 0
        var high: UInt64 = 0
        var place = 0
        for byte in utf8 {
            if place < 8 {
                low |= UInt64(byte) << UInt64(place * 8)
            } else {
                high |= UInt64(byte) << UInt64((place - 8) * 8)
            }
            place += 1
        }
        return StringBits(low: low, high: high | smallFlag | UInt64(place) << 56)
    }
}
