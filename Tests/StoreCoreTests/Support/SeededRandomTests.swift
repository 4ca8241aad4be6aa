import StoreTesting
import Testing

@Suite struct `Seeded random numbers` {
    @Test func `are the same in every run and on every platform`() {
        var random = SeededRandom(42)
        let numbers = (0..<3).map { _ in random.next() }
        #expect(
            numbers == [0x002B_BF27_E0ED_1B6D, 0x35BD_607F_1E4A_1432, 0xEE23_C58C_C160_491D])
    }

    @Test(arguments: [1, 2, 7, 1_000, .max]) func `stay below their bound`(bound: Int) {
        var random = SeededRandom(UInt64(bound))
        #expect((0..<1_000).allSatisfy { _ in (0..<bound).contains(random.below(bound)) })
    }

    @Test func `reach every choice, and about equally often`() {
        var random = SeededRandom(1)
        var counts = [0, 0, 0, 0]
        for _ in 0..<4_000 { counts[random.pick([0, 1, 2, 3])] += 1 }
        #expect(counts.allSatisfy { (850...1_150).contains($0) })
    }

    @Test func `are true once in so many times`() {
        var random = SeededRandom(2)
        let count = (0..<4_000).count(where: { _ in random.once(in: 4) })
        #expect((850...1_150).contains(count))
        #expect((0..<100).allSatisfy { _ in random.once(in: 1) })
    }
}
