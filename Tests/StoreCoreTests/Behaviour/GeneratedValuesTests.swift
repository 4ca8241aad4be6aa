import StoreCore
import StoreTesting
import Testing

@Suite struct `Generated values` {
    private func counted(_ column: Column = .integer(generated: .autoincrement)) async throws -> (
        store: Store, bucket: DynamicBucket
    ) {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id",
            schema: ["id": column, "name": .string(required: true), "code": .string(unique: true)])
        return (store, bucket)
    }

    private func insert(_ bucket: DynamicBucket, _ fields: Fields = [:]) async throws -> Int? {
        try await bucket.insert((["name": "x"] as Fields).merging(fields))["id"].int
    }

    @Test(arguments: [
        Column.integer(generated: .autoincrement), .number(generated: .autoincrement),
    ])
    func `autoincrement counts from 1`(column: Column) async throws {
        let (_, bucket) = try await counted(column)
        #expect(try await insert(bucket) == 1)
        #expect(try await insert(bucket) == 2)
        let many = try await bucket.insertMany([["name": "x"], ["name": "y"]])
        #expect(many.map { $0["id"] } == [3, 4])
    }

    @Test func `a larger value that is given moves the counter past itself`() async throws {
        let (_, bucket) = try await counted()
        #expect(try await insert(bucket, ["id": 10]) == 10)
        #expect(try await insert(bucket) == 11)
        #expect(try await insert(bucket, ["id": 5]) == 5)
        #expect(try await insert(bucket) == 12)
    }

    @Test(arguments: [
        (5.0, 6), (5.5, 6), (-7.0, 1), (0x1p62, (1 << 62) + 1), (0x1p63, 1), (1e300, 1),
    ])
    func `a number that is given moves the counter past itself`(
        given: Double, next: Int
    ) async throws {
        let (_, bucket) = try await counted(.number(generated: .autoincrement))
        _ = try await insert(bucket, ["id": .double(given)])
        #expect(try await insert(bucket) == next)
    }

    @Test func `a value is never given out twice, whatever became of the write`() async throws {
        let (store, bucket) = try await counted()
        _ = try await insert(bucket, ["code": "taken"])
        _ = try? await insert(bucket, ["code": "taken"])
        _ = try? await store.write { tx in
            try tx.bucket("b").insert(["name": "x"])
            throw Refusal()
        }
        let next = try #require(try await insert(bucket))
        #expect(next > 1)
        try await bucket.delete(next)
        #expect(try #require(try await insert(bucket)) > next)
    }

    @Test func `a record that is refused by its schema draws no value`() async throws {
        let (_, bucket) = try await counted()
        _ = try? await bucket.insert(["name": 7])
        #expect(try await insert(bucket) == 1)
    }

    @Test func `writers at once never meet on a value`() async throws {
        let (_, bucket) = try await counted()
        let ids = try await withThrowingTaskGroup(of: [Int].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var ids: [Int] = []
                    for _ in 0..<100 {
                        ids.append(try #require(try await bucket.insert(["name": "x"])["id"].int))
                    }
                    return ids
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(ids) == Set(1...800))
    }

    @Test func `the counter ends at the largest integer`() async throws {
        let (_, bucket) = try await counted()
        #expect(try await insert(bucket, ["id": .integer(.max)]) == .max)
        await #expect(throws: UniqueConstraintError.self) { try await bucket.insert(["name": "x"]) }
    }

    @Test func `a uuid is made by the store's generator`() async throws {
        let store = try await Store.start(nil, .identifiers(SequentialIDGenerator()))
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .string(generated: .uuid)])
        #expect(try await bucket.insert([:]).key == "00000000-0000-4000-8000-000000000001")
        #expect(try await bucket.insert(["id": "own"]).key == "own")
        #expect(try await bucket.insert([:]).key == "00000000-0000-4000-8000-000000000002")
    }

    @Test func `a uuid of version 7 and a cuid2 are too`() async throws {
        let clock = ManualClock(start: Timestamp(microseconds: 0x0123_4567_89AB * 1_000))
        let store = try await Store.start(
            nil, .identifiers(SequentialIDGenerator()), .clock(clock))
        let bucket = try await store.defineBucket(
            "b", key: "id",
            schema: [
                "id": .string(generated: .uuid7), "token": .string(generated: .cuid2),
                "raw": .bytes(generated: .uuid7), "old": .bytes(generated: .uuid),
            ])
        let record = try await bucket.insert([:])
        #expect(record.key == "01234567-89ab-7000-8000-000000000001")
        #expect(record["token"] == "c00000000000000000000002")
        let raw = try #require(record["raw"].bytes.flatMap(UUIDText.init(bytes:)))
        #expect(raw.description == "01234567-89ab-7000-8000-000000000003")
        let old = try #require(record["old"].bytes.flatMap(UUIDText.init(bytes:)))
        #expect(old.description == "00000000-0000-4000-8000-000000000004")
        #expect(try await bucket.insert(["id": "own", "token": "mine"])["token"] == "mine")
    }

    @Test func `records with UUIDs of version 7 stand in the order of their insertion`()
        async throws
    {
        let clock = ManualClock()
        let store = try await Store.start(nil, .clock(clock))
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .string(generated: .uuid7), "n": .integer],
            .order(.key))
        for number in 0..<300 {
            if number.isMultiple(of: 100) { clock.advance(by: .milliseconds(1)) }
            try await bucket.insert(["n": .integer(Int64(number))])
        }
        #expect(try bucket.all().compactMap { $0["n"].int } == Array(0..<300))
    }

    @Test func `a timestamp is the store's now, and stays`() async throws {
        let clock = ManualClock()
        let store = try await Store.start(nil, .clock(clock))
        let bucket = try await store.defineBucket(
            "b", key: "id",
            schema: [
                "id": .string, "at": .date(generated: .timestamp),
                "ms": .integer(generated: .timestamp),
            ])
        let record = try await bucket.insert(["id": "a"])
        #expect(record["at"] == .date(clock.now))
        #expect(record["ms"] == .integer(clock.now.microseconds / 1_000))
        clock.advance(by: .seconds(5))
        #expect(try await bucket.update("a", ["n": 1])["at"] == record["at"])
    }

    @Test func `a generated field keeps its value: the same is ignored, another refused`()
        async throws
    {
        let (store, bucket) = try await counted()
        _ = try await insert(bucket)
        #expect(try await bucket.update(1, ["id": 1, "name": "y"])["name"] == "y")
        let error = try await expectRefusal(ValidationError.self, by: store) {
            try await bucket.update(1, ["id": 2])
        }
        #expect(error.issues.map(\.code) == [.immutable])
    }

    @Test func `defaults and generated values are validated where they are used`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id",
            schema: ["id": .string, "n": .integer(range: ...3, default: .dynamic { 4 })])
        let error = try await expectRefusal(ValidationError.self, by: store) {
            try await bucket.insert(["id": "a"])
        }
        #expect(error.issues.map(\.code) == [.max])
        #expect(try await bucket.insert(["id": "a", "n": 3])["n"] == 3)
    }

    @Test func `a default list is each record's own`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "b", key: "id", schema: ["id": .string, "tags": .array(default: [])])
        try await bucket.insert(["id": "a"])
        try await bucket.insert(["id": "b"])
        try await bucket.update("a") { $0["tags"] = ["x"] }
        #expect(try bucket.get("b")?["tags"] == [])
        #expect(try await bucket.insert(["id": "c"])["tags"] == [])
    }

    @Test func `a reference is for information`() async throws {
        let store = try await Store.start()
        let bucket = try await store.defineBucket(
            "orders", key: "id",
            schema: ["id": .string, "customer": .string(references: "customers")])
        #expect(bucket.definition.schema["customer"]?.references == "customers")
        #expect(try await bucket.insert(["id": "a", "customer": "nobody"])["customer"] == "nobody")
    }
}
