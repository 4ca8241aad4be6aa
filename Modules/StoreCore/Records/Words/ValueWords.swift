/// A value in memory as its three words: payload, payload, tag.
///
/// Reading a case's payload through a pointer makes Swift copy the value first, since it cannot
/// know that nobody writes there meanwhile: a reference counted up and down for each comparison,
/// ten times the comparison's own cost. Records are never written once published, so what is
/// compared in place is read as words. ``agrees`` tells whether the compiler lays values out as
/// assumed here; a store asks it once, when it starts.
@usableFromInline
enum ValueWords {
    // Cases with a payload are numbered as declared; null, the only one without, follows.
    @usableFromInline static var boolTag: UInt8 { 0 }
    @usableFromInline static var integerTag: UInt8 { 1 }
    @usableFromInline static var doubleTag: UInt8 { 2 }
    @usableFromInline static var dateTag: UInt8 { 3 }
    @usableFromInline static var stringTag: UInt8 { 4 }
    @usableFromInline static var bytesTag: UInt8 { 5 }
    @usableFromInline static var arrayTag: UInt8 { 6 }
    @usableFromInline static var objectTag: UInt8 { 7 }
    @usableFromInline static var nullTag: UInt8 { 8 }

    /// Which case the value is.
    @inlinable
    @inline(__always)
    static func tag(_ value: UnsafePointer<Value>) -> UInt8 {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
            return UnsafeRawPointer(value).load(fromByteOffset: 16, as: UInt8.self)
        #else
            switch value.pointee {
            case .bool: return boolTag
            case .integer: return integerTag
            case .double: return doubleTag
            case .date: return dateTag
            case .string: return stringTag
            case .bytes: return bytesTag
            case .array: return arrayTag
            case .object: return objectTag
            case .null: return nullTag
            }
        #endif
    }

    /// Whether there is anything to give back when the value goes.
    @inline(__always)
    static func ownsHeap(_ value: UnsafePointer<Value>) -> Bool {
        let tag = tag(value)
        if tag == stringTag { return !string(value).isSmall }
        return tag > stringTag && tag < nullTag
    }

    /// The payload of an integer or date, or the bits of a double.
    @inline(__always)
    static func payload(_ value: UnsafePointer<Value>) -> Int64 {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
            return UnsafeRawPointer(value).load(as: Int64.self)
        #else
            switch value.pointee {
            case .integer(let number): return number
            case .date(let date): return date.microseconds
            case .double(let number): return Int64(bitPattern: number.bitPattern)
            default: return 0
            }
        #endif
    }

    /// What a value holds, where it is a `Payload` as it lies there; nil if it has to be converted, or is none.
    ///
    /// The compiler knows the type, and leaves one comparison of all these. A text costs one count.
    @inlinable
    @inline(__always)
    static func payload<Payload>(
        _ value: UnsafePointer<Value>, as type: Payload.Type
    ) -> Payload? {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
            let words = UnsafeRawPointer(value)
            let tag = words.load(fromByteOffset: 16, as: UInt8.self)
            guard
                type == String.self && tag == stringTag
                    || (type == Int.self || type == Int64.self) && tag == integerTag
                    || type == Double.self && tag == doubleTag
                    || type == Bool.self && tag == boolTag
                    || type == Timestamp.self && tag == dateTag
            else { return nil }
            return words.assumingMemoryBound(to: Payload.self).pointee
        #else
            return nil
        #endif
    }

    /// The words of a string.
    @inline(__always)
    static func string(_ value: UnsafePointer<Value>) -> StringBits {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
            return string(UnsafeRawPointer(value))
        #else
            return StringBits(value.pointee.string ?? "")
        #endif
    }

    /// The words of a string that is not wrapped in a value.
    @inline(__always)
    static func string(_ text: UnsafePointer<String>) -> StringBits {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
            return string(UnsafeRawPointer(text))
        #else
            return StringBits(text.pointee)
        #endif
    }

    @inline(__always)
    private static func string(_ words: UnsafeRawPointer) -> StringBits {
        StringBits(
            low: words.load(as: UInt64.self), high: words.load(fromByteOffset: 8, as: UInt64.self))
    }

    /// Whether values and strings lie in memory as this type takes them to.
    static let agrees: Bool = {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
            guard MemoryLayout<Value>.size == 17, MemoryLayout<String>.size == 16 else {
                return false
            }
        #endif
        return agreesOnTags() && agreesOnPayloads() && agreesOnStrings("")
            && agreesOnStrings("fifteen bytes \u{1}")
            && agreesOnStrings(String(repeating: "long ", count: 20))
    }()

    private static func agreesOnTags() -> Bool {
        let words: [(Value, UInt8, Int64)] = [
            (.integer(-7), integerTag, -7), (.date(Timestamp(microseconds: 9)), dateTag, 9),
            (.double(0.5), doubleTag, Int64(bitPattern: (0.5).bitPattern)), (.null, nullTag, 0),
        ]
        let tags: [(Value, UInt8)] = [
            (.bool(true), boolTag), (.bytes([]), bytesTag), (.array([]), arrayTag),
            (.object(Fields()), objectTag),
        ]
        return words.allSatisfy { sample, number, word in
            withUnsafePointer(to: sample) { tag($0) == number && payload($0) == word }
        }
            && tags.allSatisfy { sample, number in
                withUnsafePointer(to: sample) { tag($0) == number }
            }
    }

    private static func agreesOnPayloads() -> Bool {
        #if (arch(x86_64) || arch(arm64)) && !os(Android)
            func agrees<Payload: StoreValue & Equatable>(_ sample: Payload) -> Bool {
                withUnsafePointer(to: sample.storeValue) {
                    payload($0, as: Payload.self) == sample
                }
            }
            return agrees(true) && agrees(false) && agrees(-7) && agrees(Int64.max) && agrees(0.5)
                && agrees(Timestamp(microseconds: 9)) && agrees("text")
        #else
            return true
        #endif
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
