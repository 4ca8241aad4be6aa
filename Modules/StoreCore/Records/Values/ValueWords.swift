/// A value in memory as its three words: payload, payload, tag.
///
/// Reading a case's payload through a pointer makes Swift copy the value first, since it cannot know
/// that nobody writes there meanwhile: a reference counted up and down for each comparison, ten
/// times the comparison's own cost. Records are never written once published, so what is compared
/// in place is read as words. ``agrees`` tells whether the compiler lays values out as assumed here;
/// a store asks it once, when it starts.
enum ValueWords {
    // Cases with a payload are numbered as declared; null, the only one without, follows.
    static let integerTag: UInt8 = 1
    static let doubleTag: UInt8 = 2
    static let dateTag: UInt8 = 3
    static let stringTag: UInt8 = 4
    static let nullTag: UInt8 = 8

    @inline(__always)
    static func tag(_ value: UnsafePointer<Value>) -> UInt8 {
        UnsafeRawPointer(value).load(fromByteOffset: 16, as: UInt8.self)
    }

    /// The payload of an integer or date, or the bits of a double.
    @inline(__always)
    static func payload(_ value: UnsafePointer<Value>) -> Int64 {
        UnsafeRawPointer(value).load(as: Int64.self)
    }

    /// The words of a string.
    @inline(__always)
    static func string(_ value: UnsafePointer<Value>) -> StringBits {
        let words = UnsafeRawPointer(value)
        return StringBits(
            low: words.load(as: UInt64.self), high: words.load(fromByteOffset: 8, as: UInt64.self))
    }

    /// Whether values and strings lie in memory as this type takes them to.
    static let agrees: Bool = {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
            guard MemoryLayout<Value>.size == 17, MemoryLayout<String>.size == 16 else { return false }
            return agreesOnPlain() && agreesOnStrings("fifteen bytes \u{1}") && agreesOnStrings("")
                && agreesOnStrings(String(repeating: "long ", count: 20))
        #else
            return false
        #endif
    }()

    private static func agreesOnPlain() -> Bool {
        let samples: [(Value, UInt8, Int64)] = [
            (.integer(-7), integerTag, -7), (.date(Timestamp(microseconds: 9)), dateTag, 9),
            (.double(0.5), doubleTag, Int64(bitPattern: (0.5).bitPattern)), (.null, nullTag, 0),
        ]
        let others: [Value] = [.bool(true), .bytes([]), .array([]), .object(Fields())]
        return samples.allSatisfy { sample, number, word in
            withUnsafePointer(to: sample) { tag($0) == number && payload($0) == word }
        } && others.allSatisfy { other in
            withUnsafePointer(to: other) { value in
                samples.allSatisfy { $0.1 != tag(value) } && tag(value) != stringTag
            }
        }
    }

    private static func agreesOnStrings(_ text: String) -> Bool {
        let value = Value.string(text)
        let bytes = Array(text.utf8)
        return withUnsafePointer(to: value) { pointer in
            guard tag(pointer) == stringTag else { return false }
            let bits = string(pointer)
            guard bits.isSmall == (bytes.count <= 15) else { return false }
            if let long = bits.longBytes { return long.elementsEqual(bytes) }
            guard let packed = StringBits.packing(text) else { return false }
            return bits.counted.isIdentical(to: packed.counted) && bits.smallCount == bytes.count
        }
    }
}

extension Value {
    /// Compares two values in place, without counting references.
    ///
    /// Nobody may write to either meanwhile.
    @inline(__always)
    static func compare(_ a: UnsafePointer<Value>, _ b: UnsafePointer<Value>) -> Int {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
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
        #endif
        return compare(a.pointee, b.pointee)
    }

    /// Whether two values are equal, compared in place, without counting references.
    ///
    /// Nobody may write to either meanwhile.
    @inline(__always)
    static func isEqual(_ a: UnsafePointer<Value>, _ b: UnsafePointer<Value>) -> Bool {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
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
        #endif
        return a.pointee == b.pointee
    }
}
