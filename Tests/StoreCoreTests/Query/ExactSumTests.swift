import StoreTesting
import Testing

@testable import StoreCore

@Suite struct `Exact sums` {
    private func sum(_ numbers: some Sequence<Double>) -> ExactSum {
        var sum = ExactSum()
        for number in numbers { sum.add(number) }
        return sum
    }

    static let sums: [([Double], Double)] = [
        ([0.1, 0.2, 0.3], 0.6), ([1e16, 1, -1e16], 1), ([1e308, 1e308, -1e308], 1e308),
        ([1, 1e100, 1, -1e100], 2), ([0x1p-1074, 0x1p-1074], 0x1p-1073), ([-0.0], 0), ([], 0),
        ([1, 0x1p-53], 1), ([1, 0x1p-53, 0x1p-105], 1 + 0x1p-52),
        ([1 + 0x1p-52, 0x1p-53], 1 + 0x1p-51),
        ([0x1p-1022, -0x1p-1074], 0x1p-1022 - 0x1p-1074), ([-0.1, -0.2, -0.3], -0.6),
        ([.greatestFiniteMagnitude, .greatestFiniteMagnitude], .infinity),
    ]

    @Test(arguments: sums)
    func `are rounded once`(numbers: [Double], expected: Double) {
        #expect(sum(numbers).double == expected)
        #expect(sum(numbers.reversed()).double == expected)
    }

    static let means: [([Double], Double)] = [
        ([1.0, 2], 1.5), ([0.1, 0.1, 0.1], 0.1), ([0x1p-1074, 0], 0),
        ([0x1p-1074, 0x1p-1073], 0x1p-1073),
        ([.greatestFiniteMagnitude, .greatestFiniteMagnitude], .greatestFiniteMagnitude),
        ([-1, 0, 0], -1.0 / 3), ([1, 1, -1], 1.0 / 3),
    ]

    @Test(arguments: means)
    func `have a mean that is rounded once`(numbers: [Double], expected: Double) {
        #expect(sum(numbers).mean == expected)
    }

    @Test func `of integers are exact up to 64 bits`() {
        var sum = ExactSum()
        #expect(sum.integer == 0)
        for integer in [Int64.max, .max, .min, .min, 1] { sum.add(integer) }
        #expect(sum.integer == -1)
        sum.add(Int64.min)
        #expect(sum.integer == nil)
        sum.add(Int64(1))
        #expect(sum.integer == .min)
        #expect(sum.isInteger)
        #expect(sum.count == 7)
    }

    @Test func `leave no trace of what was subtracted`() {
        var generator = SeededRandom(7)
        var sum = ExactSum()
        var kept: [Value] = []
        var gone: [Value] = []
        for step in 0..<4_000 {
            let value: Value =
                step % 3 == 0
                ? .integer(Int64(truncatingIfNeeded: generator.next()))
                : .double(generator.double())
            sum.add(value)
            if generator.next() % 2 == 0 { kept.append(value) } else { gone.append(value) }
        }
        for value in gone.shuffled(using: &generator) { sum.subtract(value) }
        var expected = ExactSum()
        for value in kept { expected.add(value) }
        #expect(sum.double == expected.double)
        #expect(sum.mean == expected.mean)
        #expect(sum.count == expected.count)
        for value in kept { sum.subtract(value) }
        #expect(sum.count == 0 && sum.integer == 0 && sum.isInteger && sum.mean == nil)
    }

    @Test func `are sums of integers again once every double was subtracted`() throws {
        var sum = ExactSum()
        for value: Value in [0.5, 3, -0.5, 0x1p-1074, -4] { sum.add(value) }
        for value: Value in [0.5, -0.5, 0x1p-1074] { sum.subtract(value) }
        #expect(sum.isInteger)
        #expect(sum.integer == -1)
        #expect(try sum.value() == -1)
    }

    /// Multiples of 2^-20 are integers of 128 bits, which have nothing to round.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `of numbers that come and go equal those from scratch, bit for bit`(seed: UInt64) throws {
        var generator = SeededRandom(seed << 32)
        var sum = ExactSum()
        var kept: [(value: Value, units: Int128)] = []
        for step in 0..<600 {
            // It grows and shrinks to nothing again and again.
            let shrinks = (step / 60) % 2 == 1
            if let some = kept.indices.randomElement(using: &generator),
                Int.random(in: 0..<10, using: &generator) < (shrinks ? 9 : 2)
            {
                sum.subtract(kept.remove(at: some).value)
            } else {
                let number = number(&generator)
                sum.add(number.value)
                kept.append(number)
            }
            var scratch = ExactSum()
            for (value, _) in kept { scratch.add(value) }
            let total = kept.reduce(0) { $0 + $1.units }
            #expect(sum.count == kept.count)
            #expect(sum.double.bitPattern == scratch.double.bitPattern)
            #expect(sum.double == Double(total) * 0x1p-20)
            #expect(sum.mean?.bitPattern == scratch.mean?.bitPattern)
            let isInteger = kept.allSatisfy { $0.value.typeName == "integer" }
            #expect(sum.isInteger == isInteger)
            #expect(sum.integer == (isInteger ? Int64(exactly: total >> 20) : nil))
        }
    }

    private func number(_ generator: inout SeededRandom) -> (value: Value, units: Int128) {
        let word = Int64(truncatingIfNeeded: generator.next())
        switch generator.next() % 5 {
        case 0: return (.integer(word), Int128(word) << 20)
        case 1: return (.integer(word >> 50), Int128(word >> 50) << 20)
        case 2: return (.double(Double(word >> 12) * 0x1p-20), Int128(word >> 12))
        case 3: return (.double(Double(word >> 58) / 2), Int128(word >> 58) << 19)
        default: return (.double(Double(word >> 50)), Int128(word >> 50) << 20)
        }
    }

    @Test func `do not depend on order or on how they are merged`() {
        var generator = SeededRandom(11)
        let numbers = (0..<3_000).map { _ in generator.double() }
        let whole = sum(numbers)
        for _ in 0..<5 {
            let shuffled = numbers.shuffled(using: &generator)
            var merged = sum(shuffled.prefix(1_234))
            merged.add(sum(shuffled.dropFirst(1_234)))
            #expect(merged.double == whole.double)
            merged.subtract(sum(shuffled.suffix(500)))
            #expect(merged.double == sum(shuffled.dropLast(500)).double)
        }
    }

    @Test func `agree with integers where those are exact`() {
        var generator = SeededRandom(3)
        var total: Int64 = 0
        var sum = ExactSum()
        for _ in 0..<10_000 {
            let units = Int64(truncatingIfNeeded: generator.next()) >> 24
            total += units
            sum.add(Double(units) / 1_024)
        }
        #expect(sum.double == Double(total) / 1_024)
    }
}

extension SeededRandom {
    /// A finite double of any size.
    fileprivate mutating func double() -> Double {
        let double = Double(bitPattern: next())
        return double.isFinite ? double / 1e10 : 1
    }
}
