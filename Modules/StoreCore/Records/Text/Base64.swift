/// Base64 with the standard alphabet and padding (RFC 4648, section 4).
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var place = 0
        while place < bytes.count {
            let count = min(3, bytes.count - place)
            var group = UInt32(bytes[place]) << 16
            if count > 1 { group |= UInt32(bytes[place + 1]) << 8 }
            if count > 2 { group |= UInt32(bytes[place + 2]) }
            for digit in 0..<4 {
                let index = Int(group >> UInt32(18 - 6 * digit)) & 0x3F
                text.append(digit <= count ? alphabet[index] : UInt8(ascii: "="))
            }
            place += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes, or nil when the text is not Base64 to the last character.
    static func decode(_ text: String) -> [UInt8]? {
        withBytes(of: text) { text in
            guard text.count % 4 == 0 else { return nil }
            let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
            guard padding <= 2 else { return nil }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.count / 4 * 3)
            var group: UInt32 = 0
            for place in 0..<(text.count - padding) {
                guard let digit = digit(text[place]) else { return nil }
                group = group << 6 | digit
                guard place % 4 == 3 else { continue }
                bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                bytes.append(UInt8(truncatingIfNeeded: group))
                group = 0
            }
            return finish(bytes, group: group, padding: padding)
        }
    }

    /// Adds the bytes of a last, padded group.
    ///
    /// Bits that no byte takes must be zero.
    private static func finish(_ bytes: [UInt8], group: UInt32, padding: Int) -> [UInt8]? {
        switch padding {
        case 1:
            guard group & 0x3 == 0 else { return nil }
            return bytes + [
                UInt8(truncatingIfNeeded: group >> 10), UInt8(truncatingIfNeeded: group >> 2),
            ]
        case 2:
            guard group & 0xF == 0 else { return nil }
            return bytes + [UInt8(truncatingIfNeeded: group >> 4)]
        default:
            return bytes
        }
    }

    private static func digit(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
