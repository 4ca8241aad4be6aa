/// A number that is not negative, in limbs of 32 bits: limb i weighs 2^(32·(first + i) − 1088).
struct ExactMagnitude {
    var limbs: [UInt32]
    var first: Int
    /// Whether something smaller than all limbs was cut off.
    var isInexact: Bool

    /// The nearest double, halves to even.
    func rounded() -> Double {
        guard let top = limbs.lastIndex(where: { $0 != 0 }) else { return 0 }
        let leading = 31 - limbs[top].leadingZeroBitCount
        let exponent = 32 * (first + top) + leading - 1_088
        var (word, isInexact) = word(from: top, leading)
        isInexact = isInexact || self.isInexact
        // Below the least normal double fewer bits are left.
        let kept = min(53, exponent + 1_075)
        guard kept > 0 else {
            let isAboveHalf = kept == 0 && (word > 1 << 63 || isInexact)
            return isAboveHalf ? .leastNonzeroMagnitude : 0
        }
        let cut = UInt64(64 - kept)
        var significand = word >> cut
        let rest = word & (1 << cut - 1)
        let half: UInt64 = 1 << (cut - 1)
        if rest > half || (rest == half && (isInexact || significand & 1 == 1)) {
            significand += 1
        }
        return Double(
            sign: .plus, exponent: exponent - kept + 1, significand: Double(significand))
    }

    /// 64 bits from bit `leading` of limb `top` downwards, and whether anything is left below.
    private func word(from top: Int, _ leading: Int) -> (UInt64, Bool) {
        let upper = UInt64(limbs[top]) << 32 | UInt64(top > 0 ? limbs[top - 1] : 0)
        let lower = top > 1 ? limbs[top - 2] : 0
        let shift = UInt64(31 - leading)
        let word = upper << shift | UInt64(lower) >> (32 - shift)
        let cut = UInt64(lower) << shift & 0xFFFF_FFFF
        return (word, cut != 0 || limbs[..<max(top - 2, 0)].contains { $0 != 0 })
    }

    /// The number divided by `divisor`, with at least 64 bits before anything is cut off.
    func divided(by divisor: UInt64) -> ExactMagnitude {
        var quotient = ExactMagnitude(
            limbs: [UInt32](repeating: 0, count: limbs.count + 5), first: first - 5,
            isInexact: isInexact)
        var remainder: UInt64 = 0
        for index in quotient.limbs.indices.reversed() {
            let digit = index >= 5 ? UInt64(limbs[index - 5]) : 0
            let (high, low) = (remainder >> 32, remainder << 32 | digit)
            let (part, rest) = divisor.dividingFullWidth((high, low))
            quotient.limbs[index] = UInt32(truncatingIfNeeded: part)
            remainder = rest
        }
        quotient.isInexact = isInexact || remainder != 0
        return quotient
    }
}
