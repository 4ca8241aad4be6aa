import StoreCore
import Testing

/// A price whose cents are all that is stored.
private struct Price: StoreValue, Codable, Equatable {
    var amount: Double
    static var columnType: ColumnType? { .integer }
    var storeValue: Value { .integer(Int64((amount * 100).rounded())) }

    init(_ amount: Double) { self.amount = amount }

    init?(storeValue: Value) {
        guard let cents = storeValue.int64 else { return nil }
        amount = Double(cents) / 100
    }
}

/// Of what is written, some is rounded, some is changed on the way in, and some is not stored at all.
private struct Offer: StoreRecord, Equatable {
    typealias Key = Int
    var id: Int
    var price: Price
    var email: String
    var isNew = false

    static let schema = Schema<Offer>("offers", key: \.id) { field in
        field(\.id, "id")
        field(\.price, "price")
        field(\.email, "email")
    }

    init(id: Int, price: Price, email: String) {
        (self.id, self.price, self.email) = (id, price, email)
        isNew = true
    }

    init(row: Row) throws {
        id = try row["id"]
        price = try row["price"]
        email = try row["email"]
    }

    func encode(into row: inout RowWriter) {
        row.set("id", id)
        row.set("price", price)
        row.set("email", email.lowercased())
    }
}

@Suite struct `A typed record that is not stored as it was given` {
    @Test func `comes back from every write as it is read`() async throws {
        let store = try await Store.start("offers")
        let offers = try await store.defineBucket(Offer.self)
        let given = Offer(id: 1, price: Price(9.999), email: "Ann@Example.com")
        let returned = try await offers.insert(given)
        #expect(returned.price == Price(10))
        #expect(returned.email == "ann@example.com")
        #expect(!returned.isNew)
        #expect(try offers.get(1) == returned)
        #expect(try await offers.replace(given) == returned)
        #expect(try await offers.upsert(given) == returned)
        #expect(try await offers.update(1) { $0 = given } == returned)
        try await offers.delete(1)
        #expect(try await offers.insertMany([given]) == [returned])
        try await store.write { tx in
            try tx[Offer.self].delete(1)
            #expect(try tx[Offer.self].insert(given) == returned)
            #expect(try tx[Offer.self].get(1) == returned)
        }
    }
}
