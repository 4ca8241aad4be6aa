import StoreCore
import StoreTesting
import Testing

@Suite struct `Commits` {
    @Test func `each write is one commit, and positions have no gaps`() async throws {
        let depot = try await Depot()
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        try await depot.items.insert(Depot.record("a"))
        try await depot.items.insertMany("bcd".map { Depot.record("\($0)") })
        try await depot.items.update("a", ["rank": 7])
        try await depot.items.update("a") { $0["rank"] = 8 }
        try await depot.items.updateMany(where: .all, ["role": "none"])
        try await depot.items.increment("b", "rank")
        try await depot.items.replace("b", with: ["name": "b"])
        try await depot.items.setDeadline("b", .distantFuture)
        try await depot.items.delete("c")
        try await depot.items.deleteMany(where: .field("id") == "d")
        try await depot.items.clear()
        try await depot.store.dropBucket("items")
        #expect(observer.commits.map(\.position) == (2...13).map { Position($0) })
        #expect(
            observer.commits.map { Array($0.changes).count } == [
                1, 3, 1, 1, 4, 1, 1, 1, 1, 1, 2, 1,
            ])
    }

    @Test func `defining a bucket is a commit that carries the definition as data`() async throws {
        let store = try await Store.start()
        let observer = RecordingObserver()
        _ = try await store.attach(observer)
        try await store.defineBucket(
            "b", key: "id", schema: ["id": .string, "n": .integer(range: 0...)], indexes: ["n"],
            .strict,
            BucketOption { $0.attributes["ttl"] = 60 })
        let commit = try #require(observer.commits.first)
        guard case .bucketDefined(let definition)? = commit.changes.first else {
            Issue.record("no definition in \(Array(commit.changes))")
            return
        }
        #expect(definition.name == "b")
        #expect(definition.generation == 1)
        #expect(definition.isStrict)
        #expect(definition.indexes == ["n"])
        #expect(definition.schema["n"]?.minimum == 0)
        #expect(definition.attributes == ["ttl": 60])
        #expect(store.buckets == [definition])
    }

    @Test func `the changes to records are a collection of their own, behind those of definitions`()
        async throws
    {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .integer(generated: .autoincrement)])
        let observer = RecordingObserver()
        _ = try await store.attach(observer)
        try await bucket.insertMany([[:], [:]])
        try await store.dropBucket("b")
        #expect(observer.commits.map(\.changes.count) == [3, 1])
        #expect(observer.commits.map(\.records.count) == [2, 0])
        #expect(observer.commits[0].records.map(\.key) == [1, 2])
        #expect(observer.commits[0].records[1].key == 2)
        #expect(observer.commits[0].records.last?.key == 2)
    }

    @Test func `dropping a bucket is one change, whatever was in it`() async throws {
        let depot = try await Depot.filled("abc")
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        let reference = depot.items.reference
        try await depot.store.dropBucket("items")
        let changes = try #require(observer.commits.first).changes
        guard changes.count == 1, case .bucketDropped(reference)? = changes.first else {
            Issue.record("unexpected \(Array(changes))")
            return
        }
    }

    @Test func `what changes nothing is no commit`() async throws {
        let depot = try await Depot.filled("a")
        let before = depot.store.position
        #expect(try await depot.items.delete("missing") == false)
        #expect(try await depot.items.deleteMany(where: .none) == 0)
        #expect(try await depot.items.updateMany(where: .none, ["rank": 1]) == 0)
        #expect(try await depot.items.insertMany([]).isEmpty)
        try await depot.store.write { _ in }
        let receipt = try await depot.store.commit(WriteBatch())
        #expect(receipt.position == before)
        #expect(depot.store.position == before)
    }

    @Test func `a batch is one commit, its changes in the order in which keys were first touched`()
        async throws
    {
        let depot = try await Depot.filled("abc")
        let shelf = try await depot.shelf()
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        var batch = WriteBatch()
        batch.update("b", ["rank": 1], in: depot.items)
        batch.insert(["id": "s"], into: shelf)
        batch.delete("a", from: depot.items)
        batch.update("b", ["rank": 2], in: depot.items)
        batch.insert(Depot.record("z"), into: depot.items)
        let receipt = try await depot.store.commit(batch)
        #expect(observer.commits.map(\.position) == [receipt.position])
        #expect(observer.changes.map(\.key) == ["b", "s", "a", "z"])
        #expect(observer.changes.map(\.kind) == [.updated, .inserted, .deleted, .inserted])
        #expect(observer.changes.map(\.bucket.name) == ["items", "shelf", "items", "items"])
    }

    @Test func `a receipt gives each operation's last state and count`() async throws {
        let depot = try await Depot.filled("abc")
        var batch = WriteBatch()
        batch.update("a", ["rank": 1], in: depot.items)
        batch.updateMany(where: .all, ["rank": 9], in: depot.items)
        batch.delete("b", from: depot.items)
        batch.delete("missing", from: depot.items)
        batch.upsert(Depot.record("d"), into: depot.items)
        batch.increment("d", "rank", in: depot.items)
        let receipt = try await depot.store.commit(batch)
        #expect(receipt.counts == [1, 3, 1, 0, 1, 1])
        #expect(receipt.records.map { $0?["rank"] } == [9, nil, nil, nil, 1, 1])
    }

    @Test func `a change shows the record before and after`() async throws {
        let depot = try await Depot.filled("a")
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        try await depot.items.update("a", ["rank": 5])
        try await depot.items.delete("a")
        let changes = observer.changes
        #expect(changes.map { $0.old?["rank"] } == [0, 5])
        #expect(changes.map { $0.new?["rank"] } == [5, nil])
        #expect(changes.map { $0.old?.version } == [1, 2])
    }

    @Test func `a commit's instant is the store's, and never before the one of the commit before`()
        async throws
    {
        let depot = try await Depot()
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        let start = depot.clock.now
        try await depot.items.insert(Depot.record("a"))
        depot.clock.advance(by: .seconds(5))
        try await depot.items.insert(Depot.record("b"))
        #expect(observer.commits.map(\.timestamp) == [start, start + .seconds(5)])
    }

    @Test func `a transaction id and causes are stamped into commits`() async throws {
        let depot = try await Depot()
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        try await Causation("request").run {
            try await Causation("rule", position: Position(1)).run {
                try await StoreContext.with({ $0.transactionID = "tx-1" }) {
                    _ = try await depot.items.insert(Depot.record("a"))
                }
            }
        }
        try await depot.items.insert(Depot.record("b"))
        let commits = observer.commits
        #expect(commits.map(\.transactionID) == ["tx-1", nil])
        #expect(commits[0].causation?.chain.map(\.label) == ["rule", "request"])
        #expect(commits[0].causation?.position == Position(1))
        #expect(commits[1].causation == nil)
    }

    @Test func `a definition carries causes too`() async throws {
        let store = try await Store.start()
        let observer = RecordingObserver()
        _ = try await store.attach(observer)
        try await Causation("migration").run {
            _ = try await store.defineBucket("b", key: "id", schema: ["id": .string])
        }
        #expect(observer.commits.first?.causation?.label == "migration")
    }
}
