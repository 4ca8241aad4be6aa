import StoreCore
import Synchronization
import Testing

@Suite struct `A stranger's log` {
    let disk = ToyDisk()
    let clock = ToyClock()

    private static let schema: BucketSchema = [
        "id": .integer(generated: .autoincrement), "name": .string(required: true),
        "code": .string(unique: true), "since": .date,
    ]

    private func open(_ disk: ToyDisk? = nil) async throws -> Store {
        try await Store.start("logged", .clock(clock), .toyLog(disk ?? self.disk))
    }

    @discardableResult
    private func people(
        _ store: Store, indexes: [IndexDefinition] = ["name"]
    ) async throws -> DynamicBucket {
        try await store.defineBucket("people", key: "id", schema: Self.schema, indexes: indexes)
    }

    /// Three people, of whom one has changed and one is gone; `x` would have been a fourth.
    private func fill() async throws -> Store {
        let store = try await open()
        let people = try await people(store)
        for name in ["ann", "bob", "cid"] {
            try await people.insert([
                "name": .string(name), "code": .string(name), "since": .date(clock.now),
            ])
            clock.advance(by: .seconds(1))
        }
        try await people.update(1, ["note": ["undeclared": [1, 2.5, true, nil]]])
        try await people.setDeadline(1, clock.now + .seconds(60))
        try await people.delete(3)
        return store
    }

    @Test func `a new store has the records, with versions, times and deadlines`() async throws {
        let old = try await fill()
        let before = try old.bucket("people").all()
        let position = old.position
        await old.stop()
        let store = try await open()
        #expect(store.position == position)
        #expect(store.buckets.isEmpty)
        let after = try await people(store).all()
        #expect(after == before)
        // A deadline changes no version.
        #expect(after.map(\.version) == [2, 1])
        #expect(after.map(\.createdAt) == before.map(\.createdAt))
        #expect(after.map(\.updatedAt) == before.map(\.updatedAt))
        #expect(after.map(\.expiresAt) == before.map(\.expiresAt))
        #expect(after.map { RestoredRecord($0).row } == before.map { RestoredRecord($0).row })
    }

    @Test func `a new store is the same one, if the old one has ended properly`() async throws {
        let old = try await fill()
        await old.stop()
        let store = try await open()
        #expect(store.identity == old.identity)
        #expect(try await open(ToyDisk()).identity.id != old.identity.id)
    }

    @Test func `commits that were seen and are lost are told apart from those in their places`()
        async throws
    {
        let old = try await fill()
        let kept = old.position
        disk.breakDown()
        let lost = StoreError(.outcomeUnknown(kept.next))
        await #expect(throws: lost) { try await old.bucket("people").insert(["name": "eve"]) }
        await old.stop()
        disk.repair()
        let store = try await open()
        #expect(store.position == kept)
        #expect(store.identity.id == old.identity.id)
        #expect(store.identity.contains(kept, in: old.identity.incarnation))
        #expect(!store.identity.contains(kept.next, in: old.identity.incarnation))
        #expect(store.identity.contains(kept.next, in: store.identity.incarnation))
    }

