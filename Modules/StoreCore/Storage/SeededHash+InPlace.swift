extension SeededHash {
    /// A hash of a value in place, without counting references; equal values hash equal.
    ///
    /// Not the hash that `hash(_:)` gives.
    @inline(__always)
    func hash(inPlace value: UnsafeMutablePointer<Value>) -> UInt64 {
        switch ValueWords.tag(value) {
        case ValueWords.integerTag: return hash(word: ValueWords.payload(value), 1)
        case ValueWords.doubleTag:
            let double = Double(bitPattern: UInt64(bitPattern: ValueWords.payload(value)))
            return hash(word: Value.hashBits(double), 1)
        case ValueWords.stringTag:
            let bits = ValueWords.string(value)
            if bits.isSmall { return hash(small: bits) }
            if bits.count > 15, let bytes = bits.longBytes { return hash(bytes, tag: 2) }
            return hash(string: value.pointee)
        case ValueWords.dateTag: return hash(word: ValueWords.payload(value), 6)
        case ValueWords.nullTag: return second
        default: return hash(value.pointee)
        }
    }

    @inline(__always)
    private func hash(word: Int64, _ tag: UInt64) -> UInt64 {
        SeededHash.fold(UInt64(bitPattern: word) ^ first, second ^ tag &* 0x9E37_79B9_7F4A_7C15)
    }

    @inline(__always)
    private func hash(small bits: StringBits) -> UInt64 {
        SeededHash.fold(bits.low ^ first, bits.counted.high ^ second)
    }

    /// A string that is held otherwise than its length would have it.
    @inline(never)
    private func hash(string value: Value) -> UInt64 {
        guard case .string(let string) = value else { return second }
        return StringBits.packing(string).map { hash(small: $0) } ?? hash(string)
    }
}
