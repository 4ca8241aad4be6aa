import StoreCore
import StoreTesting
import Testing

@Suite struct `Commit history` {
    private func positions(
        _ store: Store, after position: UInt64, limit: Int = .max
    ) async throws -> [UInt64] {
        try await store.history.commits(after: Position(position), limit: limit).map(
            \.position.value)
    }

    @Test func `past commits are kept, in order`() async throws {
        let depot = try await Depot.filled("abc")
        #expect(try await positions(depot.store, after: 0) == [1, 2, 3, 4])
        #expect(try await positions(depot.store, after: 2) == [3, 4])
        #expect(try await positions(depot.store, after: 1, limit: 2) == [2, 3])
    }

    @Test(arguments: [4, 5, 1_000, .max]) func `nothing comes after the last commit`(
        position: UInt64
    ) async throws {
        let depot = try await Depot.filled("abc")
        #expect(try await positions(depot.store, after: position).isEmpty)
    }

    @Test(arguments: [0, -1, Int.min]) func `a limit of none gives none`(limit: Int) async throws {
        let depot = try await Depot.filled("abc")
        #expect(try await positions(depot.store, after: 0, limit: limit).isEmpty)
    }

    @Test func `more commits than the limit fall out at the far end`() async throws {
        let depot = try await Depot.filled("abcdefgh", [.history(commits: 3)])
        #expect(try await positions(depot.store, after: 6) == [7, 8, 9])
        await #expect(throws: StoreError(.positionUnavailable(Position(5)))) {
            try await positions(depot.store, after: 5)
        }
    }

    @Test func `more bytes than the limit fall out at the far end`() async throws {
        let depot = try await Depot([.history(commits: 1_000, bytes: 20_000)])
        for number in 0..<20 {
            try await depot.items.insert(
                ["id": .string("\(number)"), "name": .string(String(repeating: "x", count: 3_000))])
        }
        await #expect(throws: StoreError.self) { try await positions(depot.store, after: 0) }
        let kept = try await positions(depot.store, after: 17)
        #expect(kept == [18, 19, 20, 21])
        let commits = try await depot.store.history.commits(after: Position(17), limit: .max)
        #expect(commits.allSatisfy { $0.byteCount > 3_000 && $0.byteCount < 5_000 })
    }

    @Test func `a commit larger than the limit is not kept, and those before it fall out`()
        async throws
    {
        let depot = try await Depot.filled("a", [.history(commits: 10, bytes: 8_000)])
        try await depot.items.insert(
            ["id": "big", "name": .string(String(repeating: "x", count: 10_000))])
        await #expect(throws: StoreError(.positionUnavailable(Position(2)))) {
            try await positions(depot.store, after: 2)
        }
        try await depot.items.insert(Depot.record("b"))
        #expect(try await positions(depot.store, after: 3) == [4])
    }

    @Test(arguments: [0, -1]) func `a history of no commits keeps none`(count: Int) async throws {
        let depot = try await Depot.filled("a", [.history(commits: count)])
        await #expect(throws: StoreError(.positionUnavailable(Position(1)))) {
            try await positions(depot.store, after: 1)
        }
        #expect(try await positions(depot.store, after: 2).isEmpty)
    }

    @Test func `a history may be bounded by bytes alone`() async throws {
        let depot = try await Depot([.history(commits: .max)])
        for number in 0..<3_000 { try await depot.items.insert(Depot.record("k\(number)")) }
        #expect(try await positions(depot.store, after: 0) == (1...3_001).map { UInt64($0) })
    }

    @Test func `everything is durable at once where nothing is`() async throws {
        let depot = try await Depot.filled("a")
        #expect(depot.store.history.durablePosition == Position(2))
        #expect(!depot.store.history.isAwaited)
        try await depot.store.history.waitUntilDurable(Position(2))
    }

    @Test func `a history of one's own takes the ring's place`() async throws {
        let history = OwnHistory()
        let depot = try await Depot.filled("ab", [StoreOption { $0.history = history }])
        #expect(history.journal.lines == ["1", "durable 1", "2", "durable 2", "3", "durable 3"])
        #expect(depot.store.history.durablePosition == Position(99))
    }

    @Test func `a write whose durability is unknown says so, and has happened`() async throws {
        let history = OwnHistory()
        let depot = try await Depot.filled("a", [StoreOption { $0.history = history }])
        history.fails.note("from now on")
        await #expect(throws: StoreError(.outcomeUnknown(Position(3)))) {
            try await depot.items.insert(Depot.record("b"))
        }
        #expect(try depot.keys == ["a", "b"])
    }
}

/// A history that keeps nothing and promises durability.
private final class OwnHistory: CommitHistory {
    let journal = Journal()
    let fails = Journal()

    func commits(after position: Position, limit: Int) async throws -> [Commit] {
        throw StoreError(.positionUnavailable(position))
    }
    var durablePosition: Position { Position(99) }
    var isAwaited: Bool { true }
    func waitUntilDurable(_ position: Position) async throws {
        if !fails.lines.isEmpty { throw StoreError(.outcomeUnknown(position)) }
        journal.note("durable \(position)")
    }
    func append(_ commit: Commit) { journal.note("\(commit.position)") }
}
