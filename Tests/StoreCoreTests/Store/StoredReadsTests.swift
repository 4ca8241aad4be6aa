import StoreCore
import StoreTesting
import Testing

/// What expiry and limits read: records by deadline and by age, overdue ones included.
@Suite struct `Reads of what is stored` {
    /// Records `a` to `e`, which end in 5, 4, 3 seconds, never, and in 3 seconds.
    private func depot() async throws -> Depot {
        let depot = try await Depot.filled("abcde")
        for (key, seconds) in [("a", 5), ("b", 4), ("c", 3), ("e", 3)] {
            try await depot.items.setDeadline(key, depot.clock.now + .seconds(seconds))
        }
        return depot
    }

    @Test func `find what ends through an instant, that included, the earliest first`()
        async throws
    {
        let depot = try await depot()
        let start = depot.clock.now
        func keys(_ seconds: Duration) throws -> [Key] {
            try depot.items.expiring(through: start + seconds).map(\.key)
        }
        #expect(try keys(.seconds(3) - .microseconds(1)) == [])
        #expect(try keys(.seconds(3)) == ["c", "e"])
        #expect(try keys(.seconds(4)) == ["c", "e", "b"])
        #expect(try keys(.seconds(99)) == ["c", "e", "b", "a"])
        #expect(
            try depot.items.expiring(through: .distantFuture).map(\.key) == ["c", "e", "b", "a"])
    }

    @Test(arguments: [(0, 0), (1, 1), (3, 3), (9, 4)])
    func `find no more than was asked for`(limit: Int, count: Int) async throws {
        let depot = try await depot()
        let end = depot.clock.now + .seconds(9)
        let found = try depot.items.expiring(through: end, limit: limit)
        #expect(found.map(\.key) == Array(["c", "e", "b", "a"].prefix(count)))
    }

    @Test func `find what is overdue, and what will be`() async throws {
        let depot = try await depot()
        let start = depot.clock.now
        depot.clock.advance(by: .seconds(3))
        #expect(try depot.items.overdue().map(\.key) == ["c", "e"])
        #expect(
            try depot.items.expiring(through: start + .seconds(4)).map(\.key) == ["c", "e", "b"])
        #expect(try depot.items.storedCount() == 5)
    }

    @Test func `find the next deadline after an instant`() async throws {
        let depot = try await depot()
        let start = depot.clock.now
        func next(_ span: Duration) throws -> Duration? {
            try depot.items.nextDeadline(after: start + span).map { start.duration(to: $0) }
        }
        #expect(try depot.items.nextDeadline() == start + .seconds(3))
        #expect(try next(.seconds(3) - .microseconds(1)) == .seconds(3))
        #expect(try next(.seconds(3)) == .seconds(4))
        #expect(try next(.seconds(4)) == .seconds(5))
        #expect(try next(.seconds(5)) == nil)
        depot.clock.advance(by: .seconds(4))
        #expect(try depot.items.nextDeadline() == start + .seconds(3))
    }

    @Test func `find no deadline where there is none`() async throws {
        let depot = try await Depot.filled("ab")
        #expect(try depot.items.nextDeadline() == nil)
        #expect(try depot.items.nextDeadline(after: depot.clock.now) == nil)
        #expect(try depot.items.expiring(through: .distantFuture) == [])
    }

    @Test func `go on behind a record that is gone`() async throws {
        let depot = try await Depot.filled("abcde")
        let first = try depot.items.oldest(limit: 2)
        #expect(first.map(\.key) == ["a", "b"])
        for key in ["b", "c"] { try await depot.items.delete(key) }
        #expect(try depot.items.oldest(limit: 2, after: first.last).map(\.key) == ["d", "e"])
        try await depot.items.insert(Depot.record("b"))
        #expect(try depot.items.oldest(limit: 9, after: first.last).map(\.key) == ["d", "e", "b"])
        let last = try depot.items.oldest(limit: 9).last
        #expect(try depot.items.oldest(limit: 1, after: last) == [])
        #expect(try depot.items.oldest(limit: 0) == [])
    }

    @Test func `are those of a snapshot, too`() async throws {
        let depot = try await depot()
        let before = try depot.store.snapshot().bucket("items")
        let first = try before.oldest(limit: 1).first
        depot.clock.advance(by: .seconds(3))
        try await depot.items.clear()
        #expect(try before.overdue() == [])
        #expect(try before.expiring(through: depot.clock.now).map(\.key) == ["c", "e"])
        #expect(try before.oldest(limit: 2, after: first).map(\.key) == ["b", "c"])
        #expect(try depot.items.oldest(limit: 2, after: first) == [])
        #expect(try depot.items.nextDeadline() == nil)
    }
}
