/// Reads the scalars of UTF-8 that is known to be sound, by their classes.
struct ScalarReader {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The class of the next scalar; nil at the end.
    @inline(__always)
    mutating func next(_ alphabet: borrowing PatternAlphabet) -> UInt32? {
        guard place < bytes.count else { return nil }
        let first = bytes[place]
        place &+= 1
        if first < 0x80 { return alphabet.ascii[Int(first)] }
        return alphabet.symbol(of: scalar(first))
    }

    private mutating func scalar(_ first: UInt8) -> UInt32 {
        if first < 0xE0 { return UInt32(first & 0x1F) << 6 | rest() }
        if first < 0xF0 { return UInt32(first & 0x0F) << 12 | rest() << 6 | rest() }
        return UInt32(first & 0x07) << 18 | rest() << 12 | rest() << 6 | rest()
    }

    private mutating func rest() -> UInt32 {
        guard place < bytes.count else { return 0 }
        defer { place &+= 1 }
        return UInt32(bytes[place] & 0x3F)
    }
}
