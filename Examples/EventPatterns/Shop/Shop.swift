import StoreCore

/// A store with users and their orders.
struct Shop: Sendable {
    let store: Store
    let users: Bucket<User>
    let orders: Bucket<Order>

    /// Opens an empty one.
    init() async throws {
        store = try await Store.start()
        users = try await store.defineBucket(User.self)
        orders = try await store.defineBucket(Order.self)
    }

    /// Enters a user under an id that is made of the name.
    @discardableResult
    func enter(_ name: String) async throws -> User {
        let id = name.lowercased()
        return try await users.insert(User(id: id, name: name, email: "\(id)@example.com"))
    }

    /// Places an order.
    @discardableResult
    func order(_ total: Int, for user: User) async throws -> Order {
        try await orders.insert(Order(userID: user.id, total: total))
    }
}
