import StoreCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension DecimalText {
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
        let exponent = digits.count - (fraction ?? 0) - 1
        self.init(isNegative: decimal < 0, exponent: exponent, digits: digits)
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
