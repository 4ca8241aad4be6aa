import StoreCore
import StoreEvents
import StoreTesting
import Testing

@Suite struct `Events of fields inside of objects` {
    private struct Address: Codable, Equatable {
        var city: String
        var street: String
    }

    private struct Customer: StoreRecord, Identifiable {
        var id: Int
        var address: Address

        static let schema = Schema<Customer>("customers", key: \.id) { field in
            field(\.id, "id")
            field.object(\.address, "address")
            field.nested(\.address.city, "address.city")
        }
    }

    private static let bern = Address(city: "Bern", street: "Kramgasse")

    private func start() async throws -> (shop: Shop, customers: Bucket<Customer>) {
        let shop = try await Shop()
        let customers = try await shop.store.defineBucket(Customer.self)
        try await customers.insert(Customer(id: 1, address: Self.bern))
        return (shop, customers)
    }

    @Test func `are told to a handler that names the property`() async throws {
        let (shop, customers) = try await start()
        let notes = Notes()
        customers.on(.updated, whenChanged: [\.address.city]) { event, _ in
            await notes.note(event.new?.address.city ?? "")
            #expect(event.hasChanged(\.address.city))
        }
        try await customers.update(1) { $0.address.street = "Marktgasse" }
        try await customers.update(1) { $0.address.city = "Basel" }
        try await shop.store.settle()
        #expect(await notes.all == ["Basel"])
    }

    @Test func `are told to a sequence that names the way to it`() async throws {
        let (shop, customers) = try await start()
        let events = shop.store.events(
            "bucket.customers.updated", whenChanged: ["address.city"])
        try await customers.update(1) { $0.address.street = "Marktgasse" }
        try await customers.update(1) { $0.address.city = "Basel" }
        await shop.store.stop()
        var changes: [[Bool]] = []
        for await event in events {
            changes.append(
                ["address.city", "address.street", "address", "id"].map(event.hasChanged))
        }
        #expect(changes == [[true, false, true, false]])
    }

    @Test func `are told of updates that name the way to it`() async throws {
        let (shop, customers) = try await start()
        let events = shop.store.events(
            "bucket.customers.updated", whenChanged: ["address.city"])
        try await customers.dynamic.update(1, ["address.street": "Marktgasse"])
        try await customers.dynamic.update(1, ["address.city": "Basel"])
        await shop.store.stop()
        var cities: [Value] = []
        for await event in events { cities.append(event.new?["address.city"] ?? .null) }
        #expect(cities == ["Basel"])
    }

    @Test func `stand behind a declared field whose name has the dots itself`() async throws {
        let shop = try await Shop()
        let plots = try await shop.store.defineBucket(
            "plots", key: "id", schema: ["id": .integer, "a.b": .integer, "a": .object])
        try await plots.insert(["id": 1, "a.b": 1, "a": ["b": 1]])
        let events = plots.events(.updated, whenChanged: ["a.b"])
        try await plots.update(1, ["a": ["b": 2]])
        try await plots.update(1, ["a.b": 2])
        await shop.store.stop()
        var positions: [Position] = []
        for await event in events {
            positions.append(event.position)
            #expect(event.hasChanged("a.b"))
        }
        #expect(positions == [shop.store.position])
    }
}
