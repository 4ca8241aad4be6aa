import StoreCore
import StoreTesting
import Synchronization
import Testing

@Suite struct `Read marks` {
    /// A depot that keeps marks, and the marks.
    private func depot() async throws -> (Depot, ReadMarks) {
        let found = Mutex<ReadMarks?>(nil)
        let depot = try await Depot.filled(
            "ab", [],
            [
                BucketOption { $0.keepsReadMarks = true },
                .policy { context in
                    let marks = context.marks
                    found.withLock { $0 = marks }
                    return []
                },
            ])
        return (depot, try #require(found.withLock { $0 }))
    }

    private func record(_ key: String, _ depot: Depot) throws -> Record {
        try #require(try depot.store.snapshot().bucket("items").get(key))
    }

    @Test func `a read through a handle leaves the instant at which it happened`() async throws {
        let (depot, marks) = try await depot()
        depot.clock.advance(by: .seconds(3))
        _ = try depot.items.get("a")
        #expect(marks.lastRead(try record("a", depot)) == depot.clock.now)
        #expect(marks.lastRead(try record("b", depot)) == nil)
    }

    @Test func `a later read replaces the mark`() async throws {
        let (depot, marks) = try await depot()
        _ = try depot.items.get("a")
        depot.clock.advance(by: .seconds(3))
        _ = try depot.items.contains("a")
        #expect(marks.lastRead(try record("a", depot)) == depot.clock.now)
    }

    @Test func `reads of snapshots leave none`() async throws {
        let (depot, marks) = try await depot()
        _ = try depot.store.snapshot().bucket("items").all()
        #expect(marks.lastRead(try record("a", depot)) == nil)
    }

    @Test func `marks last through updates and go with the record`() async throws {
        let (depot, marks) = try await depot()
        let old = try #require(try depot.items.get("a"))
        try await depot.items.update("a", ["rank": 1])
        #expect(marks.lastRead(try record("a", depot)) != nil)
        try await depot.items.delete("a")
        #expect(marks.lastRead(old) == nil)
    }

    @Test func `a visit is taken once, and when it was stays known`() async throws {
        let (depot, marks) = try await depot()
        let record = try record("a", depot)
        #expect(!marks.takeVisit(of: record))
        _ = try depot.items.get("a")
        let instant = depot.clock.now
        #expect(marks.takeVisit(of: record))
        #expect(!marks.takeVisit(of: record))
        #expect(marks.lastRead(record) == instant)
        depot.clock.advance(by: .seconds(1))
        _ = try depot.items.contains("a")
        #expect(marks.lastRead(record) == instant + .seconds(1))
        #expect(marks.takeVisit(of: record))
        #expect(!marks.takeVisit(of: try self.record("b", depot)))
    }

    @Test func `a read before a touch is set aside, and when it was stays known`() async throws {
        let (depot, marks) = try await depot()
        _ = try depot.items.get("a")
        let instant = depot.clock.now
        #expect(marks.lastReadSinceTouch(try record("a", depot)) == instant)
        try await depot.items.update("a", ["rank": 1])
        #expect(marks.lastReadSinceTouch(try record("a", depot)) == instant)
        depot.clock.advance(by: .seconds(1))
        try await depot.items.setDeadline("a", .distantFuture)
        #expect(marks.lastReadSinceTouch(try record("a", depot)) == nil)
        #expect(marks.lastRead(try record("a", depot)) == instant)
        #expect(marks.takeVisit(of: try record("a", depot)))
        #expect(marks.lastReadSinceTouch(try record("a", depot)) == nil)
        depot.clock.advance(by: .seconds(1))
        _ = try depot.items.contains("a")
        #expect(marks.lastReadSinceTouch(try record("a", depot)) == depot.clock.now)
        #expect(marks.lastReadSinceTouch(try record("b", depot)) == nil)
    }

    @Test func `marks change neither the position nor the record`() async throws {
        let (depot, _) = try await depot()
        let before = try await Picture(of: depot.store)
        _ = try depot.items.get("a")
        #expect(try await Picture(of: depot.store) == before)
    }

    @Test func `a bucket that asks for none has none`() async throws {
        let seen = Mutex(false)
        _ = try await Depot.filled(
            "a", [],
            [
                .policy { context in
                    let isAbsent = context.marks == nil
                    seen.withLock { $0 = isAbsent }
                    return []
                }
            ])
        #expect(seen.withLock { $0 })
    }
}
