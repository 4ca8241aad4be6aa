import StoreCore
import StoreTesting
import Testing

@Suite struct `The limit of causes` {
    /// Inserts a record that this many causes have led to, `a` and `b` by turns.
    private func insert(_ depot: Depot, behind count: Int) async throws {
        var cause: Causation?
        for number in 0..<count { cause = Causation(number % 2 == 0 ? "a" : "b", cause: cause) }
        let last = try #require(cause)
        try await last.run { _ = try await depot.items.insert(Depot.record("k\(count)")) }
    }

    @Test func `a write that more causes have led to is refused, with the circle once`()
        async throws
    {
        let depot = try await Depot([.causes(max: 10)])
        try await insert(depot, behind: 10)
        await #expect(throws: StoreError(.doesNotSettle("a → b → a"))) {
            try await insert(depot, behind: 11)
        }
        await #expect(throws: StoreError(.doesNotSettle("a → b → a"))) {
            try await insert(depot, behind: 12)
        }
        #expect(try depot.keys == ["k10"])
    }

    @Test func `by default there may be 1 000`() async throws {
        let depot = try await Depot()
        try await insert(depot, behind: 1_000)
        await #expect(throws: StoreError(.doesNotSettle("a → b → a"))) {
            try await insert(depot, behind: 1_001)
        }
    }

    @Test func `a line without a circle is told by its last causes`() async throws {
        let depot = try await Depot([.causes(max: 9)])
        let line: Causation? = (0..<10).reduce(nil) { Causation("\($1)", cause: $0) }
        await #expect(throws: StoreError(.doesNotSettle("… → 2 → 3 → 4 → 5 → 6 → 7 → 8 → 9"))) {
            try await line?.run { _ = try await depot.items.insert(Depot.record("k")) }
        }
    }

    @Test func `every way to write has the limit`() async throws {
        let depot = try await Depot.filled("a", [.causes(max: 1)])
        let cause = Causation("a", cause: Causation("a"))
        let refusal = StoreError(.doesNotSettle("a → a"))
        await #expect(throws: refusal) {
            try await cause.run { try await depot.store.write { _ in } }
        }
        await #expect(throws: refusal) {
            try await cause.run { try await depot.store.dropBucket("items") }
        }
        let draft = try depot.store.draft()
        await #expect(throws: refusal) {
            _ = try await cause.run { try await depot.store.commit(draft) }
        }
        await #expect(throws: refusal) {
            _ = try await cause.run { try await depot.store.commit(WriteBatch()) }
        }
    }

    @Test func `settling tells of it once, if nobody has been told before`() async throws {
        let depot = try await Depot([.causes(max: 1)])
        _ = try? await insert(depot, behind: 5)
        await #expect(throws: StoreError.self) { try await depot.store.settle() }
        try await depot.store.settle()
    }
}
