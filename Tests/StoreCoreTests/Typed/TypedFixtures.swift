import StoreCore

struct Order: StoreRecord, Equatable {
    enum Status: String, Codable, CaseIterable, StoreValue { case pending, paid, shipped }
    struct Address: Codable, Equatable, Sendable {
        var city: String
        var zip: String?
    }
    struct Note: Codable, Equatable, Sendable {
        var text: String
        var at: Timestamp
    }

    typealias Key = Int
    var id: Int = 0
    var customer: String
    var total: Double
    var status: Status = .pending
    var shipped: Timestamp?
    var tags: [String] = []
    var address: Address?
    var notes: [Note] = []

    static let schema = Schema<Order>("orders", key: \.id) { field in
        field(\.id, "id").generated(.autoincrement)
        field(\.customer, "customer").indexed().length(1...40)
        field(\.total, "total").range(0...)
        field(\.status, "status").indexed()
        field(\.shipped, "shipped")
        field(\.tags, "tags")
        field.object(\.address, "address")
        field.array(\.notes, "notes")
        field.nested(\.address?.city, "address.city")
        field.index(\.customer, \.total)
    }
}

struct Line: StoreRecord, Equatable {
    typealias Key = CompositeKey<Int, String>
    var order: Int
    var product: String
    var quantity: Int

    static let schema = Schema<Line>("lines", key: \.order, \.product) { field in
        field(\.order, "order")
        field(\.product, "product")
        field(\.quantity, "quantity").range(1...)
    }
}

/// The fast path: no coding key is looked at.
struct Reading: StoreRecord, Equatable, Identifiable {
    var id: String
    var value: Double
    var note: String?

    static let schema = Schema<Reading>("readings", key: \.id) { field in
        field(\.id, "id").generated(.uuid)
        field(\.value, "value").indexed()
        field(\.note, "note")
    }

    init(id: String = "", value: Double, note: String? = nil) {
        (self.id, self.value, self.note) = (id, value, note)
    }

    init(row: Row) throws {
        id = try row["id"]
        value = try row["value"]
        note = try row["note"]
    }

    func encode(into row: inout RowWriter) {
        row.set("id", id)
        row.set("value", value)
        row.set("note", note)
    }
}
