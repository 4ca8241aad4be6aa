// Exact sums
// ==========
//
// A sum of numbers that is exact until it is asked for, and rounded once then. It therefore does
// not depend on the order of the additions, and what has been subtracted again leaves no trace.
//
// The sum is a fixed-point number in limbs of 32 bits. Limb i weighs 2^(32·i − 1088), which reaches
// from the least subnormal double (2^-1074) past the largest one (2^1024) times any count. Only
// limbs that have been touched are kept: three or four for prices. A limb is held in 64 bits with
// its sign, so that 2^30 additions fit before carries have to be moved on.

/// An exact sum of integers and doubles, rounded once when it is asked for.
///
/// It does not depend on the order in which numbers come, and what is taken out again leaves no trace: a sum that is kept
/// up to date is, bit for bit, the sum made anew.
public struct ExactSum: Sendable {
    /// Numbers in the sum.
    public private(set) var count = 0
    /// How many of them are doubles.
    private var doubles = 0
    private var limbs: ContiguousArray<Int64> = []
    /// Integers that have not been put into limbs yet.
    private var integers: Int64 = 0
    /// The number of the first limb kept.
    private var first = 0
    /// Additions since carries were moved on.
    private var pending = 0
    /// The sum of decimals; nil where texts are no numbers.
    private var decimals: DecimalSum?

    /// The limb that weighs 1.
    private static let unit = 34
    private static let pendingMax = 1 << 30

    /// A sum of nothing.
    public init() {}

    /// A sum of nothing, to which the texts of decimals are to be added: see ``DecimalText``.
    public init(ofDecimals: Bool) { if ofDecimals { decimals = DecimalSum() } }

    /// Adds the number that lies at `value`; anything else is passed over.
    @inline(__always)
    mutating func add(_ value: UnsafeMutablePointer<Value>) {
        switch ValueWords.tag(value) {
        case ValueWords.integerTag: add(ValueWords.payload(value))
        case ValueWords.doubleTag:
            add(Double(bitPattern: UInt64(bitPattern: ValueWords.payload(value))))
        case ValueWords.stringTag: if decimals != nil { addDecimal(value.pointee, times: 1) }
        default: break
        }
    }

    /// Adds the decimal that a text stands for, or takes it out again.
    @inline(never)
    private mutating func addDecimal(_ value: Value, times sign: Int) {
        guard let number = DecimalText(value) else { return }
        decimals?.add(number, times: Int64(sign))
        count += sign
    }

    /// Adds a number; anything else is passed over.
    ///
    /// - Complexity: O(1).
    public mutating func add(_ value: borrowing Value) {
        switch value {
        case .integer(let integer): add(integer)
        case .double(let double): add(double)
        case .string: if decimals != nil { addDecimal(copy value, times: 1) }
        default: break
        }
    }

    /// Takes a number out again that was added before; anything else is passed over.
    ///
    /// - Complexity: O(1).
    public mutating func subtract(_ value: borrowing Value) {
        switch value {
        case .integer(let integer):
            add(integer.magnitude, isNegative: integer >= 0)
            count -= 1
        case .double(let double):
            accumulate(-double)
            count -= 1
            doubles -= 1
        case .string: if decimals != nil { addDecimal(copy value, times: -1) }
        default: break
        }
    }

    @inline(__always)
    mutating func add(_ integer: Int64) {
        count &+= 1
        let (sum, overflow) = integers.addingReportingOverflow(integer)
        if overflow { spill(integer) } else { integers = sum }
    }

    /// Puts the integers into limbs, and begins anew with `integer`.
    @inline(never)
    private mutating func spill(_ integer: Int64) {
        add(integers.magnitude, isNegative: integers < 0)
        integers = integer
    }

    /// Adds a double, which must be finite.
    @inline(__always)
    mutating func add(_ double: Double) {
        accumulate(double)
        count &+= 1
        doubles &+= 1
    }

    /// Adds all that `other` has summed up.
    mutating func add(_ other: ExactSum) { combine(other, sign: 1) }

    /// Takes all that `other` has summed up out again.
    mutating func subtract(_ other: ExactSum) { combine(other, sign: -1) }

    private mutating func combine(_ other: ExactSum, sign: Int64) {
        var other = other
        other.carry()
        carry()
        if !other.limbs.isEmpty {
            reserve(other.first, other.first + other.limbs.count)
            for (offset, limb) in other.limbs.enumerated() {
                limbs[other.first - first + offset] &+= sign &* limb
            }
        }
        if let others = other.decimals { decimals?.add(others, times: sign) }
        count += Int(sign) * other.count
        doubles += Int(sign) * other.doubles
    }

    @inline(__always)
    private mutating func add(_ magnitude: UInt64, isNegative: Bool) {
        put(magnitude, at: ExactSum.unit, shift: 0, isNegative: isNegative)
    }

    @inline(__always)
    private mutating func accumulate(_ double: Double) {
        let exponent = Int(double.exponentBitPattern)
        let significand =
            exponent == 0 ? double.significandBitPattern : double.significandBitPattern | 1 << 52
        // The weight of the last bit, counted from that of the first limb.
        let position = max(exponent, 1) - 1_075 + 32 * ExactSum.unit
        put(significand, at: position >> 5, shift: position & 31, isNegative: double.sign == .minus)
    }

