import StoreCore
import Testing

/// The code of the README; what it prints is compared by `Scripts/check consumer`.
@Suite struct `The README` {
    @Test func `begins with one example`() async throws {
        struct User: StoreRecord {
            enum Role: String, Codable, CaseIterable, StoreValue { case admin, user }
            typealias Key = Int
            var id = 0
            var name: String
            var role = Role.user
            var visits = 0

            static let schema = Schema<User>("users", key: \.id) { field in
                field(\.id, "id").generated(.autoincrement)
                field(\.name, "name").length(1...100)
                field(\.role, "role").indexed()
                field(\.visits, "visits").range(0...)
            }
        }

        let store = try await Store.start("shop")
        let users = try await store.defineBucket(User.self)
        let alice = try await users.insert(User(name: "Alice", role: .admin))
        try await users.insertMany([User(name: "Carol"), User(name: "Bob")])
        try await users.update(alice.id) { $0.visits += 3 }

        let others = users.where { $0.role == .user }.order(by: \.name)
        for user in try others.all() { print(user.id, user.name) }
        print("visits:", try users.query.sum(\.visits))
        do {
            try await users.insert(User(name: "", visits: -1))
        } catch {
            print(error)
        }
        await store.stop()
        #expect(store.isStopped)
    }
}
