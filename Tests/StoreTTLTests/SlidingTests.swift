import StoreCore
import StoreTTL
import StoreTesting
import Testing

@Suite struct `A sliding lifetime` {
    @Test func `is prolonged by reads, from when they happened on`() async throws {
        let larder = try await Larder(.slidingTTL("60s"))
        try await larder.insert("a", "b")
        larder.clock.advance(by: .seconds(40))
        _ = try larder.items.get("a")
        #expect(try larder.items.ttl(of: "a") == .seconds(20))
        larder.clock.advance(by: .seconds(19))
        try await larder.store.settle()
        #expect(try larder.items.ttl(of: "a") == .seconds(41))
        larder.clock.advance(by: .seconds(1))
        try await larder.store.settle()
        #expect(try larder.keys == ["a"])
        #expect(larder.departures == ["-b expired"])
    }

    @Test func `is prolonged by the sweeper itself, once for all that were read`() async throws {
        let larder = try await Larder(.slidingTTL("60s"))
        try await larder.items.insertMany((0..<10).map { ["id": .string("\($0)")] })
        larder.clock.advance(by: .seconds(30))
        for key in 0..<10 { _ = try larder.items.get("\(key)") }
        await larder.until { larder.clock.sleeperCount == 1 }
        larder.clock.advance(by: .seconds(29))
        await larder.until { larder.statistic("prolonged") == 10 }
        let commit = try #require(larder.recorder.commits.last)
        #expect(commit.records.count == 10)
        #expect(commit.records.allSatisfy { $0.reason == .touched })
        #expect(try larder.items.ttl(of: "3") == .seconds(31))
    }

    @Test func `lives on in a test that reads, settles and lets time pass`() async throws {
        let larder = try await Larder(.slidingTTL("30m"))
        try await larder.insert("a", "b")
        larder.clock.advance(by: .minutes(20))
        #expect(try larder.items.get("a") != nil)
        try await larder.store.settle()
        #expect(try larder.items.ttl(of: "a") == .minutes(30))
        #expect(try larder.items.ttl(of: "b") == .minutes(10))
        larder.clock.advance(by: .minutes(20))
        try await larder.store.settle()
        #expect(try larder.items.contains("a"))
        try await larder.store.settle()
        #expect(larder.recorder.changes.filter { $0.reason == .touched }.map(\.key) == ["a", "a"])
        larder.clock.advance(by: .minutes(30))
        try await larder.store.settle()
        #expect(larder.departures == ["-b expired", "-a expired"])
    }

    /// An observer that reads what it is told of, which takes some time.
    private final class Reader: CommitObserver {
        let interest = CommitInterest()
        let larder: Larder

        init(_ larder: Larder) { self.larder = larder }

        func didCommit(_ commit: Commit) {
            for change in commit.records where change.kind == .updated {
                larder.clock.advance(by: .microseconds(100))
                _ = try? larder.items.get(change.key)
            }
        }
    }

    @Test func `settles beside those that read what was prolonged`() async throws {
        let larder = try await Larder(.slidingTTL("60s"))
        _ = try await larder.store.attach(Reader(larder))
        try await larder.insert("a")
        larder.clock.advance(by: .seconds(20))
        _ = try larder.items.get("a")
        try await larder.store.settle()
        #expect(larder.recorder.changes.count { $0.reason == .touched } == 1)
        await larder.store.stop()
    }

    @Test func `is prolonged by a drain for reads of an eighth of a short life`() async throws {
        let larder = try await Larder(.slidingTTL(.milliseconds(8)))
        try await larder.insert("a")
        larder.clock.advance(by: .milliseconds(1))
        _ = try larder.items.get("a")
        try await larder.store.settle()
        #expect(try larder.items.ttl(of: "a") == .milliseconds(8))
    }

    @Test func `is not prolonged by being asked for`() async throws {
        let larder = try await Larder(.slidingTTL("60s"))
        try await larder.insert("a")
        larder.clock.advance(by: .seconds(59))
        _ = try larder.items.ttl(of: "a")
        _ = try larder.items.all()
        try await larder.store.settle()
        larder.clock.advance(by: .seconds(1))
        #expect(try larder.keys == [])
    }

    @Test func `is over for a read that comes at its end`() async throws {
        let larder = try await Larder(.slidingTTL("60s"))
        try await larder.insert("a")
        larder.clock.advance(by: .seconds(60))
        #expect(try larder.items.get("a") == nil)
        try await larder.store.settle()
        #expect(larder.departures == ["-a expired"])
    }

    @Test func `ends as a touch says that comes behind the last read`() async throws {
        let larder = try await Larder(.slidingTTL("60s"))
        try await larder.insert("a")
        larder.clock.advance(by: .seconds(10))
        _ = try larder.items.get("a")
        larder.clock.advance(by: .seconds(1))
        try await larder.items.touch("a", expiresIn: .seconds(5))
        larder.clock.advance(by: .milliseconds(4_500))
        try await larder.store.settle()
        #expect(try larder.items.ttl(of: "a") == .milliseconds(500))
        larder.clock.advance(by: .milliseconds(500))
        #expect(try larder.keys == [])
    }

    @Test func `is prolonged by a read behind a touch`() async throws {
        let larder = try await Larder(.slidingTTL("60s"))
        try await larder.insert("a")
        try await larder.items.touch("a", expiresIn: .seconds(5))
        larder.clock.advance(by: .seconds(3))
        _ = try larder.items.get("a")
        larder.clock.advance(by: .milliseconds(1_500))
        try await larder.store.settle()
        #expect(try larder.items.ttl(of: "a") == .milliseconds(58_500))
    }

    @Test func `never ends for what was persisted`() async throws {
        let larder = try await Larder(.slidingTTL("60s"))
        try await larder.insert("a")
        try await larder.items.persist("a")
        _ = try larder.items.get("a")
        larder.clock.advance(by: .days(1))
        try await larder.store.settle()
        #expect(try larder.items.ttl(of: "a") == nil)
    }
}
