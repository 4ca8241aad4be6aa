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

    @Test func `cannot lead to records with deadlines`() async throws {
        let larder = try await Larder()
        try await larder.items.insert(["id": "a"], expiresIn: .seconds(1))
        let error = await #expect(throws: DefinitionError.self) {
            try await larder.store.defineBucket("parts", key: "id", schema: Self.schema)
        }
        #expect(error?.reason == .restricted)
        try await larder.items.persist("a")
        try await larder.store.defineBucket("parts", key: "id", schema: Self.schema)
    }

    @Test func `keep records from being given deadlines`() async throws {
        let larder = try await Larder()
        let parts = try await larder.store.defineBucket("parts", key: "id", schema: Self.schema)
        try await larder.insert("a")
        try await parts.insert(["id": "p", "item": "a"])
        let error = await #expect(throws: ReferenceError.self) {
            try await larder.items.touch("a", expiresIn: .seconds(1))
        }
        #expect(error?.reason == .restrictedDeadline)
        await #expect(throws: ReferenceError.self) {
            try await larder.items.insert(["id": "b"], expiresIn: .seconds(1))
        }
        #expect(try larder.keys == ["a"])
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
