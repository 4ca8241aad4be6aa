import StoreCore

/// Reads one JSON text (RFC 8259) from bytes that are known to be UTF-8.
///
/// Recursion is bounded by the levels that values may have, so that no text overflows the stack.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var place = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Reads the whole text as one value with at most `levels` levels of arrays and objects.
    mutating func document(levels: Int) throws(JSONError) -> Value {
        skipSpace()
        let value = try value(levels: levels)
        skipSpace()
        guard place == bytes.count else { throw fault("nothing may follow the value") }
        return value
    }

    private mutating func value(levels: Int) throws(JSONError) -> Value {
        switch try peek() {
        case UInt8(ascii: "{"): return try object(levels: levels)
        case UInt8(ascii: "["): return try array(levels: levels)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(levels: Int) throws(JSONError) -> Value {
        if levels == 0 { throw tooDeep() }
        place += 1
        var fields: [(name: String, value: Value)] = []
        skipSpace()
        if try skip("}") { return .object(Fields()) }
        repeat {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else {
                throw fault("expected a name in quotation marks")
            }
            let name = try string()
            skipSpace()
            guard try skip(":") else { throw fault("expected a colon after the name") }
            skipSpace()
            fields.append((name, try value(levels: levels - 1)))
            skipSpace()
        } while try skip(",")
        guard try skip("}") else { throw fault("expected a comma or a closing brace") }
        return .object(Fields(exact: Fields(fields)))
    }

    private mutating func array(levels: Int) throws(JSONError) -> Value {
        if levels == 0 { throw tooDeep() }
        place += 1
        var values: [Value] = []
        skipSpace()
        if try skip("]") { return .array([]) }
        repeat {
            skipSpace()
            values.append(try value(levels: levels - 1))
            skipSpace()
        } while try skip(",")
        guard try skip("]") else { throw fault("expected a comma or a closing bracket") }
        return .array(values)
    }

    private mutating func word(_ word: StaticString, _ value: Value) throws(JSONError) -> Value {
        let count = word.utf8CodeUnitCount
        guard bytes.count - place >= count else { throw fault("expected a value") }
        for offset in 0..<count where bytes[place + offset] != word.utf8Start[offset] {
            throw fault("expected a value")
        }
        place += count
        return value
    }

    // MARK: - Numbers

    private mutating func number() throws(JSONError) -> Value {
        let start = place
        let isNegative = advance(over: UInt8(ascii: "-"))
        var whole: Int64? = 0
        let first = place
        while let digit = nextDigit() {
            // Downwards, since there is one more negative integer than there are positive ones.
            let (product, overflow) = (whole ?? .min).multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.subtractingReportingOverflow(Int64(digit))
            whole = whole == nil || overflow || carry ? nil : sum
        }
        guard place > first else { throw fault("expected a value") }
        guard place == first + 1 || bytes[first] != UInt8(ascii: "0") else {
            throw fault("a number does not begin with a superfluous zero")
        }
        if try !fractionAndExponent(), let whole {
            if isNegative { return .integer(whole) }
            if whole != .min { return .integer(-whole) }
        }
        return try double(from: start)
    }

    /// Whether there was a fraction or an exponent.
    private mutating func fractionAndExponent() throws(JSONError) -> Bool {
        var isFound = false
        if advance(over: UInt8(ascii: ".")) {
            isFound = true
            guard nextDigit() != nil else {
                throw fault("expected a digit after the decimal point")
            }
            while nextDigit() != nil {}
        }
        if advance(over: UInt8(ascii: "e")) || advance(over: UInt8(ascii: "E")) {
            isFound = true
            if !advance(over: UInt8(ascii: "+")) { _ = advance(over: UInt8(ascii: "-")) }
            guard nextDigit() != nil else { throw fault("expected a digit in the exponent") }
            while nextDigit() != nil {}
        }
        return isFound
    }

    private func double(from start: Int) throws(JSONError) -> Value {
        let text = String(
            decoding: UnsafeBufferPointer(rebasing: bytes[start..<place]), as: UTF8.self)
        guard let number = Double(text), number.isFinite else {
            throw JSONError(.numberOutOfRange, at: start, "the number is too great for a double")
        }
        return .double(number)
    }

    private mutating func nextDigit() -> UInt8? {
        guard place < bytes.count else { return nil }
        let digit = bytes[place] &- UInt8(ascii: "0")
        guard digit <= 9 else { return nil }
        place += 1
        return digit
    }

    // MARK: - Strings

    private mutating func string() throws(JSONError) -> String {
        place += 1
        let start = place
        try skipPlain()
        if bytes[place] == UInt8(ascii: "\"") {
            defer { place += 1 }
            return String(
                decoding: UnsafeBufferPointer(rebasing: bytes[start..<place]), as: UTF8.self)
        }
        var text = Array(bytes[start..<place])
        while bytes[place] != UInt8(ascii: "\"") {
            try escape(into: &text)
            let start = place
            try skipPlain()
            text.append(contentsOf: bytes[start..<place])
        }
        place += 1
        return String(decoding: text, as: UTF8.self)
    }

    /// Goes on to the next quotation mark or backslash.
    private mutating func skipPlain() throws(JSONError) {
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            guard byte >= 0x20 else {
                throw fault("a control character in a string must be escaped")
            }
            place += 1
        }
        throw unexpectedEnd()
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        place += 1
        let letter = try peek()
        place += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            text.append(contentsOf: Unicode.UTF8.encode(try scalar()).unsafelyUnwrapped)
        default:
            place -= 1
            throw fault("no such escape")
        }
    }

    /// The character of `\uXXXX`, or of two of them for one beyond the first 65 536.
    private mutating func scalar() throws(JSONError) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, advance(over: UInt8(ascii: "\\")), advance(over: UInt8(ascii: "u"))
        else {
            throw fault("half of a surrogate pair stands alone")
        }
        let second = try fourHexDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fault("half of a surrogate pair stands alone") }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = try peek()
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw fault("expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            place += 1
        }
        return value
    }

    // MARK: - Steps

    private mutating func skipSpace() {
        while place < bytes.count {
            switch bytes[place] {
            case 0x20, 0x09, 0x0A, 0x0D: place += 1
            default: return
            }
        }
    }

    private func peek() throws(JSONError) -> UInt8 {
        guard place < bytes.count else { throw unexpectedEnd() }
        return bytes[place]
    }

    private mutating func skip(_ character: Unicode.Scalar) throws(JSONError) -> Bool {
        guard try peek() == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private mutating func advance(over byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private func fault(_ message: String) -> JSONError {
        place < bytes.count ? JSONError(.syntax, at: place, message) : unexpectedEnd()
    }

    private func unexpectedEnd() -> JSONError {
        JSONError(.unexpectedEnd, at: place, "the text ends too early")
    }

    private func tooDeep() -> JSONError {
        let message = "arrays and objects stand more than \(Value.nestingMax) levels deep"
        return JSONError(.nesting, at: place, message)
    }
}
