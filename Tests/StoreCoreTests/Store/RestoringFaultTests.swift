import StoreCore
import StoreTesting
import Testing

@Suite struct `Restoring what is broken` {
    private func refuse(_ records: [RestoredRecord]) async -> DefinitionError? {
        var shelves = Shelves.three
        shelves.records["books"] = records
        return await #expect(throws: DefinitionError.self) { try await shelves.start() }
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
