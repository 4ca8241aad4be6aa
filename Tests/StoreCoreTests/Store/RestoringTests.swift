@testable import StoreCore
import StoreTesting
import Testing

@Suite struct `Restoring` {
    @Test func `positions go on from where they were`() async throws {
        let store = try await Shelves.three.start()
        #expect(store.position == Position(41))
        let books = try await store.defineBooks()
        try await books.insert([:])
        #expect(store.position == Position(42))
    }

    @Test func `restored records are as they were, in their old order`() async throws {
        let books = try await Shelves.three.start().defineBooks()
        let records = try books.all()
        #expect(records.map(\.key) == [2, 1, 3])
        #expect(records.map(\.version) == [1, 7, 1])
        #expect(records.map { $0["note"] } == ["kept", "kept", "kept"])
        #expect(records[0].createdAt == Timestamp(microseconds: 1))
        #expect(records[0].updatedAt == Timestamp(microseconds: 2))
    }

    @Test func `a bucket defined as it was is bound to, without a commit`() async throws {
        let store = try await Shelves.three.start()
        let observer = RecordingObserver()
        _ = try await store.attach(observer)
        let books = try await store.defineBooks()
        #expect(observer.commits.isEmpty)
        #expect(store.position == Position(41))
        #expect(books.reference == BucketReference(name: "books", generation: 3))
    }

    @Test func `indexes and unique values are rebuilt`() async throws {
        let books = try await Shelves.three.start().defineBooks()
        #expect(try books.order(by: "isbn").all().map(\.key) == [1, 2, 3])
        #expect(try books.where(["isbn": "b"]).explain().rowsExamined == 1)
        await #expect(throws: UniqueConstraintError.self) { try await books.insert(["isbn": "b"]) }
    }

    @Test func `autoincrement goes on after the last value given out`() async throws {
        let books = try await Shelves.three.start().defineBooks()
        #expect(try await books.insert([:]).key == 6)
    }

    @Test func `autoincrement goes on after the last value that a record has`() async throws {
        var shelves = Shelves.three
        shelves.autoincrement = [:]
        #expect(try await shelves.start().defineBooks().insert([:]).key == 4)
    }

    @Test(
        arguments: [
            ["name": .string, "id": .integer(generated: .autoincrement)],
            ["id": .integer(generated: .autoincrement)],
            [
                "number": .integer(generated: .autoincrement), "name": .string,
                "id": .integer(generated: .autoincrement),
            ],
        ] as [BucketSchema])
    func `autoincrement goes on by name where the fields are laid out anew`(
        schema: BucketSchema
    ) async throws {
        var shelves = Shelves()
        shelves.definitions = [
            BucketDefinition(
                name: "books", generation: 1, key: "id",
                schema: [
                    "old": .integer(generated: .autoincrement),
                    "id": .integer(generated: .autoincrement), "name": .string,
                ])
        ]
        shelves.autoincrement = ["id": 100, "old": 7]
        let store = try await shelves.start()
        let books = try await store.defineBooks(schema, indexes: [])
        let marks = try store.stats().buckets[0].autoincrement
        #expect(marks["id"] == 100)
        #expect(marks["number"] == (schema["number"] == nil ? nil : 0))
        #expect(marks["old"] == nil)
        let first = try await books.insert([:])
        #expect(first.key == 101)
        #expect(schema["number"] == nil || first["number"] == 1)
    }

    @Test func `a field that is counted for the first time starts after what its records have`()
        async throws
    {
        var shelves = Shelves.three
        shelves.definitions = [
            BucketDefinition(
                name: "books", generation: 1, key: "id", schema: ["id": .integer, "isbn": .string])
        ]
        let books = try await shelves.start().defineBooks(
            ["id": .integer(generated: .autoincrement), "isbn": .string])
        #expect(try await books.insert([:]).key == 4)
    }

    @Test func `a bucket defined as it was reads old records and new ones alike`() async throws {
        let store = try await Shelves.three.start()
        let books = try await store.defineBooks()
        let observer = RecordingObserver(CommitInterest(needsOldImages: true))
        let (_, snapshot) = try await store.attach(observer)
        let recorder = ReadRecorder()
        let read = try books.tracked(by: recorder).order(by: "isbn").limit(2).all()
        #expect(read.map(\.key) == [1, 2])
        try await books.insert(["isbn": "d"])
        try await books.update(3, ["isbn": "e"])
        #expect(!observer.commits.contains { recorder.readSet.intersects($0) })
        let difference = snapshot.difference(to: try store.snapshot())
        #expect(difference.count == 2)
        #expect(!difference.contains { recorder.readSet.intersects($0) })
        try await books.insert(["isbn": "aa"])
        #expect(observer.commits.contains { recorder.readSet.intersects($0) })
        #expect(store.state.violations().isEmpty)
    }

    @Test func `new records follow the last row that was ever used`() async throws {
        var shelves = Shelves.three
        shelves.rowsThrough = 100
        let books = try await shelves.start().defineBooks()
        let record = try await books.insert([:])
        #expect(RestoredRecord(record).row == 101)
        #expect(try books.last()?.key == record.key)
    }

