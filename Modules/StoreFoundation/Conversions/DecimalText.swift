#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A decimal's sign, the exponent of its first digit, and its digits, which begin and end with none that
/// is 0; no digits for zero.
struct DecimalText: Equatable {
    let isNegative: Bool
    let exponent: Int
    let digits: [UInt8]

    /// Added to exponents, so that they have three digits and no sign.
    private static let bias = 500
    /// The least and the greatest exponent of the last digit of a decimal.
    private static let exponents = -128...127
    /// The digits of the greatest significand.
    private static let digitsMax = 39

    /// Takes a decimal apart; it is a number.
    init(_ decimal: Decimal) {
        var digits: [UInt8] = []
        var fraction: Int?
        for byte in decimal.magnitude.description.utf8 {
            if byte == UInt8(ascii: ".") {
                fraction = 0
            } else {
                digits.append(byte - UInt8(ascii: "0"))
                fraction? += 1
            }
        }
        let zeros = digits.prefix { $0 == 0 }.count
        exponent = digits.count - (fraction ?? 0) - zeros - 1
        digits.removeFirst(zeros)
        while digits.last == 0 { digits.removeLast() }
        isNegative = decimal < 0
        self.digits = digits
    }

    /// Reads a text; nil unless it is exactly what some decimal's text could be.
    init?(_ text: String) {
        var bytes = Array(text.utf8)
        guard bytes != [UInt8(ascii: "=")] else {
            (isNegative, exponent, digits) = (false, -1, [])
            return
        }
        guard bytes.count >= 6, bytes[4] == UInt8(ascii: ":") else { return nil }
        isNegative = bytes[0] == UInt8(ascii: "<")
        guard isNegative || bytes[0] == UInt8(ascii: ">") else { return nil }
        if isNegative, bytes.popLast() != UInt8(ascii: "~") { return nil }
        guard let scale = DecimalText.digits(bytes[1..<4]),
            let digits = DecimalText.digits(bytes[5...]), let first = digits.first,
            let last = digits.last
        else { return nil }
        let (isNegative, nine) = (isNegative, UInt8(9))
        let biased = scale.reduce(0) { $0 * 10 + Int($1) } - DecimalText.bias
        exponent = isNegative ? -biased : biased
        self.digits = isNegative ? digits.map { nine - $0 } : digits
        guard first != (isNegative ? nine : 0), last != (isNegative ? nine : 0) else { return nil }
    }

    private static func digits(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        let zero = UInt8(ascii: "0")
        return bytes.allSatisfy { (zero...(zero + 9)).contains($0) } ? bytes.map { $0 - zero } : nil
    }

    /// The text.
    var description: String {
        if digits.isEmpty { return "=" }
        let scale = DecimalText.bias + (isNegative ? -exponent : exponent)
        let digits = digits.map { UInt8(ascii: "0") + (isNegative ? 9 - $0 : $0) }
        return (isNegative ? "<" : ">") + "\(scale):" + String(decoding: digits, as: UTF8.self)
            + (isNegative ? "~" : "")
    }

    /// The decimal; nil when it has too many digits, or is too great or too small to be one.
    var decimal: Decimal? {
        if digits.isEmpty { return Decimal() }
        var last = exponent - (digits.count - 1)
        // Zeros that the greatest exponent leaves no room for belong to the significand.
        let zeros = max(0, last - DecimalText.exponents.upperBound)
        last -= zeros
        guard last >= DecimalText.exponents.lowerBound,
            digits.count + zeros <= DecimalText.digitsMax
        else { return nil }
        var significand = Decimal()
        for digit in digits { significand = significand * 10 + Decimal(Int(digit)) }
        let sign: FloatingPointSign = isNegative ? .minus : .plus
        var decimal = Decimal(sign: sign, exponent: last, significand: significand)
        if zeros > 0 {
            // Making a decimal moves the zeros into the exponent, which is full; subtracting does not.
            for _ in 0..<zeros { significand *= 10 }
            decimal = Decimal(sign: sign, exponent: last, significand: significand + 1)
            decimal -= Decimal(sign: sign, exponent: last, significand: 1)
        }
        // More than 38 digits may not fit: what has been rounded is refused.
        return !decimal.isNaN && DecimalText(decimal) == self ? decimal : nil
    }
}
