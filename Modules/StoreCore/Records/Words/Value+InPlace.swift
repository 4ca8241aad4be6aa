extension Value {
    /// Compares two values in place, without counting references.
    ///
    /// Nobody may write to either meanwhile.
    @inline(__always)
    static func compare(_ a: UnsafePointer<Value>, _ b: UnsafePointer<Value>) -> Int {
        let tag = ValueWords.tag(a)
        guard tag == ValueWords.tag(b) else { return compare(a.pointee, b.pointee) }
        switch tag {
        case ValueWords.stringTag:
            let bitsA = ValueWords.string(a)
            let bitsB = ValueWords.string(b)
            if bitsA.isSmall && bitsB.isSmall { return StringBits.compareSmall(bitsA, bitsB) }
            if bitsA.isIdentical(to: bitsB) { return 0 }
            guard let bytesA = bitsA.longBytes, let bytesB = bitsB.longBytes else { break }
            return bytesCompare(bytesA, bytesB)
        case ValueWords.integerTag, ValueWords.dateTag:
            return compare(ValueWords.payload(a), ValueWords.payload(b))
        case ValueWords.doubleTag:
            return compare(
                Double(bitPattern: UInt64(bitPattern: ValueWords.payload(a))),
                Double(bitPattern: UInt64(bitPattern: ValueWords.payload(b))))
        default:
            break
        }
        return compare(a.pointee, b.pointee)
    }

    /// Whether two values are equal, compared in place, without counting references.
    ///
    /// Nobody may write to either meanwhile.
    @inline(__always)
    static func isEqual(_ a: UnsafePointer<Value>, _ b: UnsafePointer<Value>) -> Bool {
        let tag = ValueWords.tag(a)
        guard tag == ValueWords.tag(b) else { return a.pointee == b.pointee }
        switch tag {
        case ValueWords.stringTag:
            let bitsA = ValueWords.string(a)
            let bitsB = ValueWords.string(b)
            if bitsA.isIdentical(to: bitsB) { return true }
            if bitsA.isSmall && bitsB.isSmall {
                return bitsA.low == bitsB.low && bitsA.counted.high == bitsB.counted.high
            }
            guard let bytesA = bitsA.longBytes, let bytesB = bitsB.longBytes else { break }
            return bytesEqual(bytesA, bytesB)
        case ValueWords.integerTag, ValueWords.dateTag:
            return ValueWords.payload(a) == ValueWords.payload(b)
        case ValueWords.nullTag:
            return true
        default:
            break
        }
        return a.pointee == b.pointee
    }

    /// About how many bytes a value holds outside of itself, without counting references.
    ///
    /// The value's nesting must have been checked.
    @inline(__always)
    static func heapBytes(at value: UnsafePointer<Value>) -> Int {
        switch ValueWords.tag(value) {
        case ValueWords.stringTag:
            let bits = ValueWords.string(value)
            return bits.isSmall ? 0 : bits.count &+ heapOverhead
        case ValueWords.bytesTag, ValueWords.arrayTag, ValueWords.objectTag:
            return value.pointee.heapBytes
        default:
            return 0
        }
    }
}
