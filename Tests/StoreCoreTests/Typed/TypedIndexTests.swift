import StoreCore
import Testing

/// Indexes of a schema that hold a part of the records, or ignore case.
@Suite struct `Indexes of typed records` {
    struct User: StoreRecord, Equatable {
        typealias Key = Int
        var id = 0
        var email: String
        var name: String?
        var rank = 0
        var isActive = true

        static let schema = Schema<User>("users", key: \.id) { field in
            field.index(\.rank) { $0.isActive == true }
            field(\.id, "id").generated(.autoincrement)
            field(\.email, "email").unique(ignoringCase: true)
            field(\.name, "name").indexed(ignoringCase: true)
            field(\.rank, "rank")
            field(\.isActive, "isActive")
            field.index(\.rank, \.name, ignoringCase: true)
            field.index(\.name, unique: true) { $0.rank > 5 && $0.isActive == true }
        }
    }

    private func users() async throws -> Bucket<User> {
        let users = try await Store.start().defineBucket(User.self)
        try await users.insert(User(email: "Bob@example.com", name: "bob", rank: 2))
        try await users.insert(User(email: "alice@example.com", name: "Alice", rank: 1))
        try await users.insert(User(email: "ann@example.com", name: nil, rank: 3, isActive: false))
        return users
    }

    @Test func `are those that the schema declares`() async throws {
        let indexes = try await users().dynamic.definition.indexes
        #expect(
            indexes == [
                .unique(.ignoringCase("email")), .ignoringCase("name"),
                .index("rank", where: .field("isActive") == true),
                ["rank", .ignoringCase("name")],
                .unique("name", where: .field("rank") > 5 && .field("isActive") == true),
            ])
    }

    @Test func `find and order text whatever its case`() async throws {
        let users = try await users()
        let bob = users.where { $0.email.equals("BOB@example.com", ignoringCase: true) }
        #expect(try bob.first()?.id == 1)
        #expect(try bob.explain().access.description == #"unique "email ignoring case""#)
        #expect(try users.where { $0.name.hasPrefix("AL", ignoringCase: true) }.count() == 1)
        #expect(try users.where { $0.name.isIn(["BOB"], ignoringCase: true) }.count() == 1)
        let byName = users.order(by: \.name, ignoringCase: true)
        #expect(try byName.all().map(\.name) == [nil, "Alice", "bob"])
        await #expect(throws: UniqueConstraintError.self) {
            try await users.insert(User(email: "BOB@EXAMPLE.COM"))
        }
    }

    @Test func `hold the records that satisfy their condition`() async throws {
        let users = try await users()
        try await users.insertMany((0..<20).map { User(email: "e\($0)", rank: 2, isActive: false) })
        let active = users.where { $0.isActive == true && $0.rank < 3 }
        #expect(
            try active.explain().access == .index(.index("rank", where: .field("isActive") == true))
        )
        #expect(try active.count() == 2)
        try await users.insert(User(email: "1", name: "same", rank: 6))
        try await users.insert(User(email: "2", name: "same", rank: 5))
        await #expect(throws: UniqueConstraintError.self) {
            try await users.update(25) { $0.rank = 7 }
        }
    }

    struct Faulty: StoreRecord {
        typealias Key = Int
        var id = 0
        var name = ""

        static let schema = Schema<Faulty>("faulty", key: \.id) { field in
            field(\.id, "id")
            field(\.name, "name")
            field.index(\.name) { $0[\.name.count] == 3 }
        }
    }

    @Test func `whose condition names no column are a fault of the schema`() async throws {
        let store = try await Store.start()
        let error = await #expect(throws: DefinitionError.self) {
            try await store.defineBucket(Faulty.self)
        }
        #expect(error?.reason == .unknownProperty)
    }
}
