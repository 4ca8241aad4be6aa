extension Column.Format {
    /// Whether the text is what the format asks for.
    func accepts(_ text: String) -> Bool {
        switch self {
        case .email: TextFormat.isEmail(text)
        case .url: TextFormat.isURL(text)
        case .isoDate: TextFormat.isISODate(text)
        case .decimal: DecimalText(text)?.isRepresentable ?? false
        }
    }

    /// What a text that is refused is told.
    var message: String {
        switch self {
        case .email: "Invalid email format; expected something like name@example.com"
        case .url: "Invalid url format; expected an absolute URL like https://example.com"
        case .isoDate: "Invalid iso-date format; expected 2024-01-15 or 2024-01-15T00:30:00Z"
        case .decimal: "Invalid decimal format; expected a decimal's text like >502:12345"
        }
    }
}

/// What makes an email address, a URL or a date.
///
/// All of it takes time linear in the text.
enum TextFormat {
    /// One `@` between non-empty sides, a dot inside the domain but neither first nor last in it,
    /// no white space.
    static func isEmail(_ text: String) -> Bool {
        guard !hasSpace(text) else { return false }
        return withBytes(of: text) { text in
            guard let at = text.firstIndex(of: UInt8(ascii: "@")), at > 0 else { return false }
            let domain = text[(at + 1)...]
            guard !domain.contains(UInt8(ascii: "@")) else { return false }
            return domain.dropFirst().dropLast().contains(UInt8(ascii: "."))
        }
    }

    /// A scheme, then `//` and a host, or for schemes without hosts an opaque rest as in `mailto:`.
    static func isURL(_ text: String) -> Bool {
        guard !hasSpace(text) else { return false }
        return withBytes(of: text) { bytes in
            guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), isScheme(bytes[..<colon])
            else { return false }
            let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
            let rest = bytes[(colon + 1)...]
            guard rest.starts(with: "//".utf8) else {
                return !rest.isEmpty && !schemesWithHost.contains(scheme)
            }
            let authority = rest.dropFirst(2).prefix {
                $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
            }
            if authority.isEmpty { return scheme == "file" && rest.count > 2 }
            return isAuthority(authority)
        }
    }

    /// A calendar date or a date-time of RFC 3339, in the years 0000 to 9999.
    static func isISODate(_ text: String) -> Bool {
        guard let first = text.utf8.first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9")
        else { return false }
        return Timestamp(iso8601: text) != nil
    }

    private static let schemesWithHost: Set<String> = ["http", "https", "ws", "wss", "ftp", "file"]

    /// White space of any script, or an ASCII control character.
    private static func hasSpace(_ text: String) -> Bool {
        var isASCII = true
        for byte in text.utf8 {
            if byte <= 0x20 || byte == 0x7F { return true }
            if byte >= 0x80 { isASCII = false }
        }
        return !isASCII && text.unicodeScalars.contains { $0.properties.isWhitespace }
    }

    private static func isScheme(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard let first = bytes.first, isLetter(first) else { return false }
        return bytes.allSatisfy { byte in
            isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".")
        }
    }

    /// `user@host:port` with a host that is not empty and a port that is a number of 16 bits.
    private static func isAuthority(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        let hostAndPort = bytes.lastIndex(of: UInt8(ascii: "@")).map { bytes[($0 + 1)...] } ?? bytes
        if hostAndPort.first == UInt8(ascii: "[") {
            guard let end = hostAndPort.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = hostAndPort[..<end].dropFirst()
            return isIPv6(address) && isPort(hostAndPort[(end + 1)...])
        }
        let colon = hostAndPort.firstIndex(of: UInt8(ascii: ":")) ?? hostAndPort.endIndex
        let host = hostAndPort[..<colon]
        let forbidden = "<>[]\\^|\"`{}".utf8
        return !host.isEmpty && !host.contains(where: forbidden.contains)
            && isPort(hostAndPort[colon...])
    }

    /// Nothing, or a colon and at most 65 535.
    private static func isPort(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard let first = bytes.first else { return true }
        let digits = bytes.dropFirst()
        guard first == UInt8(ascii: ":"), digits.allSatisfy(isDigit) else { return false }
        var port = 0
        for digit in digits {
            port = port * 10 + Int(digit - UInt8(ascii: "0"))
            if port > 65_535 { return false }
        }
        return true
    }

    /// Hexadecimal digits, colons and dots, with two colons at least.
    ///
    /// Which of these are addresses is the network's affair.
    private static func isIPv6(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        let colons = bytes.lazy.filter { $0 == UInt8(ascii: ":") }.count
        return colons >= 2
            && bytes.allSatisfy { byte in
                isDigit(byte) || isLetter(byte) && byte | 0x20 <= UInt8(ascii: "f")
                    || byte == UInt8(ascii: ":")
                    || byte == UInt8(ascii: ".")
            }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
