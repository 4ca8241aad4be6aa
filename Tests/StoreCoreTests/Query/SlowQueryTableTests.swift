import Testing

@testable import StoreCore

@Suite struct `The table of slow queries` {
    /// A query of a shape of its own that took so long.
    private func query(_ bucket: String, _ milliseconds: Int, at position: Int = 0) -> SlowQuery {
        SlowQuery(
            bucket: bucket, method: "all", order: "",
            explanation: Explanation(
                Plan(.rows, .direct, CompiledOrdering(steps: [], layout: .detached)), "all",
                examined: 0, returned: 0, in: .detached),
            duration: .milliseconds(milliseconds), position: Position(UInt64(position)),
            instant: Timestamp(microseconds: 0))
    }

    private func table(of shapes: Int, _ queries: SlowQuery...) -> [SlowQuery] {
        var table = SlowQueryTable(shapesMax: shapes)
        for query in queries { table.insert(query) }
        return table.worstFirst
    }

    @Test func `has the worst first`() {
        let found = table(of: 8, query("b", 20), query("c", 30), query("a", 10))
        #expect(found.map(\.bucket) == ["c", "b", "a"])
    }

    @Test func `keeps the worst of each shape, and counts the others`() {
        let found = table(of: 8, query("a", 5, at: 1), query("a", 9, at: 2), query("a", 3, at: 3))
        #expect(found.map(\.duration) == [.milliseconds(9)])
        #expect(found.map(\.position) == [Position(2)])
        #expect(found.map(\.count) == [3])
    }

    @Test func `has as many shapes as it may, and gives up the least for a worse one`() {
        let found = table(of: 2, query("a", 5), query("b", 7), query("c", 6), query("d", 2))
        #expect(found.map(\.bucket) == ["b", "c"])
    }

    @Test func `counts from one again what it had given up`() {
        let found = table(of: 1, query("a", 5), query("a", 5), query("b", 7), query("a", 9))
        #expect(found.map(\.bucket) == ["a"])
        #expect(found.map(\.count) == [1])
    }

    @Test func `without room keeps nothing`() {
        #expect(table(of: 0, query("a", 5)).isEmpty)
    }
}
