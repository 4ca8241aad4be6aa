import StoreCore
import StoreTesting
import Testing

@Suite struct `Restoring what is broken` {
    private func refuse(_ records: [RestoredRecord]) async -> DefinitionError? {
        var shelves = Shelves.three
        shelves.records["books"] = records
        return await refuse(shelves)
    }

    private func refuse(_ shelves: Shelves) async -> DefinitionError? {
        await #expect(throws: DefinitionError.self) { try await shelves.start() }
    }

    @Test func `two records with one key are refused`() async {
        let error = await refuse([Shelves.book(1, row: 1), Shelves.book(1, row: 2)])
        #expect(error?.reason == .restoredData)
        #expect(error?.bucket == "books")
    }

    @Test func `two records with one unique value are refused`() async {
        let error = await refuse([
            Shelves.book(1, row: 1, isbn: "a"), Shelves.book(2, row: 2, isbn: "a"),
        ])
        #expect(error?.reason == .restoredData)
        #expect(error?.field == "isbn")
    }

    @Test(arguments: [0, 1] as [UInt64]) func `a row that is none, or taken, is refused`(
        row: UInt64
    )
        async
    {
        let error = await refuse([Shelves.book(1, row: 1), Shelves.book(2, row: row)])
        #expect(error?.reason == .restoredData)
    }

    @Test(arguments: [(1 << 62) + 1, 1 << 63, UInt64.max - 1, .max])
    func `a row after which there is no room is refused`(row: UInt64) async {
        let error = await refuse([Shelves.book(1, row: row)])
        #expect(error?.reason == .restoredData)
        var shelves = Shelves.three
        shelves.rowsThrough = row
        #expect(await refuse(shelves)?.reason == .restoredData)
    }

    @Test(arguments: [(1 << 62) + 1, UInt64(Int64.max), 1 << 63, .max])
    func `a position or generation after which there is no room is refused`(count: UInt64) async {
        var shelves = Shelves.three
        shelves.position = Position(count)
        let error = await refuse(shelves)
        #expect(error?.reason == .restoredData)
        #expect(error?.description.hasPrefix("Cannot restore the store: ") == true)
        shelves.position = Position(41)
        shelves.definitions = [
            BucketDefinition(
                name: "books", generation: count, key: "id", schema: ["id": .integer])
        ]
        #expect(await refuse(shelves)?.reason == .restoredData)
    }

    @Test func `the last position and row that are possible leave room for more`() async throws {
        var shelves = Shelves.three
        shelves.position = Position(1 << 62)
        shelves.rowsThrough = 1 << 62
        let store = try await shelves.start()
        let books = try await store.defineBooks()
        #expect(try RestoredRecord(await books.insert([:])).row == (1 << 62) + 1)
        #expect(store.position == Position((1 << 62) + 1))
    }

    @Test(arguments: [.max, .max - 1, 1 << 62 + 1] as [Int64])
    func `an instant from which no clock can go on is refused`(microseconds: Int64) async {
        var shelves = Shelves.three
        shelves.timestamp = Timestamp(microseconds: microseconds)
        let error = await refuse(shelves)
        #expect(error?.reason == .restoredData)
    }

    @Test(arguments: [0, -1, Int.min, Int.max]) func `a version that is none is refused`(
        version: Int
    )
        async
    {
        let error = await refuse([Shelves.book(1, row: 1, version: version)])
        #expect(error?.reason == .restoredData)
    }

    static let flawed: [Fields] = [
        ["id": 1, "price": .double(.nan)], ["id": 1, "price": .double(.infinity)],
        ["id": 1, "list": [.double(.nan)]], ["id": 1, "list": nested(129)],
        ["id": 1, "undeclared": .double(.nan)], ["id": 1, "undeclared": nested(129)],
        ["id": nil], ["price": 1],
    ]

    private static func nested(_ levels: Int) -> Value {
        (0..<levels).reduce(.null) { value, _ in .array([value]) }
    }

    @Test(arguments: flawed) func `values that no store takes are refused`(fields: Fields) async {
        var shelves = Shelves()
        shelves.definitions = [
            BucketDefinition(
                name: "books", generation: 1, key: "id",
                schema: ["id": .integer, "price": .number, "list": .array], indexes: ["price"])
        ]
        shelves.records["books"] = [
            RestoredRecord(
                fields: fields, row: 1, version: 1, createdAt: .distantPast,
                updatedAt: .distantPast)
        ]
        let error = await refuse(shelves)
        #expect(error?.reason == .restoredData)
    }

    @Test func `a record without a value in the fields of a new key makes the definition fail`()
        async throws
    {
        var shelves = Shelves.three
        shelves.records["books"]?[0].fields["isbn"] = nil
        let store = try await shelves.start()
        let error = try await expectRefusal(DefinitionError.self, by: store) {
            try await store.defineBooks(key: ["id", "isbn"])
        }
        #expect(error.reason == .restoredData)
        #expect(error.field == "isbn")
        #expect(try await store.defineBooks().count() == 3)
    }

    @Test func `a key that is there twice is shown shortened`() async {
        let long = String(repeating: "x", count: 10_000)
        var shelves = Shelves()
        shelves.definitions = [
            BucketDefinition(name: "books", generation: 1, key: "id", schema: ["id": .string])
        ]
        shelves.records["books"] = (1...2).map { row in
            RestoredRecord(
                fields: ["id": .string(long)], row: row, version: 1, createdAt: .distantPast,
                updatedAt: .distantPast)
        }
        let error = await refuse(shelves)
        #expect(error.map { $0.message.utf8.count < 200 } == true)
    }

    @Test func `a value of another type is refused`() async {
        let error = await refuse([
            RestoredRecord(
                fields: ["id": 1, "isbn": 12], row: 1, version: 1, createdAt: .distantPast,
                updatedAt: .distantPast)
        ])
        #expect(error?.field == "isbn")
    }

    @Test func `a definition that is none is refused`() async {
        var shelves = Shelves()
        shelves.definitions = [
            BucketDefinition(name: "a.b", generation: 1, key: "id", schema: ["id": .string])
        ]
        let error = await #expect(throws: DefinitionError.self) { try await shelves.start() }
        #expect(error?.reason == .invalidName)
    }

    @Test func `a loader that throws makes the start fail, and no component was started`() async {
        struct Broken: StateLoader {
            func load(into state: StateRestoration) async throws { throw Refusal(note: "disk") }
        }
        let journal = Journal()
        await #expect(throws: Refusal(note: "disk")) {
            try await Store.start(
                nil, .loader(Broken()), .component(ProbeComponent("one", journal)))
        }
        #expect(journal.lines.isEmpty)
    }
}
