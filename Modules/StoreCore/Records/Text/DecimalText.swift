/// A decimal number as columns of `.decimal` format hold it: a text that sorts as its number does.
///
/// Numbers that are equal have the same text, 1.5 and 1.50 for example. The text of 123.45 is `>502:12345`:
///
/// | part | of a positive number | of a negative number |
/// |---|---|---|
/// | sign | `>`; zero is just `=` | `<` |
/// | magnitude | the exponent of the first digit, plus 500 | 500 minus that exponent |
/// | digits | without zeros at either end | each taken from 9, and `~` behind them |
public struct DecimalText: Sendable, Hashable, CustomStringConvertible {
    /// Whether the number is less than zero.
    public let isNegative: Bool
    /// What power of ten the first digit weighs.
    public let exponent: Int
    /// The digits from 0 to 9, which begin and end with none that is 0; none for zero.
    public let digits: [UInt8]

    /// Added to exponents, so that they have three digits and no sign.
    private static let bias = 500
    /// The least and the greatest exponent of the last digit.
    public static let exponents = -128...127
    /// The digits of the greatest significand.
    public static let digitsMax = 39

    /// A number by its digits from 0 to 9, of which the first one weighs 10 to the power of `exponent`.
    public init(isNegative: Bool, exponent: Int, digits: [UInt8]) {
        let zeros = digits.prefix { $0 == 0 }.count
        var digits = Array(digits.dropFirst(zeros))
        while digits.last == 0 { digits.removeLast() }
        self.isNegative = isNegative && !digits.isEmpty
        self.exponent = digits.isEmpty ? -1 : exponent - zeros
        self.digits = digits
    }

    /// Reads a text; nil unless it is exactly what some number's text could be.
    public init?(_ text: String) {
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

    /// The number that a value stands for: an integer, or a text of this form.
    init?(_ value: Value) {
        switch value {
        case .integer(let number):
            let digits = String(number.magnitude).utf8.map { $0 - UInt8(ascii: "0") }
            self.init(isNegative: number < 0, exponent: digits.count - 1, digits: digits)
        case .string(let text): self.init(text)
        default: return nil
        }
    }

    private static func digits(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        let zero = UInt8(ascii: "0")
        return bytes.allSatisfy { (zero...(zero + 9)).contains($0) } ? bytes.map { $0 - zero } : nil
    }

    /// The text.
    public var description: String {
        if digits.isEmpty { return "=" }
        let scale = DecimalText.bias + (isNegative ? -exponent : exponent)
        let digits = digits.map { UInt8(ascii: "0") + (isNegative ? 9 - $0 : $0) }
        return (isNegative ? "<" : ">") + "\(scale):" + String(decoding: digits, as: UTF8.self)
            + (isNegative ? "~" : "")
    }

    /// The exponent of the last digit.
    var lastExponent: Int { exponent - digits.count + 1 }

    /// The nearest double.
    var double: Double? {
        let text = String(decoding: digits.map { UInt8(ascii: "0") + $0 }, as: UTF8.self)
        return Double((isNegative ? "-" : "") + "0\(text)e\(digits.isEmpty ? 0 : lastExponent)")
    }

    /// Whether it is a number that can be held: a significand of 128 bits, and an exponent of -128 to 127.
    var isRepresentable: Bool {
        if digits.isEmpty { return true }
        guard lastExponent >= DecimalText.exponents.lowerBound else { return false }
        // Zeros that the greatest exponent leaves no room for belong to the significand.
        let zeros = max(0, lastExponent - DecimalText.exponents.upperBound)
        let significand = digits + Array(repeating: 0, count: min(zeros, DecimalText.digitsMax))
        let most = "340282366920938463463374607431768211455".utf8.map { $0 - UInt8(ascii: "0") }
        return significand.count < most.count
            || significand.count == most.count && !most.lexicographicallyPrecedes(significand)
    }
}
