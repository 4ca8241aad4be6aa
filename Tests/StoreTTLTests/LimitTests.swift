import StoreCore
import StoreTTL
import StoreTesting
import Testing

@Suite struct `A limit` {
    @Test func `lets the oldest go`() async throws {
        let larder = try await Larder(.maxSize(2))
        try await larder.insert("a", "b", "c", "d")
        #expect(try larder.keys == ["c", "d"])
        #expect(larder.departures == ["-a evicted", "-b evicted"])
        #expect(larder.recorder.commits.last?.records.count == 2)
        #expect(larder.recorder.changes.first { $0.kind == .deleted }?.old?["id"] == "a")
    }

    @Test func `of one keeps the last`() async throws {
        let larder = try await Larder(.maxSize(1))
        try await larder.insert("a", "b", "c")
        #expect(try larder.keys == ["c"])
    }

    @Test func `lets overdue records go first`() async throws {
        let larder = try await Larder(.maxSize(2), store: [.expiry(checkInterval: .zero)])
        try await larder.insert("a")
        try await larder.items.insert(["id": "b"], expiresIn: .seconds(1))
        larder.clock.advance(by: .seconds(1))
        try await larder.insert("c")
        #expect(try larder.keys == ["a", "c"])
        #expect(larder.departures == ["-b expired"])
    }

    @Test func `is not touched by what is refused`() async throws {
        let larder = try await Larder(.maxSize(2))
        try await larder.insert("a", "b")
        await #expect(throws: UniqueConstraintError.self) { try await larder.insert("b") }
        await #expect(throws: ValidationError.self) { try await larder.items.insert(["id": 1]) }
        #expect(try larder.keys == ["a", "b"])
    }

    @Test func `is not touched by updates, replacements and upserts that find a record`()
        async throws
    {
        let larder = try await Larder(.maxSize(2))
        try await larder.insert("a", "b")
        try await larder.items.update("a", ["n": 1])
        try await larder.items.replace("a", with: ["n": 2])
        try await larder.items.upsert(["id": "a", "n": 3])
        #expect(try larder.keys == ["a", "b"])
    }

    @Test func `holds for many at once`() async throws {
        let larder = try await Larder(.maxSize(3))
        try await larder.insert("x", "y")
        let inserted = try await larder.items.insertMany(
            ["a", "b"].map { ["id": .string($0)] as Fields })
        #expect(inserted.count == 2)
        #expect(try larder.keys == ["y", "a", "b"])
    }

    @Test func `keeps the last of more than it lets in`() async throws {
        let larder = try await Larder(.maxSize(3))
        try await larder.insert("x")
        try await larder.items.insertMany((1...6).map { ["id": .string("\($0)")] })
        #expect(try larder.keys == ["4", "5", "6"])
        #expect(larder.departures == ["-x evicted"])
    }

    @Test func `is judged on what a write leaves`() async throws {
        let larder = try await Larder(.maxSize(2))
        try await larder.insert("a", "b")
        try await larder.store.write { tx in
            let items = try tx[larder.items]
            try items.insert(["id": "c"])
            #expect(try items.count() == 3)
            try items.delete("b")
        }
        #expect(try larder.keys == ["a", "c"])
    }

    @Test func `does not make way for a value`() async throws {
        let store = try await Store.start()
        let items = try await store.defineBucket(
            "items", key: "id", schema: ["id": .string(), "code": .string(unique: true)],
            .maxSize(1))
        try await items.insert(["id": "a", "code": "x"])
        await #expect(throws: UniqueConstraintError.self) {
            try await items.insert(["id": "b", "code": "x"])
        }
        #expect(try items.all().map(\.key) == ["a"])
    }

    @Test func `takes along what refers to a victim`() async throws {
        let larder = try await Larder(.maxSize(1))
        let parts = try await larder.store.defineBucket(
            "parts", key: "id",
            schema: ["id": .string(), "item": .string.references("items", onDelete: .cascade)])
        try await larder.insert("a")
        try await parts.insert(["id": "p", "item": "a"])
        try await larder.insert("b")
        #expect(try parts.count() == 0)
    }

    @Test func `trims restored records`() async throws {
        let before = try await Larder()
        try await before.insert("a", "b", "c", "d")
        let loader = try OneBucket(before)
        let recorder = RecordingObserver()
        let store = try await Store.start("larder", StoreOption { $0.loader = loader })
        _ = try await store.attach(recorder)
        let items = try await store.defineBucket(
            "items", key: "id", schema: Larder.schema, .maxSize(2))
        #expect(try items.all().map(\.key) == ["c", "d"])
        #expect(recorder.changes.map(\.reason) == [.evicted, .evicted])
    }

    @Test func `spares what is in use`() async throws {
        let larder = try await Larder(.maxSize(3, evict: .leastRecentlyUsed))
        try await larder.insert("a", "b", "c")
        _ = try larder.items.get("a")
        try await larder.items.update("b", ["n": 1])
        try await larder.insert("d")
        #expect(try larder.keys == ["a", "b", "d"])
    }

    @Test func `looks at few where everything is in use`() async throws {
        let larder = try await Larder(.maxSize(100, evict: .leastRecentlyUsed))
        try await larder.items.insertMany((0..<100).map { ["id": .string("\($0)")] })
        for key in (0..<100).reversed() {
            larder.clock.advance(by: .seconds(1))
            _ = try larder.items.get("\(key)")
        }
        try await larder.insert("new")
        // Of the first 32, the one goes that was read longest ago.
        #expect(larder.departures == ["-31 evicted"])
    }
}
