import StoreTesting
import Testing

@testable import StoreCore

/// What a definition, a commit, a snapshot or the look for a name costs must not follow how many buckets there are.
///
/// Counted, not timed.
@Suite struct `The work beside many buckets` {
    /// A store with as many buckets, the first of which is referred to.
    private func store(_ count: Int) async throws -> Store {
        let store = try await Store.start("many")
        for number in 0..<count {
            try await store.defineBucket("b\(number)", key: "id", schema: ["id": .integer])
        }
        try await store.defineBucket(
            "child", key: "id",
            schema: ["id": .integer, "parent": .integer.references("b0", onDelete: .restrict)])
        return store
    }

    /// How many buckets `body` has looked at beside 100 others, and beside 1 000.
    private func steps(_ body: (Store) async throws -> Void) async throws -> [Int] {
        var steps: [Int] = []
        for count in [100, 1_000] {
            let store = try await store(count)
            let before = store.catalog.steps
            try await body(store)
            steps.append(store.catalog.steps - before)
            #expect(store.state.violations() == [])
        }
        return steps
    }

    @Test func `is flat for defining, updating and dropping`() async throws {
        let steps = try await steps { store in
            try await store.defineBucket(
                "new", key: "id",
                schema: ["id": .integer, "to": .integer.references("b1", onDelete: .cascade)])
            try await store.updateBucket("new", adding: ["n": .integer], addingIndexes: ["n"])
            try await store.dropBucket("new")
            try await store.dropBucket("b1")
        }
        #expect(steps[0] == steps[1])
        #expect(steps[0] < 30)
    }

    @Test func `is flat for names in a snapshot, of what is gone and of what never was`()
        async throws
    {
        let steps = try await steps { store in
            let before = try store.snapshot()
            try await store.dropBucket("b7")
            try await store.defineBucket("b7", key: "n", schema: ["n": .integer])
            try await store.dropBucket("b8")
            #expect(try before.bucket("b7").definition.key.fields == ["id"])
            #expect(try before.bucket("b8").definition.key.fields == ["id"])
            let after = try store.snapshot()
            #expect(try after.bucket("b7").definition.key.fields == ["n"])
            for name in ["b8", "never"] {
                #expect(throws: StoreError(.bucketNotDefined(name))) { try after.bucket(name) }
            }
        }
        #expect(steps[0] == steps[1])
    }

    @Test func `is flat in what a write copies for a snapshot`() async throws {
        var bytes: [Int] = []
        for count in [100, 1_000] {
            let store = try await store(count)
            let snapshot = try store.snapshot()
            try await store.bucket("b9").insert(["id": 1])
            bytes.append(try store.stats().snapshots.pinnedBytes)
            withExtendedLifetime(snapshot) {}
        }
        #expect(bytes[0] > 0 && bytes[1] < bytes[0] + 256)
    }

    @Test func `a dropped bucket is remembered no longer than a snapshot shows it`() async throws {
        let store = try await store(3)
        var early: Snapshot? = try store.snapshot()
        for _ in 0..<10 {
            try await store.dropBucket("b1")
            #expect(try early?.bucket("b1").definition.key.fields == ["id"])
            try await store.defineBucket("b1", key: "id", schema: ["id": .integer])
        }
        #expect(store.catalog.places(of: "b1").count == 11)
        early = nil
        try await store.dropBucket("b2")
        #expect(store.catalog.places(of: "b1").count == 1)
        #expect(store.catalog.places(of: "b2").isEmpty)
    }

    @Test func `who refers to whom follows every definition`() async throws {
        let store = try await Store.start("links")
        func referrers(_ name: String) throws -> [String] {
            try store.bucket(name).identity.referrers.map {
                $0.bucket.reference.name + "." + $0.reference.field
            }
        }
        let early: BucketSchema = [
            "id": .integer, "a": .integer.references("later", onDelete: .cascade),
        ]
        try await store.defineBucket("early", key: "id", schema: early)
        try await store.defineBucket(
            "later", key: "id",
            schema: ["id": .integer, "own": .integer.references("later", onDelete: .setNull)])
        #expect(try referrers("later") == ["early.a", "later.own"])
        try await store.updateBucket(
            "early", adding: ["b": .integer.references("later", onDelete: .restrict)])
        #expect(try referrers("later") == ["early.a", "early.b", "later.own"])
        try await store.updateBucket("early", removing: ["a"])
        #expect(try referrers("later") == ["early.b", "later.own"])
        await #expect(throws: DefinitionError.self) { try await store.dropBucket("later") }
        #expect(try referrers("later") == ["early.b", "later.own"])
        try await store.dropBucket("early")
        #expect(try referrers("later") == ["later.own"])
        try await store.dropBucket("later")
        try await store.defineBucket("later", key: "id", schema: ["id": .integer])
        #expect(try referrers("later") == [])
        try await store.defineBucket("early", key: "id", schema: early)
        #expect(try referrers("later") == ["early.a"])
    }
}
