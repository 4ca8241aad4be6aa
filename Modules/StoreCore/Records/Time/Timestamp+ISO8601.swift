extension Timestamp {
    /// Reads a calendar date (`2024-01-15`, midnight UTC) or an RFC 3339 date-time
    /// (`2024-01-15T00:30:00.25+02:00`).
    ///
    /// The calendar is checked (no 30 February), offsets are applied, digits beyond the microsecond
    /// are cut. `T` and `Z` may be lower-case, and a space may stand for `T`. A year outside
    /// 0000–9999 is written with a sign and six digits. Nil for everything else: a date-time
    /// without an offset, a 24th hour, a 60th second.
    public init?(iso8601 text: String) {
        let parsed = withBytes(of: text) { bytes -> Int64? in
            // The longest form has 39 bytes with nine digits of fraction; no honest one has 100.
            guard bytes.count >= 10, bytes.count <= 100 else { return nil }
            var scanner = ISO8601Scanner(bytes: bytes)
            return scanner.microseconds()
        }
        guard let parsed else { return nil }
        microseconds = parsed
    }

    /// The point in ISO 8601, in UTC: `2024-01-14T22:30:00Z`, with three or six digits of fraction
    /// only where needed.
    ///
    /// ``init(iso8601:)`` reads it back exactly. A year outside 0000–9999 has a sign and six
    /// digits.
    public var iso8601: String {
        let dayLength: Int64 = 86_400_000_000
        var days = microseconds / dayLength
        var rest = microseconds % dayLength
        if rest < 0 {
            days -= 1
            rest += dayLength
        }
        let date = CalendarDate(daysSince1970: Int(days))
        return String(unsafeUninitializedCapacity: 40) { buffer in
            var writer = DigitWriter(buffer: buffer)
            writer.write(date)
            writer.write(timeOfDay: Int(rest))
            return writer.count
        }
    }
}

/// Reads one ISO 8601 text from left to right.
private struct ISO8601Scanner {
    let bytes: UnsafeRawBufferPointer
    var place = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func microseconds() -> Int64? {
        guard let date = date() else { return nil }
        let days = Int64(date.daysSince1970)
        var time: Int64 = 0
        if place < bytes.count {
            guard let read = timeAndOffset() else { return nil }
            time = read
        }
        // Near the ends of the range the days alone may overflow where the sum does not: seconds
        // first, then the rest.
        let seconds = days * 86_400 + time.dividedDown(by: 1_000_000)
        let fraction = time - time.dividedDown(by: 1_000_000) * 1_000_000
        return seconds.microseconds(adding: fraction)
    }

    private mutating func date() -> CalendarDate? {
        var sign = 1
        var yearDigits = 4
        if let first = peek(), first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            sign = first == UInt8(ascii: "-") ? -1 : 1
            yearDigits = 6
            place += 1
        }
        guard let year = digits(yearDigits), skip("-"), let month = digits(2), skip("-"),
            let day = digits(2)
        else { return nil }
        return CalendarDate(year: sign * year, month: month, day: day)
    }

    /// The time of day less its offset from UTC, in microseconds.
    private mutating func timeAndOffset() -> Int64? {
        guard skip("T") || skip("t") || skip(" ") else { return nil }
        guard let hour = digits(2), skip(":"), let minute = digits(2), skip(":"),
            let second = digits(2),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var time = Int64(hour * 3_600 + minute * 60 + second) * 1_000_000
        if skip(".") {
            guard let fraction = fraction() else { return nil }
            time += fraction
        }
        guard let offset = offset(), place == bytes.count else { return nil }
        return time - offset
    }

    private mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            if count < 6 { value = value * 10 + Int64(byte - UInt8(ascii: "0")) }
            count += 1
            place += 1
        }
        guard count > 0 else { return nil }
        for _ in 0..<max(0, 6 - count) { value *= 10 }
        return value
    }

    private mutating func offset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60
        else { return nil }
        return sign * Int64(hours * 60 + minutes) * 60_000_000
    }

    private func peek() -> UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private mutating func digits(_ count: Int) -> Int? {
        guard place + count <= bytes.count else { return nil }
        var value = 0
        for _ in 0..<count {
            let digit = bytes[place] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + Int(digit)
            place += 1
        }
        return value
    }
}

extension Int64 {
    /// The quotient rounded towards negative infinity.
    fileprivate func dividedDown(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// These seconds and `fraction` (0 ..< 1 000 000) microseconds as microseconds; nil when they
    /// do not fit.
    fileprivate func microseconds(adding fraction: Int64) -> Int64? {
        // One second towards zero first, so that the very first second of the range does not
        // overflow halfway.
        let (near, rest) = self < 0 ? (self + 1, fraction - 1_000_000) : (self, fraction)
        let (product, overflow) = near.multipliedReportingOverflow(by: 1_000_000)
        let (sum, carry) = product.addingReportingOverflow(rest)
        return overflow || carry ? nil : sum
    }
}

/// Writes the digits of a date and time.
private struct DigitWriter {
    let buffer: UnsafeMutableBufferPointer<UInt8>
    var count = 0

    init(buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    mutating func write(_ date: CalendarDate) {
        if (0...9_999).contains(date.year) {
            write(date.year, digits: 4)
        } else {
            write(date.year < 0 ? "-" : "+")
            write(abs(date.year), digits: 6)
        }
        write("-")
        write(date.month, digits: 2)
        write("-")
        write(date.day, digits: 2)
    }

    mutating func write(timeOfDay microseconds: Int) {
        let seconds = microseconds / 1_000_000
        let fraction = microseconds % 1_000_000
        write("T")
        write(seconds / 3_600, digits: 2)
        write(":")
        write(seconds / 60 % 60, digits: 2)
        write(":")
        write(seconds % 60, digits: 2)
        if fraction != 0 {
            write(".")
            if fraction % 1_000 == 0 {
                write(fraction / 1_000, digits: 3)
            } else {
                write(fraction, digits: 6)
            }
        }
        write("Z")
    }

    private mutating func write(_ character: Unicode.Scalar) {
        buffer[count] = UInt8(ascii: character)
        count += 1
    }

    private mutating func write(_ number: Int, digits: Int) {
        var rest = number
        for place in stride(from: digits - 1, through: 0, by: -1) {
            buffer[count + place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        count += digits
    }
}
