import StoreCore
import StoreTesting
import Testing

@Suite struct `Buckets` {
    @Test func `a definition needs no more than a key and a schema`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket("b", key: "id", schema: ["id": .string])
        #expect(bucket.name == "b")
        #expect(bucket.definition.indexes.isEmpty)
        #expect(!bucket.definition.isStrict)
        #expect(bucket.definition.order == .insertion)
        #expect(bucket.definition.attributes.isEmpty)
    }

    @Test func `a definition can be asked for as it was made`() async throws {
        let depot = try await Depot([], [.strict, .order(.key)])
        let definition = try depot.store.bucket("items").definition
        #expect(definition.schema == Depot.schema)
        #expect(definition.key == "id")
        #expect(definition.indexes == ["role", ["role", "rank"], "score"])
        #expect(definition.isStrict)
        #expect(definition.order == .key)
        #expect(depot.store.buckets == [definition])
    }

    @Test func `options of upper modules add attributes, policies and components`() async throws {
        let journal = Journal()
        let option = BucketOption {
            $0.attributes["ttl"] = 60
            $0.add(ClosurePolicy { _ in throw Refusal() })
            $0.require(component: "probe") { ProbeComponent("probe", journal) }
        }
        let depot = try await Depot([], [option])
        #expect(depot.items.definition.attributes == ["ttl": 60])
        #expect(journal.lines == ["probe started"])
        try await expectRefusal(Refusal.self, by: depot.store) {
            try await depot.items.insert(Depot.record("a"))
        }
    }

    @Test func `a component asked for twice is made once`() async throws {
        let journal = Journal()
        let option = BucketOption.requiring("probe") {
            journal.note("made")
            return ProbeComponent("probe", journal)
        }
        let depot = try await Depot([], [option])
        _ = try await depot.shelf("other", option)
        #expect(journal.lines == ["made", "probe started"])
    }

    @Test func `handles are free, and any number may exist`() async throws {
        let depot = try await Depot()
        let handles = try (0..<100).map { _ in try depot.store.bucket("items") }
        #expect(Set(handles) == [depot.items])
        try await handles[0].insert(Depot.record("a"))
        #expect(try handles[99].get("a") != nil)
    }

    @Test func `a handle of a bucket that is not there is an error`() async throws {
        let depot = try await Depot()
        #expect(throws: StoreError(.bucketNotDefined("other"))) { try depot.store.bucket("other") }
    }

    @Test func `a dropped bucket's name can be defined again, and starts empty`() async throws {
        let depot = try await Depot.filled("abc")
        let shelf = try await depot.shelf()
        try await shelf.insert(["id": "s"])
        try await depot.store.dropBucket("items")
        #expect(throws: StoreError(.bucketNotDefined("items"))) { try depot.store.bucket("items") }
        let again = try await depot.store.defineBucket("items", key: "n", schema: ["n": .integer])
        #expect(try again.count() == 0)
        #expect(again.reference.generation == 3)
        #expect(try shelf.count() == 1, "other buckets do not notice")
    }

    @Test func `a dropped bucket's autoincrement begins again`() async throws {
        let store = try await Store.start()
        for _ in 0..<2 {
            let bucket = try await store.defineBucket(
                "b", key: "id", schema: ["id": .integer(generated: .autoincrement)])
            #expect(try await bucket.insert([:]).key == 1)
            try await store.dropBucket("b")
        }
    }

    @Test func `a bucket is usable the moment its definition has returned, and not before`()
        async throws
    {
        let depot = try await Depot()
        let slow = Journal()
        final class Slow: StoreComponent {
            let name = "slow"
            let gate: Journal
            init(_ gate: Journal) { self.gate = gate }
            func start(on store: Store) async throws { await gate.awaits("go") }
            func stop() async {}
        }
        let definition = Task(executorPreference: InlineExecutor.shared) {
            try await depot.shelf("shelf", .requiring("slow") { Slow(slow) })
        }
        #expect(throws: StoreError(.bucketNotDefined("shelf"))) { try depot.store.bucket("shelf") }
        slow.note("go")
        let shelf = try await definition.value
        try await shelf.insert(["id": "s"])
        #expect(try depot.store.bucket("shelf").count() == 1)
    }

    @Test func `writes to one bucket from many tasks follow one another`() async throws {
        let depot = try await Depot.filled("a")
        await withThrowingTaskGroup { group in
            for _ in 0..<100 {
                group.addTask {
                    _ = try await depot.items.update("a") {
                        $0["rank"] = .integer(($0["rank"].int64 ?? 0) + 1)
                    }
                }
            }
        }
        #expect(try depot.items.get("a")?["rank"] == 100)
        #expect(try depot.items.get("a")?.version == 101)
    }

    @Test func `fields that the schema does not declare are kept as they are`() async throws {
        let depot = try await Depot()
        var fields = Depot.record("a")
        fields["colour"] = ["name": "red", "rgb": [255, 0, 0]]
        let record = try await depot.items.insert(fields)
        #expect(record["colour"]["rgb"] == [255, 0, 0])
        #expect(try depot.items.where(.field("colour.name") == "red").count() == 1)
        #expect(
            try await depot.items.update("a", ["colour": nil]).fields.contains("colour") == false)
    }

    @Test func `in order of keys numbers come as numbers, and texts byte by byte`() async throws {
        let store = try await Store.start()
        let numbers = try await store.defineBucket(
            "numbers", key: "id", schema: ["id": .number], .order(.key))
        for id in [10, 9, 100, 2.5, -1] as [Value] { try await numbers.insert(["id": id]) }
        #expect(try numbers.all().map(\.key.value) == [-1, 2.5, 9, 10, 100])
        let texts = try await store.defineBucket(
            "texts", key: "id", schema: ["id": .string], .order(.key))
        for id in ["b", "ä", "a", "B", "10", "9"] { try await texts.insert(["id": .string(id)]) }
        #expect(try texts.all().map(\.key.value) == ["10", "9", "B", "a", "b", "ä"])
    }

    @Test func `in order of insertion an update moves nothing`() async throws {
        let depot = try await Depot.filled("cab")
        try await depot.items.update("c", ["rank": 9])
        #expect(try depot.keys == ["c", "a", "b"])
        try await depot.items.delete("c")
        try await depot.items.insert(Depot.record("c"))
        #expect(try depot.keys == ["a", "b", "c"])
    }

    @Test func `a key may have several fields`() async throws {
        let store = try await Store.start()
        let lines = try await store.defineBucket(
            "lines", key: ["order", "product"], schema: ["order": .integer, "product": .integer],
            .order(.key))
        for (order, product) in [(2, 1), (1, 2), (1, 10)] as [(Value, Value)] {
            try await lines.insert(["order": order, "product": product])
        }
        #expect(try lines.get(Key([1, 10]))?["product"] == 10)
        #expect(try lines.all().map(\.key) == [[1, 2], [1, 10], [2, 1]])
        await #expect(throws: UniqueConstraintError.self) {
            try await lines.insert(["order": 2, "product": 1])
        }
    }
}
