/// An exact sum of decimals, as a fixed-point number in limbs of nine digits.
///
/// Limb i weighs 10^(9 · (first + i)), and is held in 64 bits with its sign, so that 2^30 additions fit before carries have
/// to be moved on.
struct DecimalSum: Sendable {
    private var limbs: ContiguousArray<Int64> = []
    private var first = 0
    private var pending = 0

    private static let base: Int64 = 1_000_000_000
    private static let pendingMax = 1 << 30
    /// The digits to which a mean is rounded.
    private static let digitsOfMean = 38

    /// Adds a number, or takes it out again.
    mutating func add(_ number: DecimalText, times sign: Int64 = 1) {
        if number.digits.isEmpty { return }
        let sign = number.isNegative ? -sign : sign
        let lower = DecimalSum.limb(of: number.lastExponent)
        reserve(lower, DecimalSum.limb(of: number.exponent) + 1)
        var place = number.exponent
        for digit in number.digits {
            let limb = DecimalSum.limb(of: place)
            limbs[limb - first] += sign * Int64(digit) * DecimalSum.power(place - 9 * limb)
            place -= 1
        }
        pending += 1
        if pending >= DecimalSum.pendingMax { carry() }
    }

    /// Adds what `other` has summed up, or takes it out.
    mutating func add(_ other: DecimalSum, times sign: Int64) { add(other.number, times: sign) }

    /// The sum.
    var number: DecimalText {
        var sum = self
        sum.carry()
        let isNegative = (sum.limbs.last ?? 0) < 0
        if isNegative {
            for index in sum.limbs.indices { sum.limbs[index].negate() }
            sum.carry()
        }
        var digits: [UInt8] = []
        for limb in sum.limbs.reversed() {
            for place in (0..<9).reversed() {
                digits.append(UInt8(limb / DecimalSum.power(place) % 10))
            }
        }
        return DecimalText(
            isNegative: isNegative, exponent: 9 * (sum.first + sum.limbs.count) - 1, digits: digits)
    }

    /// The sum divided by `count`, rounded once, halves to even.
    func mean(of count: Int) -> DecimalText {
        let sum = number
        let divisor = UInt64(count)
        var digits: [UInt8] = []
        var exponent = sum.exponent
        var remainder: UInt64 = 0
        var next = 0
        while next < sum.digits.count || remainder > 0 {
            let digit = next < sum.digits.count ? sum.digits[next] : 0
            let place = sum.exponent - next
            let (quotient, rest) = (remainder * 10 + UInt64(digit)).quotientAndRemainder(
                dividingBy: divisor)
            next += 1
            remainder = rest
            if digits.count == DecimalSum.digitsOfMean || place < DecimalText.exponents.lowerBound {
                let isMore = rest > 0 || next < sum.digits.count
                let isOdd = (digits.last ?? 0) % 2 == 1
                if quotient > 5 || quotient == 5 && (isMore || isOdd) {
                    if digits.isEmpty { exponent = place + 1 }
                    let below = DecimalText(
                        isNegative: sum.isNegative, exponent: exponent, digits: digits)
                    DecimalSum.increment(&digits, &exponent)
                    let above = DecimalText(
                        isNegative: sum.isNegative, exponent: exponent, digits: digits)
                    // Next to the greatest decimal there is only the one below.
                    return above.isRepresentable ? above : below
                }
                break
            }
            if digits.isEmpty {
                if quotient == 0 { continue }
                exponent = place
            }
            digits.append(UInt8(quotient))
        }
        return DecimalText(isNegative: sum.isNegative, exponent: exponent, digits: digits)
    }

    /// Adds one to the last digit.
    private static func increment(_ digits: inout [UInt8], _ exponent: inout Int) {
        for index in digits.indices.reversed() {
            if digits[index] < 9 {
                digits[index] += 1
                return
            }
            digits[index] = 0
        }
        if !digits.isEmpty { exponent += 1 }
        digits.insert(1, at: 0)
    }

    private static func limb(of exponent: Int) -> Int {
        exponent >= 0 ? exponent / 9 : (exponent - 8) / 9
    }

    private static func power(_ exponent: Int) -> Int64 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }

    /// Makes room for limbs `lower` up to `upper`.
    private mutating func reserve(_ lower: Int, _ upper: Int) {
        if limbs.isEmpty { first = lower }
        if lower < first {
            limbs.insert(contentsOf: repeatElement(0, count: first - lower), at: 0)
            first = lower
        }
        let missing = upper - (first + limbs.count)
        if missing > 0 { limbs.append(contentsOf: repeatElement(0, count: missing)) }
    }

    /// Moves carries on, so that every limb but the last is in 0 ..< 10^9 and the last one carries the sign.
    private mutating func carry() {
        pending = 0
        guard !limbs.isEmpty else { return }
        for index in limbs.indices.dropLast() {
            let carried = DecimalSum.carried(limbs[index])
            limbs[index] -= carried * DecimalSum.base
            limbs[index + 1] += carried
        }
        while let last = limbs.last, last >= DecimalSum.base || last <= -DecimalSum.base {
            let carried = DecimalSum.carried(last)
            limbs[limbs.count - 1] -= carried * DecimalSum.base
            limbs.append(carried)
        }
    }

    /// How often the base goes into a limb, rounded down.
    private static func carried(_ limb: Int64) -> Int64 {
        limb >= 0 ? limb / base : -((base - 1 - limb) / base)
    }
}
