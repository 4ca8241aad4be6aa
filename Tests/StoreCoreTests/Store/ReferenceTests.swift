import StoreCore
import StoreTesting
import Testing

/// Two buckets: `parents`, and `children` whose `parent` refers to them.
private struct Family {
    let store: Store
    let clock = ManualClock()
    let parents: DynamicBucket
    let children: DynamicBucket

    init(_ action: ReferenceAction, _ options: [StoreOption] = []) async throws {
        store = try await Store.start("family", [.clock(clock)] + options)
        parents = try await store.defineBucket(
            "parents", key: "id",
            schema: ["id": .string, "boss": .string.references("parents", onDelete: action)])
        children = try await store.defineBucket(
            "children", key: "id",
            schema: [
                "id": .string, "parent": .string.references("parents", onDelete: action),
                "code": .string(unique: true),
            ])
    }

    var keys: [String] {
        get throws {
            try (parents.all() + children.all()).map { $0.key.value.string ?? "" }.sorted()
        }
    }
}

@Suite struct `References` {
    @Test func `must lead to a record`() async throws {
        let family = try await Family(.restrict)
        let error = try await expectRefusal(ReferenceError.self, by: family.store) {
            try await family.children.insert(["id": "c", "parent": "p"])
        }
        #expect(error.reason == .missing)
        #expect(error.field == "parent")
        #expect(error.key == "c")
        #expect(error.referencedKey == "p")
        try await family.children.insert(["id": "free"])
        try await family.parents.insert(["id": "p"])
        try await family.children.insert(["id": "c", "parent": "p"])
        try await expectRefusal(ReferenceError.self, by: family.store) {
            try await family.children.update("c", ["parent": "q"])
        }
        try await family.children.update("c", ["parent": nil])
    }

    @Test func `are judged on what a commit leaves`() async throws {
        let family = try await Family(.restrict)
        var batch = WriteBatch()
        batch.insert(["id": "c", "parent": "p"], into: family.children)
        batch.insert(["id": "p", "boss": "p"], into: family.parents)
        try await family.store.commit(batch)
        batch = WriteBatch()
        batch.delete("p", from: family.parents)
        batch.insert(["id": "p"], into: family.parents)
        try await family.store.commit(batch)
        #expect(try family.keys == ["c", "p"])
        batch = WriteBatch()
        batch.delete("p", from: family.parents)
        batch.delete("c", from: family.children)
        try await family.store.commit(batch)
        #expect(try family.keys == [])
    }

    @Test func `restrict a deletion`() async throws {
        let family = try await Family(.restrict)
        try await family.parents.insert(["id": "p"])
        try await family.children.insert(["id": "c", "parent": "p"])
        for write in [
            { _ = try await family.parents.delete("p") },
            { _ = try await family.parents.clear() },
            { _ = try await family.parents.deleteMany(where: .all) },
        ] as [@Sendable () async throws -> Void] {
            let error = try await expectRefusal(ReferenceError.self, by: family.store, write)
            #expect(error.reason == .restricted)
            #expect(error.key == "c")
        }
        try await family.children.delete("c")
        #expect(try await family.parents.delete("p"))
    }

    @Test func `cascade to whatever depth and breadth`() async throws {
        let family = try await Family(.cascade)
        let observer = RecordingObserver()
        try await family.parents.insert(["id": "p0"])
        for depth in 1..<300 {
            try await family.parents.insert([
                "id": .string("p\(depth)"), "boss": .string("p\(depth - 1)"),
            ])
        }
        try await family.children.insertMany(
            (0..<300).map { ["id": .string("c\($0)"), "parent": .string("p\($0)")] })
        try await family.children.insert(["id": "free"])
        _ = try await family.store.attach(observer)
        try await family.parents.delete("p0")
        #expect(try family.keys == ["free"])
        #expect(observer.commits.count == 1)
        #expect(observer.changes.count == 600)
        #expect(observer.changes.dropFirst().allSatisfy { $0.reason == .cascade })
    }

