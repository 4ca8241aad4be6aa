import StoreCore

/// A record with a type.
struct Sale: StoreRecord, Identifiable {
    enum Status: String, Codable, CaseIterable, StoreValue { case pending, paid }
    var id = 0
    var status = Status.pending
    var total: Int

    static let schema = Schema<Sale>("sales", key: \.id) { field in
        field(\.id, "id").generated(.autoincrement)
        field(\.status, "status")
        field(\.total, "total")
    }
}
