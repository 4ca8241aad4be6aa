import StoreTesting
import TestSupport
import Testing

@testable import StoreCore

/// The tree of intervals against a list of them.
@Suite struct `Interval trees against a model` {
    private typealias Entry = (number: UInt64, interval: ValueInterval)

    @Test(arguments: Volume.seeds(few: 8, full: 40))
    func `find the same through random edits`(seed: UInt64) {
        var random = SeededRandom(seed)
        var tree = IntervalTree<UInt64>()
        var model: [Entry] = []
        for number in 1...400 as ClosedRange<UInt64> {
            // Grow and shrink by turns.
            if !model.isEmpty, random.once(in: number % 200 < 120 ? 4 : 1) {
                let gone = model.remove(at: random.below(model.count))
                tree.remove(gone.interval, number: gone.number)
            } else {
                let interval = interval(&random)
                model.append((number, interval))
                tree.insert(interval, number, number: number)
            }
            #expect(tree.count == model.count && tree.isEmpty == model.isEmpty)
            let value = value(&random)
            var found: [UInt64] = []
            tree.find(value, &found)
            let expected = model.filter { contains($0.interval, value) }.map(\.number)
            guard found.sorted() == expected.sorted() else {
                Issue.record("seed \(seed), step \(number): \(found) instead of \(expected)")
                return
            }
        }
    }

    @Test(arguments: [true, false])
    func `stay low, and lead past what lies apart`(isAscending: Bool) {
        var tree = IntervalTree<Int>()
        let order = Array(0..<10_000)
        for number in isAscending ? order : order.reversed() {
            tree.insert(disjoint(number), number, number: UInt64(number))
        }
        #expect(tree.height <= 20)
        var found: [Int] = []
        let visited = tree.find(.integer(70_007), &found)
        #expect(found == [7_000])
        #expect(visited <= 2 * tree.height + 1)
    }

    @Test func `take out what is not there without harm`() {
        var tree = IntervalTree<Int>()
        tree.remove(disjoint(1), number: 1)
        tree.insert(disjoint(1), 1, number: 1)
        tree.remove(disjoint(1), number: 2)
        tree.remove(disjoint(2), number: 1)
        #expect(tree.count == 1)
        tree.remove(disjoint(1), number: 1)
        #expect(tree.isEmpty)
    }

    private func disjoint(_ number: Int) -> ValueInterval {
        ValueInterval(
            lower: .init(value: .integer(Int64(number * 10)), isIncluded: true),
            upper: .init(value: .integer(Int64(number * 10 + 9)), isIncluded: true))
    }

    /// Few values, of several kinds, so that limits meet.
    private func value(_ random: inout SeededRandom) -> Value {
        switch random.below(8) {
        case 0: .null
        case 1: .double(Double(random.below(24)) / 2)
        case 2: .string(["", "a", "ab", "b"][random.below(4)])
        default: .integer(Int64(random.below(12)))
        }
    }

    /// Open and closed ones, without one end or both, and some that are empty.
    private func interval(_ random: inout SeededRandom) -> ValueInterval {
        func limit() -> ValueInterval.Limit? {
            random.once(in: 6)
                ? nil : .init(value: value(&random), isIncluded: random.once(in: 2))
        }
        let lower = limit()
        return ValueInterval(lower: lower, upper: limit())
    }

    private func contains(_ interval: ValueInterval, _ value: Value) -> Bool {
        if let lower = interval.lower {
            guard lower.isIncluded ? lower.value <= value : lower.value < value else {
                return false
            }
        }
        guard let upper = interval.upper else { return true }
        return upper.isIncluded ? value <= upper.value : value < upper.value
    }
}
