import StoreCore
import StoreTesting

/// Restores what it was given.
struct Shelves: StateLoader {
    var position = Position(41)
    var timestamp = Timestamp(microseconds: 1_767_225_600_000_000)
    var definitions: [BucketDefinition] = []
    var records: [String: [RestoredRecord]] = [:]
    var autoincrement: [String: Int64] = [:]
    var rowsThrough: UInt64 = 0
    var identity: StoreIdentity?

    func load(into state: StateRestoration) async throws {
        state.setPosition(position, timestamp: timestamp)
        if let identity { state.setIdentity(identity) }
        for definition in definitions {
            state.addBucket(
                definition, records: records[definition.name] ?? [], autoincrement: autoincrement,
                rowsThrough: rowsThrough)
        }
    }

    static let books = BucketDefinition(
        name: "books", generation: 3, key: "id",
        schema: ["id": .integer(generated: .autoincrement), "isbn": .string(unique: true)],
        indexes: ["isbn"])

    static func book(_ id: Int64, row: UInt64, isbn: Value = nil, version: Int = 1)
        -> RestoredRecord
    {
        RestoredRecord(
            fields: ["id": .integer(id), "isbn": isbn, "note": "kept"], row: row, version: version,
            createdAt: Timestamp(microseconds: 1), updatedAt: Timestamp(microseconds: 2))
    }

    /// Three books, in the order 2, 1, 3.
    static var three: Shelves {
        Shelves(
            definitions: [books],
            records: [
                "books": [
                    book(3, row: 9, isbn: "c"), book(1, row: 4, isbn: "a", version: 7),
                    book(2, row: 2, isbn: "b"),
                ]
            ],
            autoincrement: ["id": 5])
    }

    func start(_ options: StoreOption...) async throws -> Store {
        try await Store.start("restored", [.loader(self), .clock(ManualClock())] + options)
    }
}

extension Store {
    /// Defines the bucket that `Shelves` restores, as it was or with another schema.
    func defineBooks(
        _ schema: BucketSchema = Shelves.books.schema, indexes: [IndexDefinition] = ["isbn"],
        key: KeyDefinition = "id"
    ) async throws -> DynamicBucket {
        try await defineBucket("books", key: key, schema: schema, indexes: indexes)
    }
}