    @inline(__always)
    private mutating func put(_ magnitude: UInt64, at limb: Int, shift: Int, isNegative: Bool) {
        if limb < first || limb &+ 3 > first &+ limbs.count { reserve(limb, limb + 3) }
        // The shifts are by less than 64 bits; only the last one would not be, where there is none.
        let low = Int64(magnitude &<< UInt64(shift) & 0xFFFF_FFFF)
        let middle = Int64(magnitude &>> UInt64(32 &- shift) & 0xFFFF_FFFF)
        let high = Int64(shift == 0 ? 0 : magnitude &>> UInt64(64 &- shift))
        let first = first
        let sign: Int64 = isNegative ? -1 : 1
        limbs.withUnsafeMutableBufferPointer { limbs in
            let place = limbs.baseAddress.unsafelyUnwrapped + (limb &- first)
            place[0] &+= sign &* low
            place[1] &+= sign &* middle
            place[2] &+= sign &* high
        }
        pending &+= 1
        if pending >= ExactSum.pendingMax { carry() }
    }

    /// Makes room for limbs `lower` up to `upper`.
    @inline(never)
    private mutating func reserve(_ lower: Int, _ upper: Int) {
        if limbs.isEmpty { first = lower }
        if lower < first {
            limbs.insert(contentsOf: repeatElement(0, count: first - lower), at: 0)
            first = lower
        }
        let missing = upper - (first + limbs.count)
        if missing > 0 { limbs.append(contentsOf: repeatElement(0, count: missing)) }
    }

    /// Moves carries on, so that every limb but the last is in 0 ..< 2^32 and the last one carries
    /// the sign.
    private mutating func carry() {
        pending = 0
        if integers != 0 { spill(0) }
        guard !limbs.isEmpty else { return }
        for index in limbs.indices.dropLast() {
            limbs[index + 1] &+= limbs[index] >> 32
            limbs[index] &= 0xFFFF_FFFF
        }
        while let last = limbs.last, last >= 1 << 31 || last < -(1 << 31) {
            limbs[limbs.count - 1] = last & 0xFFFF_FFFF
            limbs.append(last >> 32)
        }
    }
}

extension ExactSum {
    /// Whether no doubles are in the sum.
    var isInteger: Bool { doubles == 0 }

    /// The sum if it is one of integers and fits 64 bits.
    var integer: Int64? {
        guard isInteger else { return nil }
        let (magnitude, isNegative) = parts()
        guard let top = magnitude.limbs.lastIndex(where: { $0 != 0 }) else { return 0 }
        var value: UInt64 = 0
        for index in 0...top {
            let place = magnitude.first + index - ExactSum.unit
            // Limbs below the unit are left of doubles that were taken out again: they are zero.
            if place < 0 { continue }
            guard place < 2 else { return nil }
            value |= UInt64(magnitude.limbs[index]) << UInt64(32 * place)
        }
        if isNegative {
            return value > 1 << 63 ? nil : Int64(truncatingIfNeeded: 0 &- value)
        }
        return Int64(exactly: value)
    }

    /// The sum, rounded to the nearest double; infinite if none is near.
    var double: Double {
        let (magnitude, isNegative) = parts()
        return isNegative ? -magnitude.rounded() : magnitude.rounded()
    }

    /// The sum divided by the number of its numbers, rounded once; nil if there are none.
    public var mean: Double? {
        guard count > 0 else { return nil }
        if let decimals { return decimals.mean(of: count).double }
        let (magnitude, isNegative) = parts()
        let mean = magnitude.divided(by: UInt64(count)).rounded()
        return isNegative ? -mean : mean
    }

    /// The mean as a value: a double, or the text of a decimal, rounded once to 38 digits; nil if there are no numbers.
    public var meanValue: Value? {
        guard let decimals, count > 0 else { return mean.map(Value.double) }
        return .some(.string(decimals.mean(of: count).description))
    }

    /// The sum as a value: an integer if all its numbers are.
    ///
    /// - Returns: an integer, a double or the text of a decimal; 0 for no numbers.
    /// - Throws: ``QueryError`` if it fits neither 64 bits nor a double, or no decimal.
    public func value() throws(QueryError) -> Value {
        if let decimals {
            let sum = decimals.number
            if sum.isRepresentable { return .string(sum.description) }
            throw QueryError(
                reason: .overflow,
                message: "The sum of the decimals has more digits than a decimal can hold.")
        }
        if isInteger {
            if let integer { return .integer(integer) }
        } else {
            let double = double
            if double.isFinite { return .double(double) }
        }
        throw QueryError(
            reason: .overflow,
            message: isInteger
                ? "The sum of the integers does not fit 64 bits; sum doubles, or fewer records."
                : "The sum is beyond what a double can hold.")
    }

    private func parts() -> (magnitude: ExactMagnitude, isNegative: Bool) {
        var copy = self
        copy.carry()
        let isNegative = (copy.limbs.last ?? 0) < 0
        if isNegative {
            for index in copy.limbs.indices { copy.limbs[index] = -copy.limbs[index] }
            copy.carry()
        }
        let limbs = copy.limbs.map { UInt32(truncatingIfNeeded: $0) }
        return (ExactMagnitude(limbs: limbs, first: copy.first, isInexact: false), isNegative)
    }
}
