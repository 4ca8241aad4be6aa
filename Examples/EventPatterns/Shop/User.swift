import StoreCore

/// Someone with an account.
struct User: StoreRecord, Identifiable {
    enum Role: String, Codable, CaseIterable, StoreValue { case admin, editor, viewer }
    var id: String
    var name: String
    var email: String
    var role = Role.viewer

    static let schema = Schema<User>("users", key: \.id) { field in
        field(\.id, "id")
        field(\.name, "name").length(1...)
        field(\.email, "email").format(.email)
        field(\.role, "role")
    }
}
