import StoreCore
import StoreTTL
import StoreTesting
import StoreTransactions
import Testing

/// What moves a deadline moves nothing else.
@Suite struct `A touch` {
    /// Every way to move a deadline.
    private static let touches: [@Sendable (DynamicBucket) async throws -> Void] = [
        { try await $0.touch("a") },
        { try await $0.touch("a", expiresIn: .seconds(90)) },
        { try await $0.persist("a") },
        { try await $0.setDeadline("a", .distantFuture) },
        {
            var batch = WriteBatch()
            try batch.touch("a", in: $0)
            try await $0.store.commit(batch)
        },
        {
            var batch = WriteBatch()
            batch.persist("a", in: $0)
            try await $0.store.commit(batch)
        },
        { items in try await items.store.write { tx in _ = try tx[items].touch("a") } },
        { items in
            try await items.store.write { tx in
                try tx[items].touch("a")
                try tx[items].persist("a")
            }
        },
        { items in try await items.store.transaction { tx in _ = try tx[items].touch("a") } },
        { items in
            try await items.store.transaction { tx in
                try tx[items].persist("a")
                try tx[items].touch("a", expiresIn: .seconds(70))
            }
        },
        { items in
            _ = try items.get("a")
            try await items.store.settle()
        },
    ]

    /// A larder with one record that is ten seconds old.
    private func larder() async throws -> (Larder, Record) {
        let larder = try await Larder(.slidingTTL("60s"))
        try await larder.insert("a")
        let record = try #require(try larder.store.snapshot().bucket("items").get("a"))
        larder.clock.advance(by: .seconds(10))
        return (larder, record)
    }

    @Test(arguments: touches.indices)
    func `keeps version and time of a record that it prolongs`(index: Int) async throws {
        let (larder, old) = try await larder()
        try await Self.touches[index](larder.items)
        let new = try #require(try larder.items.get("a"))
        #expect(new.version == 1)
        #expect(new.createdAt == old.createdAt)
        #expect(new.updatedAt == old.updatedAt)
        #expect(new.expiresAt != old.expiresAt)
        let change = try #require(larder.recorder.changes.last)
        #expect(change.kind == .updated)
        #expect(change.reason == .touched)
        #expect(change.old?.expiresAt == old.expiresAt)
        #expect(change.new?.expiresAt == new.expiresAt)
    }

    @Test(arguments: touches.indices)
    func `lets a write go through that expects the version`(index: Int) async throws {
        let (larder, old) = try await larder()
        try await Self.touches[index](larder.items)
        try await larder.store.commit(
            WriteBatch(), requiring: [.version(old.version, of: "a", in: larder.items)])
        let new = try await larder.items.update("a", ["n": 1], ifVersion: old.version)
        #expect(new.version == 2)
        #expect(new.updatedAt == larder.clock.now)
    }

    @Test(arguments: [false, true])
    func `beside an update leaves the update's version and time`(isFirst: Bool) async throws {
        let (larder, _) = try await larder()
        try await larder.store.write { tx in
            let items = try tx[larder.items]
            if isFirst { try items.persist("a") }
            try items.update("a", ["n": 1])
            if !isFirst { try items.persist("a") }
        }
        let written = try #require(try larder.items.get("a"))
        #expect(written.version == 2)
        #expect(written.updatedAt == larder.clock.now)
        #expect(written.expiresAt == nil)
        try await larder.store.transaction { tx in
            let items = try tx[larder.items]
            if isFirst { try items.touch("a") }
            try items.update("a", ["n": 2])
            if !isFirst { try items.touch("a") }
            larder.clock.advance(by: .seconds(1))
        }
        let transacted = try #require(try larder.items.get("a"))
        #expect(transacted.version == 3)
        #expect(transacted.updatedAt == larder.clock.now)
    }

    @Test func `beside an insertion leaves a new record`() async throws {
        let (larder, _) = try await larder()
        try await larder.store.transaction { tx in
            try tx[larder.items].insert(["id": "b"])
            try tx[larder.items].persist("b")
            larder.clock.advance(by: .seconds(1))
        }
        let record = try #require(try larder.items.get("b"))
        #expect(record.version == 1)
        #expect(record.createdAt == larder.clock.now)
        #expect(record.updatedAt == larder.clock.now)
    }

    @Test func `is a difference between snapshots, also over a new definition`() async throws {
        let (larder, old) = try await larder()
        let before = try larder.store.snapshot()
        try await larder.items.persist("a")
        #expect(before.difference(to: try larder.store.snapshot()).map(\.key) == ["a"])
        try await larder.store.updateBucket("items", adding: ["tag": .string()])
        let changes = before.difference(to: try larder.store.snapshot())
        #expect(changes.map(\.key) == ["a"])
        #expect(changes.map { $0.old?.expiresAt } == [old.expiresAt])
        #expect(changes.map { $0.new?.expiresAt } == [nil])
    }
}