    @Test func `new buckets get new generations`() async throws {
        let store = try await Shelves.three.start()
        let other = try await store.defineBucket("other", key: "id", schema: ["id": .string])
        #expect(other.reference.generation == 4)
    }

    @Test func `a changed definition is a commit, and the records move into it`() async throws {
        let store = try await Shelves.three.start()
        let observer = RecordingObserver()
        _ = try await store.attach(observer)
        let books = try await store.defineBooks(
            ["id": .integer, "note": .string(required: true)], indexes: ["note"])
        #expect(observer.commits.map(\.position) == [Position(42)])
        #expect(books.reference.generation == 3)
        #expect(try books.where(["note": "kept"]).count() == 3)
        #expect(try books.where(["note": "other"]).explain().access == .index(["note"]))
        let records = try books.all()
        #expect(records.map(\.key) == [2, 1, 3])
        #expect(records.map { $0["isbn"] } == ["b", "a", "c"], "what was a column is still there")
        #expect(records[1].version == 7)
    }

    @Test func `records that do not fit a new definition make it fail, and it can be tried again`()
        async throws
    {
        let store = try await Shelves.three.start()
        let error = try await expectRefusal(DefinitionError.self, by: store) {
            try await store.defineBooks(["id": .integer, "note": .integer], indexes: [])
        }
        #expect(error.reason == .restoredData)
        #expect(error.field == "note")
        #expect(try await store.defineBooks().count() == 3)
    }

    @Test(arguments: [("note", KeyDefinition("id")), (nil, "note")])
    func `records that contradict one another in a new definition make it fail`(
        unique: String?, key: KeyDefinition
    ) async throws {
        let store = try await Shelves.three.start()
        let error = try await expectRefusal(DefinitionError.self, by: store) {
            try await store.defineBooks(
                ["id": .integer, "note": .string(unique: unique != nil)], indexes: [], key: key)
        }
        #expect(error.reason == .restoredData)
        #expect(try await store.defineBooks().count() == 3)
    }

    @Test func `a bucket that nobody has defined yet is in snapshots and has no handle`()
        async throws
    {
        let store = try await Shelves.three.start()
        #expect(throws: StoreError(.bucketNotDefined("books"))) { try store.bucket("books") }
        #expect(try store.snapshot().bucket("books").count() == 3)
        #expect(store.buckets.isEmpty)
    }

    @Test func `a bucket that nobody has defined yet can be dropped, and then starts empty`()
        async throws
    {
        let store = try await Shelves.three.start()
        try await store.dropBucket("books")
        let books = try await store.defineBooks()
        #expect(try books.count() == 0)
        #expect(books.reference.generation == 4)
        #expect(try await books.insert([:]).key == 1)
    }

    @Test func `restored deadlines are judged like others`() async throws {
        var shelves = Shelves.three
        let start = ManualClock().now
        shelves.records["books"]?[0].expiresAt = start
        shelves.records["books"]?[1].expiresAt = start + .seconds(1)
        let books = try await shelves.start().defineBooks()
        #expect(try books.all().map(\.key) == [2, 1])
        #expect(try books.overdue().map(\.key) == [3])
    }

    @Test func `the clock never falls behind what was restored`() async throws {
        var shelves = Shelves.three
        let later = ManualClock().now + .seconds(3_600)
        shelves.timestamp = later
        shelves.records["books"]?[0].expiresAt = later
        let store = try await shelves.start()
        #expect(store.now == later)
        let books = try await store.defineBooks()
        #expect(try books.get(3) == nil, "it was gone before the clock was set back")
        #expect(try await books.insert([:]).createdAt == later)
    }

    @Test func `the system's clock goes on from what was restored`() async throws {
        var shelves = Shelves.three
        shelves.timestamp = SystemClock().now + .seconds(3_600)
        let store = try await Store.start(nil, .loader(shelves))
        #expect(store.now >= shelves.timestamp)
        let books = try await store.defineBooks()
        #expect(try await books.insert([:]).createdAt >= shelves.timestamp)
    }

    @Test func `the history begins after what was restored`() async throws {
        let store = try await Shelves.three.start()
        #expect(try await store.history.commits(after: Position(41), limit: 1).isEmpty)
        await #expect(throws: StoreError(.positionUnavailable(Position(40)))) {
            try await store.history.commits(after: Position(40), limit: 1)
        }
    }

    @Test func `restored buckets are told apart byte by byte`() async throws {
        let names = ["caf\u{E9}", "cafe\u{301}"]
        let store = try await Shelves(
            definitions: names.enumerated().map { index, name in
                BucketDefinition(
                    name: name, generation: UInt64(index + 1), key: "id", schema: ["id": .integer])
            },
            records: [:]
        ).start()
        #expect(try store.snapshot().buckets.count == 2)
    }

    @Test func `what was restored is told to nobody`() async throws {
        let store = try await Shelves.three.start()
        let observer = RecordingObserver()
        let (_, snapshot) = try await store.attach(observer)
        #expect(try snapshot.bucket("books").count() == 3)
        #expect(observer.commits.isEmpty)
    }
}
