/// Texts in the form of a cuid2: a lower-case letter, then 23 digits of base 36.
enum CUIDText {
    /// What 12 digits can tell.
    private static let half: UInt128 = 4_738_381_338_321_616_896
    /// How many texts there are: 26 × 36^23.
    private static let count = 26 * half * (half / 36)
    /// The numbers below this make each text equally often.
    private static let numbersMax = UInt128.max / count * count

    /// The text of a number; nil for the few numbers that would make some texts likelier than others.
    static func text(_ number: UInt128) -> String? {
        guard number < numbersMax else { return nil }
        let (high, low) = (number % count).quotientAndRemainder(dividingBy: half)
        return String(unsafeUninitializedCapacity: 24) { buffer in
            var rest = UInt64(low)
            for place in (12..<24).reversed() { buffer[place] = digit(&rest) }
            rest = UInt64(high)
            for place in (1..<12).reversed() { buffer[place] = digit(&rest) }
            buffer[0] = UInt8(ascii: "a") + UInt8(rest)
            return 24
        }
    }

    private static func digit(_ rest: inout UInt64) -> UInt8 {
        let digit = UInt8(rest % 36)
        rest /= 36
        return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
