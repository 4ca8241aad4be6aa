import StoreCore

/// Eight fields, read and written by hand.
struct Person: StoreRecord {
    typealias Key = String
    var id: String
    var name: String
    var email: String
    var age: Int
    var score: Double
    var isActive: Bool
    var role: String
    var note: String?

    static let schema = Schema<Person>("people", key: \.id) { field in
        field(\.id, "id")
        field(\.name, "name")
        field(\.email, "email")
        field(\.age, "age")
        field(\.score, "score")
        field(\.isActive, "isActive")
        field(\.role, "role").indexed()
        field(\.note, "note")
    }
}

extension Person {
    init(row: Row) throws {
        self.init(
            id: try row["id"], name: try row["name"], email: try row["email"],
            age: try row["age"], score: try row["score"], isActive: try row["isActive"],
            role: try row["role"], note: try row["note"])
    }

    func encode(into row: inout RowWriter) {
        row.set("id", id)
        row.set("name", name)
        row.set("email", email)
        row.set("age", age)
        row.set("score", score)
        row.set("isActive", isActive)
        row.set("role", role)
        row.set("note", note)
    }
}

/// The same through Codable.
struct CodablePerson: StoreRecord {
    typealias Key = String
    var id: String
    var name: String
    var email: String
    var age: Int
    var score: Double
    var isActive: Bool
    var role: String
    var note: String?

    static let schema = Schema<CodablePerson>("people", key: \.id) { field in
        field(\.id, "id")
        field(\.name, "name")
        field(\.email, "email")
        field(\.age, "age")
        field(\.score, "score")
        field(\.isActive, "isActive")
        field(\.role, "role").indexed()
        field(\.note, "note")
    }
}
