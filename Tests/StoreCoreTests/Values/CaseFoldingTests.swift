import Testing

@testable import StoreCore

@Suite struct `Text without its case` {
    private static let texts: [String] = {
        var texts =
            ModelValues.texts + ["", "K", "\u{212A}", "ß", "ẞ", "ΑΣ", "ας", "ǅ", "Ǆ", "@[`{"]
        texts += ["I", "İ", "ı", "i\u{307}", "Z", "z", "[", "seven \u{130}x", "eightby\u{212A}"]
        return texts + texts.map { $0.uppercased() } + texts.map { "prefix of " + $0 }
    }()

    private static func bytes(_ text: String) -> [UInt8] { Array(text.lowercased().utf8) }

    @Test func `is what the standard library makes of it, and of what it has made`() {
        var differences: [Unicode.Scalar] = []
        for number in 0...UInt32(0x10FFFF) {
            guard let scalar = Unicode.Scalar(number) else { continue }
            let folded = foldingCase(String(scalar))
            let isRight =
                folded.utf8.elementsEqual(scalar.properties.lowercaseMapping.utf8)
                && foldingCase(folded).utf8.elementsEqual(folded.utf8) && !folded.isEmpty
            if !isRight { differences.append(scalar) }
        }
        #expect(differences == [])
        for text in Self.texts {
            #expect(Array(foldingCase(text).utf8) == Self.bytes(text), "\(text)")
        }
    }

    @Test(arguments: texts) func `is ordered by its bytes`(text: String) {
        for other in Self.texts {
            let order = compareIgnoringCase(text, other)
            let (one, two) = (Self.bytes(text), Self.bytes(other))
            let wanted = one == two ? 0 : one.lexicographicallyPrecedes(two) ? -1 : 1
            #expect(order.signum() == wanted, "\(text) and \(other)")
        }
    }

    @Test(arguments: texts) func `begins as its bytes do`(text: String) {
        for other in Self.texts {
            #expect(
                hasFoldedPrefix(text, foldingCase(other))
                    == Self.bytes(text).starts(with: Self.bytes(other)), "\(text) and \(other)")
        }
    }

    @Test(arguments: texts) func `has the digest of its bytes`(text: String) {
        #expect(IndexWord.encodeFolded(text) == IndexWord.encode(text.lowercased()))
    }
}
