// Text without its case
// =====================
//
// Two texts are alike ignoring case if their *folded* forms have the same UTF-8 bytes, and these decide their order and
// prefixes too. In the folded form each Unicode scalar is replaced by its full lowercase mapping, which is what the
// standard library's `lowercased()` does: the same in every locale and in every place of the text, and not normalised,
// so that the two spellings of "é" still differ. Folding what is folded changes nothing, and a text's folded form is
// that of its parts put together.
//
// ASCII is folded byte by byte where it lies; only where other scalars decide is a folded text made.

/// The text without its case; the text itself where that is the same.
func foldingCase(_ string: String) -> String {
    withBytes(of: string, isFolded) ? string : string.lowercased()
}

/// Compares two texts by the bytes of their folded forms: negative, zero or positive.
func compareIgnoringCase(_ a: String, _ b: String) -> Int {
    let order = withBytes(of: a) { a in withBytes(of: b) { b in compareFoldingASCII(a, b) } }
    return order ?? bytesCompare(foldingCase(a), foldingCase(b))
}

/// Whether the folded form of a text begins with a prefix, which is folded.
func hasFoldedPrefix(_ string: String, _ prefix: String) -> Bool {
    let begins = withBytes(of: string) { string in
        withBytes(of: prefix) { prefix in beginsFoldingASCII(string, prefix) }
    }
    return begins ?? bytesHasPrefix(foldingCase(string), prefix)
}

extension Value {
    /// The value, with its case folded if it is a text.
    var foldingCase: Value {
        guard case .string(let string) = self else { return self }
        return .string(StoreCore.foldingCase(string))
    }

    /// Compares two values, texts by their folded forms.
    static func compareIgnoringCase(_ a: Value, _ b: Value) -> Int {
        guard case .string(let one) = a, case .string(let other) = b else { return compare(a, b) }
        return StoreCore.compareIgnoringCase(one, other)
    }
}

extension IndexWord {
    /// The digest of a text's folded form.
    static func encodeFolded(_ string: String) -> UInt64 {
        // It holds seven bytes at most. If they are ASCII, they are those of the folded form but for their case, and
        // what follows them is not gone in the folded form either.
        let word = encode(string)
        return word & ~0xFF & highBits == 0 ? foldASCII(word) : encode(foldingCase(string))
    }

    /// The digest of a value's folded form in a column of `kind`, or nil if the value is not of that kind.
    static func encodeFolded(_ value: Value, as kind: ColumnType) -> UInt64? {
        guard case .string(let string) = value, kind == .string else {
            return encode(value, as: kind)
        }
        return encodeFolded(string)
    }
}

// MARK: ASCII

private let highBits: UInt64 = 0x8080_8080_8080_8080

/// Eight ASCII bytes, the capital letters among them made small.
@inline(__always)
private func foldASCII(_ bytes: UInt64) -> UInt64 {
    let fromA = bytes &+ 0x3F3F_3F3F_3F3F_3F3F
    let beyondZ = bytes &+ 0x2525_2525_2525_2525
    return bytes | (fromA & ~beyondZ & highBits) >> 2
}

@inline(__always)
private func foldASCII(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
}

/// Whether bytes are ASCII without capital letters.
private func isFolded(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.allSatisfy { $0 < 0x80 && foldASCII($0) == $0 }
}

/// The order of folded forms; nil if other scalars than ASCII's decide.
private func compareFoldingASCII(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int? {
    for offset in 0..<min(a.count, b.count) {
        if (a[offset] | b[offset]) >= 0x80 { return nil }
        let one = foldASCII(a[offset])
        let other = foldASCII(b[offset])
        if one != other { return one < other ? -1 : 1 }
    }
    return a.count - b.count
}

/// Whether folded forms begin alike; nil if other scalars than ASCII's decide.
private func beginsFoldingASCII(
    _ bytes: UnsafeRawBufferPointer, _ prefix: UnsafeRawBufferPointer
) -> Bool? {
    for offset in 0..<min(bytes.count, prefix.count) {
        if bytes[offset] >= 0x80 { return nil }
        if foldASCII(bytes[offset]) != prefix[offset] { return false }
    }
    return bytes.count >= prefix.count
}