    @Test func `cascade around a circle`() async throws {
        let family = try await Family(.cascade)
        var batch = WriteBatch()
        batch.insert(["id": "a", "boss": "b"], into: family.parents)
        batch.insert(["id": "b", "boss": "a"], into: family.parents)
        batch.insert(["id": "self", "boss": "self"], into: family.parents)
        try await family.store.commit(batch)
        try await family.parents.delete("a")
        #expect(try family.keys == ["self"])
        try await family.parents.delete("self")
        #expect(try family.keys == [])
    }

    @Test func `set to null`() async throws {
        let family = try await Family(.setNull)
        try await family.parents.insert(["id": "p"])
        try await family.children.insert(["id": "c", "parent": "p"])
        try await family.parents.delete("p")
        let child = try #require(try family.children.get("c"))
        #expect(child["parent"].isNull)
        #expect(child.version == 2)
    }

    @Test func `set to null, several of one record in one commit`() async throws {
        let family = try await Family(.setNull)
        let pairs = try await family.store.defineBucket(
            "pairs", key: "id",
            schema: [
                "id": .string, "left": .string.references("parents", onDelete: .setNull),
                "right": .string.references("parents", onDelete: .setNull),
            ])
        try await family.parents.insertMany(["p", "q"].map { ["id": $0] })
        try await pairs.insert(["id": "c", "left": "p", "right": "q"])
        var batch = WriteBatch()
        batch.delete("p", from: family.parents)
        batch.delete("q", from: family.parents)
        try await family.store.commit(batch)
        let pair = try #require(try pairs.get("c"))
        #expect(pair["left"].isNull && pair["right"].isNull)
    }

    @Test func `follow a record that took an overdue one's key, and goes itself`() async throws {
        let family = try await Family(.cascade)
        try await family.parents.insert(["id": "boss"])
        try await family.parents.insert(["id": "p"], expiresAt: family.clock.now + .seconds(1))
        try await family.children.insert(["id": "c", "parent": "p"])
        family.clock.advance(by: .seconds(1))
        try await family.store.write { tx in
            let parents = try tx[family.parents]
            try parents.insert(["id": "p", "boss": "boss"])
            try parents.delete("boss")
        }
        #expect(try family.keys == [])
    }

    @Test func `free the unique values of what they take along`() async throws {
        let family = try await Family(.cascade)
        try await family.parents.insert(["id": "p"])
        try await family.children.insert(["id": "c", "parent": "p", "code": "x"])
        var batch = WriteBatch()
        batch.delete("p", from: family.parents)
        batch.insert(["id": "d", "code": "x"], into: family.children)
        try await family.store.commit(batch)
        #expect(try family.keys == ["d"])
    }

    @Test func `of two kinds: what restricts wins`() async throws {
        let store = try await Store.start("mixed")
        let parents = try await store.defineBucket("parents", key: "id", schema: ["id": .string])
        let action: [ReferenceAction] = [.cascade, .restrict, .setNull]
        for kind in action {
            let bucket = try await store.defineBucket(
                kind.rawValue, key: "id",
                schema: ["id": .string, "parent": .string.references("parents", onDelete: kind)])
            try await parents.upsert(["id": "p"])
            try await bucket.insert(["id": "c", "parent": "p"])
        }
        try await expectRefusal(ReferenceError.self, by: store) { try await parents.delete("p") }
        try await store.dropBucket("restrict")
        try await parents.delete("p")
        #expect(try store.bucket("cascade").count() == 0)
        #expect(try store.bucket("setNull").get("c")?["parent"].isNull == true)
    }

    @Test func `follow what expires`() async throws {
        let family = try await Family(.cascade)
        try await family.parents.insert(
            ["id": "p"], expiresAt: family.clock.now + .seconds(1))
        try await family.children.insert(["id": "c", "parent": "p"])
        family.clock.advance(by: .seconds(2))
        try await expectRefusal(ReferenceError.self, by: family.store) {
            try await family.children.insert(["id": "d", "parent": "p"])
        }
        var batch = WriteBatch()
        batch.expire("p", from: family.parents)
        try await family.store.commit(batch)
        #expect(try family.keys == [])
    }

