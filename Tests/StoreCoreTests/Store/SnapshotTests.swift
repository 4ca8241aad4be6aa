import StoreCore
import StoreTesting
import Testing

@Suite struct `Snapshots` {
    @Test func `knows its buckets as they were defined, dropped ones too`() async throws {
        let depot = try await Depot.filled("a")
        let snapshot = try depot.store.snapshot()
        try await depot.store.dropBucket("items")
        #expect(try snapshot.bucket("items").definition.schema == Depot.schema)
        #expect(try snapshot.bucket("items").definition == depot.items.definition)
    }

    @Test func `a snapshot never changes`() async throws {
        let depot = try await Depot.filled("abc")
        let snapshot = try depot.store.snapshot()
        let items = try snapshot.bucket("items")
        let before = try items.all().map { ($0.key, $0.version, $0.fields) }
        try await depot.items.updateMany(where: .all, ["rank": 99, "role": "x"])
        try await depot.items.delete("b")
        try await depot.items.insert(Depot.record("d"))
        let after = try items.all().map { ($0.key, $0.version, $0.fields) }
        #expect(after.map(\.0) == before.map(\.0))
        #expect(after.map(\.1) == before.map(\.1))
        #expect(after.map(\.2) == before.map(\.2))
        #expect(try items.where(["role": "even"]).count() == 2)
        #expect(try items.get("b") != nil)
        #expect(snapshot.position == Position(4))
    }

    @Test func `it outlives a clear, a drop and a redefinition`() async throws {
        let depot = try await Depot.filled("abc")
        let snapshot = try depot.store.snapshot()
        try await depot.items.clear()
        try await depot.store.dropBucket("items")
        _ = try await depot.store.defineBucket("items", key: "n", schema: ["n": .integer])
        let items = try snapshot.bucket("items")
        #expect(try items.count() == 3)
        #expect(items.reference == depot.items.reference)
        #expect(try items.where(["code": "code-b"]).first()?.key == "b")
    }

    @Test func `it knows the buckets of its position alone`() async throws {
        let depot = try await Depot()
        let before = try depot.store.snapshot()
        let shelf = try await depot.shelf()
        let after = try depot.store.snapshot()
        #expect(before.buckets == [depot.items.reference])
        #expect(after.buckets == [depot.items.reference, shelf.reference])
        #expect(throws: StoreError(.bucketNotDefined("shelf"))) { try before.bucket("shelf") }
        try await depot.store.dropBucket("items")
        let last = try depot.store.snapshot()
        #expect(throws: StoreError(.bucketNotDefined("items"))) { try last.bucket("items") }
        #expect(try after.bucket("items").count() == 0)
    }

    @Test func `several buckets are seen at one position`() async throws {
        let depot = try await Depot.filled("a")
        let shelf = try await depot.shelf()
        try await shelf.insert(["id": "s", "n": 0])
        try await withThrowingTaskGroup { group in
            group.addTask {
                for _ in 0..<300 {
                    var batch = WriteBatch()
                    batch.increment("a", "rank", in: depot.items)
                    batch.increment("s", "n", in: shelf)
                    try await depot.store.commit(batch)
                }
            }
            group.addTask {
                for _ in 0..<1_000 {
                    let snapshot = try depot.store.snapshot()
                    let one = try snapshot.bucket("items").get("a")?["rank"]
                    let other = try snapshot.bucket("shelf").get("s")?["n"]
                    #expect(one == other)
                    #expect(snapshot.position.value == UInt64(other?.int ?? -1) + 4)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `its instant is the one at which it was taken`() async throws {
        let depot = try await Depot()
        let snapshot = try depot.store.snapshot()
        depot.clock.advance(by: .seconds(5))
        #expect(snapshot.instant == depot.clock.now - .seconds(5))
        #expect(try depot.store.snapshot().instant == depot.clock.now)
    }

    @Test func `a bucket of a snapshot keeps the snapshot alive`() async throws {
        let depot = try await Depot.filled("ab")
        let items = try depot.store.snapshot().bucket("items")
        try await depot.items.clear()
        #expect(try items.count() == 2)
    }
}

@Suite struct `Differences of snapshots` {
    private func lines(_ changes: [Change]) -> [String] {
        changes.map { "\($0.kind) \($0.bucket.name) \($0.key.value.string ?? "?")" }
    }

    @Test func `a difference holds the net changes, with both images`() async throws {
        let depot = try await Depot.filled("abc")
        let before = try depot.store.snapshot()
        try await depot.items.update("b", ["rank": 7])
        try await depot.items.update("b", ["rank": 8])
        try await depot.items.delete("a")
        try await depot.items.insert(Depot.record("d"))
        try await depot.items.insert(Depot.record("e"))
        try await depot.items.delete("e")
        let changes = before.difference(to: try depot.store.snapshot())
        #expect(lines(changes) == ["deleted items a", "updated items b", "inserted items d"])
        #expect(changes[1].old?["rank"] == 1)
        #expect(changes[1].new?["rank"] == 8)
        #expect(changes[0].old?["name"] == "item a")
        #expect(changes.allSatisfy { $0.hasOldImage })
    }

    @Test func `it works backwards too`() async throws {
        let depot = try await Depot.filled("abc")
        let before = try depot.store.snapshot()
        try await depot.items.delete("a")
        try await depot.items.insert(Depot.record("d"))
        let after = try depot.store.snapshot()
        #expect(lines(after.difference(to: before)) == ["inserted items a", "deleted items d"])
    }

    @Test func `a bucket that only one of them has counts with all its records`() async throws {
        let depot = try await Depot.filled("ab")
        let before = try depot.store.snapshot()
        let shelf = try await depot.shelf()
        try await shelf.insert(["id": "s"])
        try await depot.store.dropBucket("items")
        let changes = before.difference(to: try depot.store.snapshot())
        #expect(lines(changes) == ["deleted items a", "deleted items b", "inserted shelf s"])
    }

    @Test func `nothing differs where nothing has changed`() async throws {
        let depot = try await Depot.filled("ab")
        let one = try depot.store.snapshot()
        depot.clock.advance(by: .seconds(1))
        let other = try depot.store.snapshot()
        #expect(one.difference(to: other).isEmpty)
        #expect(one.difference(to: one).isEmpty)
    }

    @Test func `deadlines are not judged`() async throws {
        let depot = try await Depot()
        let before = try depot.store.snapshot()
        try await depot.items.insert(Depot.record("a"), expiresAt: depot.clock.now + .seconds(1))
        depot.clock.advance(by: .seconds(2))
        let changes = before.difference(to: try depot.store.snapshot())
        #expect(lines(changes) == ["inserted items a"])
    }

    @Test func `two stores have nothing to compare`() async throws {
        let one = try await Depot.filled("a")
        let other = try await Depot.filled("b")
        let (here, there) = (try one.store.snapshot(), try other.store.snapshot())
        #expect(here.difference(to: there).isEmpty)
    }

    @Test func `it is found by what has changed, not by what there is`() async throws {
        let depot = try await Depot()
        try await depot.items.insertMany((0..<5_000).map { Depot.record("k\($0)", rank: $0) })
        let before = try depot.store.snapshot()
        for number in stride(from: 0, to: 5_000, by: 617) {
            try await depot.items.update("k\(number)", ["role": "changed"])
        }
        let changes = before.difference(to: try depot.store.snapshot())
        #expect(
            changes.map(\.key) == stride(from: 0, to: 5_000, by: 617).map { Key(.string("k\($0)")) }
        )
    }
}
