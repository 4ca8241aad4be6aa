import StoreCore
import StoreTTL
import StoreTesting
import Testing

@Suite struct `References with restrict` {
    static let schema: BucketSchema = [
        "id": .string(), "item": .string.references("items", onDelete: .restrict),
    ]

    @Test(arguments: 0..<3) func `cannot lead to records that go`(option: Int) async throws {
        let options: [BucketOption] = [.ttl("1s"), .slidingTTL("1s"), .maxSize(1)]
        let larder = try await Larder(options[option])
        let error = await #expect(throws: DefinitionError.self) {
            try await larder.store.defineBucket("parts", key: "id", schema: Self.schema)
        }
        #expect(error?.reason == .restricted)
    }

    @Test func `keep records from being defined to go`() async throws {
        let store = try await Store.start()
        try await store.defineBucket("parts", key: "id", schema: Self.schema)
        let error = await #expect(throws: DefinitionError.self) {
            try await store.defineBucket("items", key: "id", schema: Larder.schema, .ttl("1s"))
        }
        #expect(error?.reason == .restricted)
        try await store.defineBucket("items", key: "id", schema: Larder.schema)
    }

    @Test func `cannot be added to a bucket that is there`() async throws {
        let larder = try await Larder(.ttl("1s"))
        try await larder.store.defineBucket("parts", key: "id", schema: ["id": .string()])
        let error = await #expect(throws: DefinitionError.self) {
            try await larder.store.updateBucket(
                "parts", adding: ["item": .string.references("items", onDelete: .restrict)])
        }
        #expect(error?.reason == .restricted)
    }

    @Test func `cannot lead to a restored bucket whose records go`() async throws {
        let before = try await Larder(.ttl("60s"))
        let loader = try OneBucket(before)
        let store = try await Store.start("larder", StoreOption { $0.loader = loader })
        let error = await #expect(throws: DefinitionError.self) {
            try await store.defineBucket("parts", key: "id", schema: Self.schema)
        }
        #expect(error?.reason == .restricted)
    }

    /// A store with one bucket that refers to `items` with restrict, which nobody has defined yet.
    private func restoredParts() async throws -> Store {
        let before = try await Store.start()
        try await before.defineBucket("items", key: "id", schema: Larder.schema)
        let parts = try await before.defineBucket("parts", key: "id", schema: Self.schema)
        let loader = Definitions([parts.definition])
        return try await Store.start("larder", StoreOption { $0.loader = loader })
    }

    @Test func `of a restored bucket keep records from being defined to go`() async throws {
        let store = try await restoredParts()
        let error = await #expect(throws: DefinitionError.self) {
            try await store.defineBucket("items", key: "id", schema: Larder.schema, .ttl("1s"))
        }
        #expect(error?.reason == .restricted)
        try await store.defineBucket("items", key: "id", schema: Larder.schema)
    }

    @Test func `of a restored bucket are of no account once that is dropped`() async throws {
        let store = try await restoredParts()
        try await store.defineBucket("items", key: "id", schema: Larder.schema)
        try await store.defineBucket("parts", key: "id", schema: Self.schema)
        try await store.dropBucket("parts")
        try await store.dropBucket("items")
        try await store.defineBucket("items", key: "id", schema: Larder.schema, .ttl("1s"))
    }

    @Test func `refuse a deadline of a record that they would keep`() async throws {
        let larder = try await Larder()
        let parts = try await larder.store.defineBucket("parts", key: "id", schema: Self.schema)
        await #expect(throws: ReferenceError.self) {
            try await larder.items.insert(["id": "a"], expiresIn: .seconds(1))
        }
        try await larder.items.insert(["id": "b"])
        await #expect(throws: ReferenceError.self) {
            try await larder.items.touch("b", expiresIn: .seconds(1))
        }
        #expect(try larder.keys == ["b"])
        try await parts.insert(["id": "p", "item": "b"])
        larder.clock.advance(by: .seconds(1))
        #expect(try await larder.store.purgeExpired() == 0)
        #expect(try larder.keys == ["b"])
    }

    @Test func `may be others that follow what expires`() async throws {
        let larder = try await Larder(.ttl("60s"))
        let parts = try await larder.store.defineBucket(
            "parts", key: "id",
            schema: ["id": .string(), "item": .string.references("items", onDelete: .cascade)])
        try await larder.insert("a")
        try await parts.insert(["id": "p", "item": "a"])
        larder.clock.advance(by: .seconds(60))
        try await larder.store.settle()
        #expect(try parts.count() == 0)
    }
}

/// Restores empty buckets.
private struct Definitions: StateLoader {
    let definitions: [BucketDefinition]

    init(_ definitions: [BucketDefinition]) { self.definitions = definitions }

    func load(into state: StateRestoration) async throws {
        state.setPosition(Position(100), timestamp: Timestamp(microseconds: 0))
        for definition in definitions { state.addBucket(definition, records: []) }
    }
}
