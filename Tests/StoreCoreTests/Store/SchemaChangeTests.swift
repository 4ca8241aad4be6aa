import StoreTesting
import Testing

@testable import StoreCore

@Suite struct `Changes of a definition` {
    /// Looks at the whole state beside what is expected.
    private func check(_ depot: Depot) {
        #expect(depot.store.state.violations().isEmpty)
        #expect(depot.store.state.ownershipViolations().isEmpty)
    }

    private func reason(_ body: () async throws -> Void) async -> DefinitionError.Reason? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? DefinitionError)?.reason
        }
    }

    /// A depot with so many records that an index is worth using.
    private func filled(_ count: Int) async throws -> Depot {
        let depot = try await Depot()
        try await depot.items.insertMany((0..<count).map { Depot.record("k\($0)", rank: $0 % 7) })
        return depot
    }

    // MARK: Indexes

    @Test(arguments: [100, 2_000])
    func `an added index is used at once`(count: Int) async throws {
        let depot = try await filled(count)
        let definition = try await depot.store.updateBucket("items", addingIndexes: ["rank"])
        #expect(definition.indexes == ["role", ["role", "rank"], "score", "rank"])
        #expect(depot.items.definition == definition)
        let query = depot.items.where(["rank": 2])
        #expect(try query.explain().access == .index(["rank"]))
        #expect(
            try query.all().map(\.key) == (0..<count).filter { $0 % 7 == 2 }.map { Key("k\($0)") })
        check(depot)
    }

    @Test func `a field that a condition names stays until the index goes`() async throws {
        let depot = try await Depot()
        let index = IndexDefinition.index("rank", where: .field("name") != nil)
        try await depot.store.updateBucket("items", addingIndexes: [index])
        let error = try await expectRefusal(DefinitionError.self, by: depot.store) {
            try await depot.store.updateBucket("items", removing: ["name"])
        }
        #expect(error.field == "name")
        #expect(error.reason == .invalidIndex)
        #expect(error.message.contains("remove that too"))
        try await depot.store.updateBucket("items", removing: ["name"], removingIndexes: [index])
        check(depot)
    }

    @Test func `an index over long texts with one beginning is in order`() async throws {
        let depot = try await Depot()
        let names = (0..<300).map { "a long beginning \(($0 * 7919) % 300)" }
        for (number, name) in names.enumerated() {
            try await depot.items.insert(["id": .string("\(number)"), "name": .string(name)])
        }
        try await depot.store.updateBucket("items", addingIndexes: [["name", "rank"]])
        let found = try depot.items.order(by: "name").all().map { $0["name"].string ?? "" }
        #expect(found == names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
        check(depot)
    }

    @Test func `a removed index is not used any more, and the others are`() async throws {
        let depot = try await filled(100)
        try await depot.store.updateBucket("items", removingIndexes: ["score", "role"])
        #expect(try depot.items.where(["score": 0.5]).explain().access == .scan)
        let odd = depot.items.where(["role": "odd", "rank": 3])
        #expect(try odd.explain().access == .index(["role", "rank"]))
        try await depot.items.insert(Depot.record("more", rank: 3))
        #expect(try odd.count() == 15)
        check(depot)
    }

    @Test func `an added unique index holds from then on`() async throws {
        let depot = try await Depot.filled("abc")
        try await depot.store.updateBucket("items", addingIndexes: [.unique("name")])
        await #expect(throws: UniqueConstraintError.self) {
            try await depot.items.update("a", ["name": "item b"])
        }
        #expect(try depot.items.where(["name": "item c"]).explain().access == .unique(["name"]))
        check(depot)
    }

    @Test(
        arguments: [
            .index("rank", where: .field("role") == "odd"), .ignoringCase("role"),
            .index(.ignoringCase("role"), "rank", where: .field("score") != nil),
        ] as [IndexDefinition])
    func `an index of a part, or without case, is not taken for another over the same fields`(
        index: IndexDefinition
    ) async throws {
        let depot = try await filled(100)
        try await depot.store.updateBucket("items", addingIndexes: ["rank"])
        try await depot.store.updateBucket("items", addingIndexes: [index])
        check(depot)
        try await depot.items.insert(Depot.record("more", rank: 3))
        try await depot.items.update("k5", ["role": "ODD"])
        check(depot)
        try await depot.store.updateBucket("items", removingIndexes: [index])
        check(depot)
    }

    @Test func `a field that an index's condition names cannot be removed`() async throws {
        let depot = try await Depot.filled("a")
        try await depot.store.updateBucket(
            "items", addingIndexes: [.index("rank", where: .field("score") == 1.5)])
        #expect(
            await reason {
                try await depot.store.updateBucket(
                    "items", removing: ["score"], removingIndexes: ["score"])
            } == .invalidIndex)
        check(depot)
    }

    @Test func `an added unique index of a part, or without case, is held against the records`()
        async throws
    {
        let depot = try await Depot.filled("abc")
        try await depot.items.update("b", ["name": "ITEM A"])
        #expect(
            await reason {
                try await depot.store.updateBucket(
                    "items", addingIndexes: [.unique(.ignoringCase("name"))])
            } == .existingRecords)
        try await depot.store.updateBucket(
            "items", addingIndexes: [.unique(.ignoringCase("name"), where: .field("id") != "b")])
        await #expect(throws: UniqueConstraintError.self) {
            try await depot.items.update("c", ["name": "Item A"])
        }
        check(depot)
    }

    @Test func `a unique index is refused where two records agree`() async throws {
        let depot = try await Depot.filled("abc")
        let before = depot.store.position
        #expect(
            await reason {
                try await depot.store.updateBucket("items", addingIndexes: [.unique("role")])
            } == .existingRecords)
        #expect(depot.store.position == before)
        #expect(depot.items.definition.indexes.count == 3)
        check(depot)
    }

    @Test func `what nobody sees any more does not stand in the way of a unique index`()
        async throws
    {
        let depot = try await Depot.filled("ab")
        try await depot.items.update("a", ["name": "same"])
        try await depot.items.update("b", ["name": "same"])
        try await depot.items.setDeadline("a", depot.clock.now + .seconds(1))
        depot.clock.advance(by: .seconds(1))
        try await depot.store.updateBucket("items", addingIndexes: [.unique("name")])
        #expect(try depot.keys == ["b"])
        check(depot)
    }

    // MARK: Fields

    @Test func `records get the default of an added field, and keep version and times`()
        async throws
    {
        let depot = try await filled(100)
        try await depot.items.update("k1", ["rank": 5])
        let before = try depot.items.all()
        depot.clock.advance(by: .seconds(1))
        try await depot.store.updateBucket(
            "items", adding: ["age": .integer(required: true, default: 18)], addingIndexes: ["age"])
        let after = try depot.items.all()
        #expect(after.allSatisfy { $0["age"] == 18 })
        #expect(after.map(\.version) == before.map(\.version))
        #expect(after.map(\.updatedAt) == before.map(\.updatedAt))
        #expect(after.map(\.key) == before.map(\.key))
        #expect(try depot.items.where(["age": 17]).explain().access == .index(["age"]))
        #expect(try depot.items.where(["age": 18]).count() == 100)
        #expect(try depot.items.where(["code": "code-k7"]).first()?.key == "k7")
        check(depot)
    }

    @Test func `a field that was undeclared keeps its values, as the column has them`()
        async throws
    {
        let depot = try await Depot.filled("ab")
        try await depot.items.update("a", ["age": 20.0, "other": "x"])
        try await depot.store.updateBucket("items", adding: ["age": .integer(default: 18)])
        #expect(try depot.items.get("a")?["age"] == .integer(20))
        #expect(try depot.items.get("a")?["age"].int64 == 20)
        #expect(try depot.items.get("a")?["other"] == "x")
        #expect(try depot.items.get("b")?["age"] == 18)
        check(depot)
    }

    @Test(arguments: [
        Column.integer(required: true), Column.string(oneOf: ["y"]),
        Column.integer(unique: true, default: 1),
        Column.string.references("items", onDelete: .cascade), Column.date,
    ])
    func `what does not fit the records is refused, and leaves all as it was`(column: Column)
        async throws
    {
        let depot = try await Depot.filled("abc")
        // One record has a value that not every column takes.
        if column.type != .integer { try await depot.items.update("b", ["extra": "x"]) }
        let before = (depot.store.position, try depot.items.all(), depot.items.definition)
        #expect(
            await reason {
                try await depot.store.updateBucket("items", adding: ["extra": column])
            } == .existingRecords)
        #expect(depot.store.position == before.0)
        #expect(try depot.items.all() == before.1)
        #expect(depot.items.definition == before.2)
        check(depot)
    }

    @Test func `what nobody sees any more need not fit`() async throws {
        let depot = try await Depot.filled("abc")
        try await depot.items.update("a", ["extra": 1])
        try await depot.items.update("b", ["extra": "x"])
        for key in ["b", "c"] {
            try await depot.items.setDeadline(key, depot.clock.now + .seconds(1))
        }
        depot.clock.advance(by: .seconds(1))
        try await depot.store.updateBucket("items", adding: ["extra": .integer(required: true)])
        #expect(try depot.keys == ["a"])
        check(depot)
    }

    @Test func `a removed field is gone with its values, and may come back empty`() async throws {
        let depot = try await Depot.filled("ab")
        try await depot.store.updateBucket(
            "items", removing: ["rank"], removingIndexes: [["role", "rank"]])
        #expect(try depot.items.all().allSatisfy { $0["rank"].isNull })
        #expect(try depot.items.where(["role": "even"]).all().map(\.key) == ["a"])
        try await depot.items.update("a", ["rank": "undeclared now"])
        check(depot)
        try await depot.store.updateBucket("items", adding: ["rank": .string])
        #expect(try depot.items.all().map { $0["rank"] } == ["undeclared now", .null])
        check(depot)
    }

    @Test func `deadlines, order and counters go on`() async throws {
        let depot = try await Depot()
        let log = try await depot.store.defineBucket(
            "log", key: "n", schema: ["n": .integer(generated: .autoincrement), "a": .string])
        try await log.insertMany([["a": "x"], ["a": "y"], ["a": "z"]])
        try await log.setDeadline(2, depot.clock.now + .seconds(1))
        try await depot.store.updateBucket(
            "log", adding: ["m": .integer(generated: .autoincrement)], removing: ["a"])
        let four = try await log.insert([:])
        #expect(four.key == 4)
        #expect(four["m"] == 1)
        depot.clock.advance(by: .seconds(1))
        #expect(try log.all().map(\.key) == [1, 3, 4])
        check(depot)
    }

    // MARK: Beside others

    @Test func `it is one commit, which tells the definition and no record`() async throws {
        let depot = try await Depot.filled("abc")
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        let definition = try await depot.store.updateBucket(
            "items", adding: ["age": .integer(default: 1)])
        try await depot.items.update("a", ["age": 2])
        #expect(observer.commits.map(\.changes.count) == [1, 1])
        guard case .bucketUpdated(definition)? = observer.commits.first?.changes.first else {
            Issue.record("unexpected \(observer.commits.map { Array($0.changes) })")
            return
        }
    }

    @Test func `a snapshot keeps the definition and the records of its position`() async throws {
        let depot = try await filled(100)
        let before = try depot.store.snapshot()
        let old = depot.items.definition
        try await depot.store.updateBucket(
            "items", adding: ["age": .integer(default: 1)], removing: ["score"],
            addingIndexes: ["age"], removingIndexes: ["score"])
        let items = try before.bucket("items")
        #expect(items.definition == old)
        #expect(try items.get("k1")?["score"] == 0.5)
        #expect(try items.get("k1")?["age"].isNull == true)
        #expect(try items.where(["score": 0.5]).explain().access == .index(["score"]))
        #expect(depot.store.state.violations().isEmpty)
    }

    @Test func `what was read before it does not hold any more`() async throws {
        let depot = try await Depot.filled("ab")
        let recorder = ReadRecorder()
        let snapshot = try depot.store.snapshot()
        _ = try snapshot.bucket("items").tracked(by: recorder).get("a")
        try await depot.store.updateBucket("items", addingIndexes: ["rank"])
        var batch = WriteBatch()
        batch.update("b", ["rank": 9], in: depot.items)
        let conflict = await #expect(throws: ConflictError.self) {
            try await depot.store.commit(
                batch, requiring: [.unchanged(recorder.readSet, since: snapshot)])
        }
        #expect(conflict?.bucket == "items")
    }

    @Test func `an overtaken change begins anew`() async throws {
        let depot = try await Depot.filled("abc")
        async let one = depot.store.updateBucket("items", addingIndexes: ["rank"])
        async let other = depot.store.updateBucket("items", adding: ["age": .integer(default: 1)])
        _ = try await (one, other)
        #expect(depot.items.definition.indexes.contains("rank"))
        #expect(depot.items.definition.schema["age"] != nil)
        #expect(try depot.items.where(["rank": 1]).all().map { $0["age"] } == [1])
        check(depot)
    }

    @Test func `it comes to an end, however much others write between its turns`() async throws {
        struct TooLong: Error {}
        let depot = try await Depot()
        let (store, items) = (depot.store, depot.items)
        @Sendable func insert(_ name: String) async throws -> Snapshot {
            try await items.insertMany((0..<600).map { Depot.record("\(name) \($0)") })
            return try store.snapshot()
        }
        let definition = try items.definition.changed(
            adding: [:], removing: [], addingIndexes: ["rank"], removingIndexes: [])
        let rebuild = try BucketRebuild(
            of: items.identity, from: items.identity.layout, to: definition, seed: store.state.seed,
            stamp: Int64(store.position.value) + 1)
        // Writers are faster than it is: whenever it looks, or lets others write, there is as much again.
        var early: [Snapshot] = []
        for number in 0..<6 { early.append(try await insert("early \(number)")) }
        let waiting = Guarded(early)
        let turns = Guarded(0)
        let isCaughtUp = try await rebuild.catchUp(
            with: { try waiting.withLock { try $0.isEmpty ? store.snapshot() : $0.removeFirst() } },
            inTurn: { slice in
                try slice()
                guard
                    turns.withLock({
                        $0 += 1; return $0
                    }) < 100
                else { throw TooLong() }
                _ = try await insert("late \(turns.withLock { $0 })")
            })
        rebuild.finish()
        #expect(isCaughtUp)
        #expect(turns.withLock { $0 } > 0)
    }

    @Test(arguments: [[:], ["note": .string]] as [BucketSchema])
    func `a restored bucket, defined as it had been, is changed like others`(added: BucketSchema)
        async throws
    {
        let store = try await Shelves.three.start()
        let books = try await store.defineBooks()
        let before = try books.all()
        try await store.updateBucket("books", adding: added, addingIndexes: ["id"])
        #expect(try books.all() == before)
        #expect(try books.order(by: "id").all().map(\.key) == [1, 2, 3])
        #expect(try await books.insert([:]).key == 6)
        #expect(store.state.violations().isEmpty)
        #expect(store.state.ownershipViolations().isEmpty)
    }

    // MARK: What cannot be

    @Test func `nothing to change is no commit`() async throws {
        let depot = try await Depot.filled("a")
        let before = depot.store.position
        #expect(try await depot.store.updateBucket("items") == depot.items.definition)
        #expect(depot.store.position == before)
    }

    @Test func `faulty changes are refused by name`() async throws {
        let depot = try await Depot.filled("a")
        let store = depot.store
        let before = store.position
        #expect(
            await reason { try await store.updateBucket("items", removing: ["none"]) }
                == .notDeclared)
        #expect(
            await reason { try await store.updateBucket("items", removing: ["id"]) } == .invalidKey)
        #expect(
            await reason { try await store.updateBucket("items", removing: ["score"]) }
                == .invalidIndex)
        #expect(
            await reason { try await store.updateBucket("items", removing: ["tags", "tags"]) }
                == .notDeclared)
        #expect(
            await reason { try await store.updateBucket("items", removingIndexes: ["rank"]) }
                == .notDeclared)
        #expect(
            await reason { try await store.updateBucket("items", addingIndexes: ["role"]) }
                == .duplicateIndex)
        #expect(
            await reason { try await store.updateBucket("items", adding: ["name": .string]) }
                == .duplicateField)
        #expect(
            await reason {
                try await store.updateBucket("items", adding: ["tags": .string], removing: ["tags"])
            } == .duplicateField)
        await #expect(throws: StoreError(.bucketNotDefined("none"))) {
            try await store.updateBucket("none", addingIndexes: ["a"])
        }
        #expect(store.position == before)
        await store.stop()
        await #expect(throws: StoreError(.stopped)) {
            try await store.updateBucket("items", addingIndexes: ["rank"])
        }
    }

    @Test func `a gate may refuse it`() async throws {
        let depot = try await Depot.filled("a")
        let gate = ShutterGate()
        try await depot.store.add(gate)
        gate.shut(Refusal())
        await #expect(throws: Refusal()) {
            try await depot.store.updateBucket("items", addingIndexes: ["rank"])
        }
        #expect(!depot.items.definition.indexes.contains("rank"))
        check(depot)
    }
}
