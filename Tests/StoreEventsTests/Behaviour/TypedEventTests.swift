import StoreCore
import StoreEvents
import StoreTesting
import Testing

@Suite struct `Typed events` {
    private func start() async throws -> (shop: Shop, sales: Bucket<Sale>) {
        let shop = try await Shop()
        return (shop, try await shop.store.defineBucket(Sale.self))
    }

    @Test func `have instances of the type`() async throws {
        let (shop, sales) = try await start()
        let notes = Notes()
        sales.on { event, topic in
            await notes.note(
                "\(topic) \(event.key) \(event.old?.total ?? 0) \(event.new?.total ?? 0) "
                    + "\(event.record?.total ?? 0) \(event.position)")
        }
        let sale = try await sales.insert(Sale(total: 5))
        try await sales.update(sale.id) { $0.total = 6 }
        try await sales.delete(sale.id)
        try await shop.store.settle()
        #expect(
            await notes.all == [
                "bucket.sales.inserted 1 0 5 5 3", "bucket.sales.updated 1 5 6 6 4",
                "bucket.sales.deleted 1 6 0 6 5",
            ])
    }

    @Test func `of updates come if a property that is named has changed`() async throws {
        let (shop, sales) = try await start()
        let notes = Notes()
        sales.on(.updated, whenChanged: [\.status]) { event, _ in
            await notes.note(
                "\(event.old?.status.rawValue ?? "") \(event.new?.status.rawValue ?? "")")
            #expect(event.hasChanged(\.status))
            #expect(!event.hasChanged(\.total))
        }
        let sale = try await sales.insert(Sale(total: 5))
        try await sales.update(sale.id) { $0.total = 6 }
        try await sales.update(sale.id) { $0.status = .paid }
        try await shop.store.settle()
        #expect(await notes.all == ["pending paid"])
    }

    @Test func `are taken from a sequence`() async throws {
        let (shop, sales) = try await start()
        let events = sales.events([.inserted, .deleted])
        let sale = try await sales.insert(Sale(total: 5))
        try await sales.update(sale.id) { $0.total = 6 }
        try await sales.delete(sale.id)
        await shop.store.stop()
        var totals: [Int?] = []
        for try await event in events { totals.append(event.record?.total) }
        #expect(totals == [5, 6])
    }

    /// A type with a property that the bucket lets be what it cannot be.
    private struct Strict: StoreRecord, Identifiable {
        var id: Int
        var note: String

        init(id: Int, note: String) { (self.id, self.note) = (id, note) }

        init(row: Row) throws {
            id = try row["id"]
            note = try row["note"]
            if note.isEmpty { throw Fault() }
        }

        static let schema = Schema<Strict>("strict", key: \.id) { field in
            field(\.id, "id")
            field(\.note, "note")
        }
    }

    @Test func `whose record is none of the type are dead letters, and the next one is delivered`()
        async throws
    {
        let shop = try await Shop()
        let sales = try await shop.store.defineBucket(Strict.self)
        let notes = Notes()
        sales.on(.inserted) { event, _ in await notes.note("\(event.key)") }
        try await shop.store.bucket("strict").insert(["id": 1, "note": ""])
        try await sales.insert(Strict(id: 2, note: "two"))
        try await shop.store.settle()
        #expect(await notes.all == ["2"])
        #expect(shop.store.deadLetters.all.flatMap(\.events).map(\.key) == [1])
    }

    @Test func `come in a handler of the main actor`() async throws {
        let (shop, sales) = try await start()
        let notes = Notes()
        sales.on { @MainActor event, _ in await notes.note("\(event.key)") }
        try await sales.insert(Sale(total: 1))
        try await shop.store.settle()
        #expect(await notes.all == ["1"])
    }
}
