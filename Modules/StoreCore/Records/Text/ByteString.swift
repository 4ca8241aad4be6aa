/// A string that is hashed and compared by its UTF-8 bytes, for use as a dictionary's key.
struct ByteString: Hashable, Sendable {
    let text: String

    @inline(__always)
    init(_ text: String) { self.text = text }

    static func == (a: ByteString, b: ByteString) -> Bool { bytesEqual(a.text, b.text) }

    func hash(into hasher: inout Hasher) { bytesHash(text, into: &hasher) }
}
