// Strings by their UTF-8 bytes: equality, order, prefixes and hashing, without Unicode's canonical
// equivalence.

/// Whether both strings have the same UTF-8 bytes.
///
/// - Complexity: O(1) for strings of up to 15 bytes and for copies of one string, otherwise O(n).
@inline(__always)
func bytesEqual(_ a: String, _ b: String) -> Bool {
    let bitsA = StringBits(a)
    let bitsB = StringBits(b)
    if bitsA.isIdentical(to: bitsB) { return true }
    if bitsA.isSmall && bitsB.isSmall {
        return bitsA.low == bitsB.low && bitsA.counted.high == bitsB.counted.high
    }
    return bytesEqualLarge(a, b)
}

@inline(never)
private func bytesEqualLarge(_ a: String, _ b: String) -> Bool {
    guard a.utf8.count == b.utf8.count else { return false }
    return withBytes(of: a) { a in withBytes(of: b) { b in bytesEqual(a, b) } }
}

/// Compares two strings by their UTF-8 bytes: negative, zero or positive.
@inline(__always)
func bytesCompare(_ a: String, _ b: String) -> Int {
    let bitsA = StringBits(a)
    let bitsB = StringBits(b)
    if bitsA.isSmall && bitsB.isSmall { return StringBits.compareSmall(bitsA, bitsB) }
    return bitsA.isIdentical(to: bitsB) ? 0 : bytesCompareLarge(a, b)
}

@inline(never)
private func bytesCompareLarge(_ a: String, _ b: String) -> Int {
    withBytes(of: a) { a in withBytes(of: b) { b in bytesCompare(a, b) } }
}

/// Whether the UTF-8 bytes of `string` begin with those of `prefix`.
func bytesHasPrefix(_ string: String, _ prefix: String) -> Bool {
    guard string.utf8.count >= prefix.utf8.count else { return false }
    return withBytes(of: string) { string in
        withBytes(of: prefix) { prefix in
            bytesEqual(UnsafeRawBufferPointer(rebasing: string[..<prefix.count]), prefix)
        }
    }
}

/// Feeds the UTF-8 bytes of `string` to `hasher`, unambiguously among other components.
func bytesHash(_ string: String, into hasher: inout Hasher) {
    let bits = StringBits(string)
    if bits.isSmall {
        bytesHash(bits.counted, into: &hasher)
    } else if string.utf8.count <= 15, let packed = StringBits.packing(string) {
        bytesHash(packed.counted, into: &hasher)
    } else {
        withBytes(of: string) { hasher.combine(bytes: $0) }
        hasher.combine(string.utf8.count)
    }
}

@inline(__always)
private func bytesHash(_ bits: StringBits, into hasher: inout Hasher) {
    hasher.combine(bits.low)
    hasher.combine(bits.high)
}

/// Calls `body` with the UTF-8 bytes of `string`, in place where the string has them in one piece.
@inline(__always)
func withBytes<R>(of string: String, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    let bits = StringBits(string)
    defer { withExtendedLifetime(string) {} }
    if let bytes = bits.longBytes { return body(bytes) }
    guard bits.isSmall else { return withBytesCopied(of: string, body) }
    return withUnsafeBytes(of: (bits.low.littleEndian, bits.high.littleEndian)) {
        body(UnsafeRawBufferPointer(rebasing: $0[..<bits.smallCount]))
    }
}

@inline(never)
private func withBytesCopied<R>(of string: String, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    Array(string.utf8).withUnsafeBytes(body)
}

/// Whether two runs of bytes are equal; their counts must be.
@inline(__always)
func bytesEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count else { return false }
    var offset = 0
    while offset &+ 8 <= a.count {
        if a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            != b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        {
            return false
        }
        offset &+= 8
    }
    while offset < a.count {
        if a[offset] != b[offset] { return false }
        offset &+= 1
    }
    return true
}

/// Compares two runs of bytes: at their first difference, else the shorter one stands first.
@inline(__always)
func bytesCompare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
    let common = min(a.count, b.count)
    var offset = 0
    while offset &+ 8 <= common {
        let wordA = a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let wordB = b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        if wordA != wordB { return wordA.bigEndian < wordB.bigEndian ? -1 : 1 }
        offset &+= 8
    }
    while offset < common {
        if a[offset] != b[offset] { return a[offset] < b[offset] ? -1 : 1 }
        offset &+= 1
    }
    return a.count - b.count
}