    @Test func `defining a bucket binds to what is there, without a commit`() async throws {
        _ = try await fill()
        let store = try await open()
        let position = store.position
        let people = try await people(store)
        #expect(store.position == position)
        #expect(try people.where(["name": "bob"]).first()?.key == 2)
        await #expect(throws: UniqueConstraintError.self) {
            try await people.insert(["name": "eve", "code": "ann"])
        }
    }

    @Test func `another definition binds too, and is a commit that is logged`() async throws {
        _ = try await fill()
        var store = try await open()
        let position = store.position
        try await people(store, indexes: ["since"])
        #expect(store.position == position.next)
        store = try await open()
        try await people(store, indexes: ["since"])
        #expect(store.position == position.next)
        #expect(try store.bucket("people").order(by: "since").first()?.key == 1)
    }

    @Test func `positions, rows and generated values go on where they were`() async throws {
        let old = try await fill()
        let last = old.position
        let store = try await open()
        let record = try await people(store).insert(["name": "dan"])
        #expect(store.position == last.next)
        // Generated values leave gaps, but none is given twice: 3 was, to the one who is gone.
        #expect(record.key > 3)
        #expect(RestoredRecord(record).row == 4)
        #expect(try store.bucket("people").all().map(\.key) == [1, 2, record.key])
    }

    @Test func `a changed definition is replayed with what it did to the records`() async throws {
        let old = try await fill()
        try await old.updateBucket(
            "people", adding: ["note": .object, "level": .integer(default: 1)], removing: ["since"],
            addingIndexes: ["level"])
        let people = try old.bucket("people")
        try await people.update(2, ["level": 7])
        let store = try await open()
        let definition = people.definition
        let again = try await store.defineBucket(
            "people", key: definition.key, schema: definition.schema, indexes: definition.indexes)
        #expect(store.position == old.position)
        #expect(again.definition == definition)
        #expect(try again.all() == people.all())
        #expect(try again.where(["level": 1]).all().map(\.key) == [1])
    }

    @Test func `a dropped bucket stays away, and a new one of its name is another`() async throws {
        var store = try await fill()
        try await store.dropBucket("people")
        store = try await open()
        #expect(try await people(store).count() == 0)
        #expect(try store.bucket("people").reference.generation == 2)
        store = try await open()
        #expect(try await people(store).reference.generation == 2)
    }

    @Test func `a write is durable when it returns`() async throws {
        let store = try await fill()
        #expect(store.history.durablePosition == store.position)
        #expect(disk.lines.count == Int(store.position.value))
    }

    @Test func `a full disk refuses before anything has happened`() async throws {
        let disk = ToyDisk(bytesMax: 2_000)
        let store = try await open(disk)
        let people = try await people(store)
        let position = store.position
        let free = disk.bytesMax - disk.bytes
        let long = String(repeating: "x", count: 2_000)
        await #expect(throws: ToyDiskFull(bytesFree: free)) {
            try await people.insert(["name": .string(long)])
        }
        #expect(store.position == position)
        #expect(try people.count() == 0)
        // Nothing stays reserved.
        try await people.insert(["name": "short"])
        #expect(store.health.isHealthy)
    }

    @Test func `what a later gate refuses gives its room back`() async throws {
        final class Closed: CommitGate {
            struct Refusal: Error {}
            func admit(_ proposal: Commit) throws { throw Refusal() }
        }
        let disk = ToyDisk(bytesMax: 2_000)
        let store = try await open(disk)
        let people = try await people(store)
        let log = try #require(store.component(named: "toy-log") as? ToyLog)
        try await store.add(Closed())
        for _ in 0..<100 {
            await #expect(throws: Closed.Refusal.self) { try await people.insert(["name": "ann"]) }
        }
        #expect(log.health == .healthy)
        #expect(store.history.durablePosition == store.position)
    }

    @Test func `a failed write poisons the store: reads go on, writes throw`() async throws {
        let store = try await fill()
        let people = try store.bucket("people")
        disk.breakDown()
        let next = store.position.next
        await #expect(throws: StoreError(.outcomeUnknown(next))) {
            try await people.insert(["name": "dan"])
        }
        disk.repair()
        await #expect(throws: StoreError(.poisoned)) { try await people.insert(["name": "eve"]) }
        await #expect(throws: StoreError(.poisoned)) { try await store.write { _ in } }
        #expect(try people.where(["name": "bob"]).count() == 1)
        #expect(store.health.state == .readOnly)
        #expect(
            store.health.components[0].health == .failed("the disk has failed; reopen the store"))
        let reopened = try await open()
        #expect(reopened.position.value == next.value - 1)
    }

    @Test func `a failure under an exclusive turn, or behind one, poisons too`() async throws {
        let store = try await fill()
        let people = try store.bucket("people")
        disk.breakDown()
        await #expect(throws: StoreError.self) {
            try await store.exclusively { try await people.insert(["name": "dan"]) }
        }
        #expect(store.health.state == .readOnly)
        await store.stop()
        #expect(store.health.state == .stopped)
    }

    @Test func `the log serves a feed`() async throws {
        let store = try await fill()
        let topics = Topics()
        try await store.addComponent(ToyFeed(after: Position(1)) { topics.note($0.topic) })
        try await store.settle()
        #expect(topics.noted.count == 6)
        #expect(topics.noted.last == "people.deleted")
    }
}

private final class Topics: Sendable {
    private let state = Mutex<[String]>([])
    func note(_ topic: String) { state.withLock { $0.append(topic) } }
    var noted: [String] { state.withLock { $0 } }
}
