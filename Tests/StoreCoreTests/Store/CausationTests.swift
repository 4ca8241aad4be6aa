import StoreCore
import Testing

@Suite struct `Lines of causes` {
    private func line(_ count: Int) -> Causation? {
        (0..<count).reduce(nil) {
            Causation("cause \($1)", position: Position(UInt64($1)), cause: $0)
        }
    }

    @Test(arguments: [1, 2, 64, 65]) func `a short line is kept whole`(count: Int) {
        let chain = line(count)?.chain ?? []
        #expect(chain.map(\.label) == (0..<count).reversed().map { "cause \($0)" })
    }

    @Test(arguments: [66, 128, 129, 130, 193, 194, 1_000, 100_000])
    func `of a long line the newest 64 and the first are kept`(count: Int) {
        let chain = line(count)?.chain ?? []
        let newest = (count - 64..<count).reversed().map { "cause \($0)" }
        #expect(chain.map(\.label) == newest + ["cause 0"])
        #expect(chain.map(\.position).last == .some(Position(0)))
    }

    @Test func `what has given way is let go`() throws {
        weak var early: Causation?
        var last: Causation?
        for number in 0..<1_000 {
            last = Causation("cause \(number)", cause: last)
            if number == 100 { early = last }
        }
        #expect(early == nil)
        var links = 0
        var next = last
        while let each = next {
            links += 1
            next = each.cause
        }
        #expect(links <= 130)
        last = nil
    }

    @Test func `a line whose branches share their beginning stays as it was`() throws {
        let trunk = try #require(line(128))
        let before = trunk.chain.map(\.label)
        let branch = Causation("branch", cause: trunk)
        #expect(trunk.chain.map(\.label) == before)
        #expect(branch.chain.prefix(2).map(\.label) == ["branch", "cause 127"])
        #expect(branch.chain.count == 65)
    }
}
