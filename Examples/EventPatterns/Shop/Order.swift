import StoreCore

/// What a user has ordered.
struct Order: StoreRecord, Identifiable {
    enum Status: String, Codable, CaseIterable, StoreValue {
        case pending, paid, shipped, cancelled
    }
    var id = 0
    var userID: String
    var total: Int
    var status = Status.pending

    static let schema = Schema<Order>("orders", key: \.id) { field in
        field(\.id, "id").generated(.autoincrement)
        field(\.userID, "userID").indexed()
        field(\.total, "total").range(0...)
        field(\.status, "status").indexed()
    }
}