    @Test func `keep the bucket that they lead to`() async throws {
        let family = try await Family(.cascade)
        let error = await #expect(throws: DefinitionError.self) {
            try await family.store.dropBucket("parents")
        }
        #expect(error?.reason == .referenced)
        try await family.store.dropBucket("children")
        try await family.store.dropBucket("parents")
    }

    @Test func `may be defined before their target`() async throws {
        let store = try await Store.start("late")
        let children = try await store.defineBucket(
            "children", key: "id",
            schema: ["id": .string, "parent": .integer.references("parents", onDelete: .restrict)])
        try await expectRefusal(ReferenceError.self, by: store) {
            try await children.insert(["id": "c", "parent": 1])
        }
        let parents = try await store.defineBucket("parents", key: "id", schema: ["id": .integer])
        try await parents.insert(["id": 1])
        try await children.insert(["id": "c", "parent": 1])
        try await expectRefusal(ReferenceError.self, by: store) { try await parents.delete(1) }
    }

    @Test func `that contradict their column are refused`() async throws {
        let store = try await Store.start("faulty")
        let faulty: [BucketSchema] = [
            ["id": .string, "p": .string(required: true).references("x", onDelete: .setNull)],
            ["id": .string, "p": Column.array.references("x", onDelete: .cascade)],
            ["id": .string.references("x", onDelete: .setNull)],
            ["id": .string, "p": .string.references("a.b", onDelete: .cascade)],
        ]
        for schema in faulty {
            await #expect(throws: DefinitionError.self) {
                try await store.defineBucket("b", key: "id", schema: schema)
            }
        }
        #expect(store.buckets.isEmpty)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `never dangle, whatever is written`(seed: UInt64) async throws {
        let store = try await Store.start("random")
        var random = SeededRandom(seed)
        let actions: [ReferenceAction] = [.restrict, .cascade, .setNull]
        var buckets: [DynamicBucket] = []
        for number in 0..<3 {
            buckets.append(
                try await store.defineBucket(
                    "b\(number)", key: "id",
                    schema: [
                        "id": .integer,
                        "next": .integer.references(
                            "b\((number + 1) % 3)", onDelete: actions[Int(random.next() % 3)]),
                        "same": .integer.references(
                            "b\(number)", onDelete: actions[Int(random.next() % 3)]),
                    ]))
        }
        var refused = 0
        for _ in 0..<1_000 {
            var batch = WriteBatch()
            for _ in 0..<10 {
                let word = random.next()
                let bucket = buckets[Int(word % 3)]
                let key = Int(word >> 8 & 31)
                let next: Value = word >> 16 & 3 == 0 ? .null : .integer(Int64(word >> 20 & 31))
                let same: Value = word >> 18 & 3 == 0 ? .null : .integer(Int64(word >> 26 & 31))
                let fields: Fields = ["id": .integer(Int64(key)), "next": next, "same": same]
                if word >> 40 & 1 == 0 {
                    batch.delete(key, from: bucket)
                } else {
                    batch.upsert(word >> 41 & 1 == 0 ? ["id": fields["id"]] : fields, into: bucket)
                }
            }
            do { try await store.commit(batch) } catch is ReferenceError { refused += 1 }
            let snapshot = try store.snapshot()
            for (number, bucket) in buckets.enumerated() {
                for record in try snapshot.bucket(bucket.name).all() {
                    for (field, target) in [("next", (number + 1) % 3), ("same", number)] {
                        guard let key = record[field].int64 else { continue }
                        let isThere = try snapshot.bucket(buckets[target].name).contains(Int(key))
                        #expect(isThere, "seed \(seed): \(record) dangles")
                        if !isThere { return }
                    }
                }
            }
        }
        #expect(refused > 0 && refused < 1_000, "seed \(seed)")
    }
}
