import StoreCore

/// A shop in which orders refer to customers and employees, and employees to one another.
struct RelatedShop {
    let store: Store
    let customers: DynamicBucket
    let employees: DynamicBucket
    let orders: DynamicBucket

    /// An action makes the orders' reference to customers an enforced one; the indexes are those of the orders.
    init(
        onDelete action: ReferenceAction? = nil, indexes: [IndexDefinition] = [],
        _ options: StoreOption...
    ) async throws {
        store = try await Store.start("shop", options)
        customers = try await store.defineBucket(
            "customers", key: "id", schema: ["id": .string, "city": .string])
        employees = try await store.defineBucket(
            "employees", key: "id",
            schema: ["id": .integer, "boss": .integer(references: "employees")])
        let customer = Column.string(references: "customers")
        orders = try await store.defineBucket(
            "orders", key: "id",
            schema: [
                "id": .integer, "total": .integer,
                "customer": action.map { customer.references("customers", onDelete: $0) }
                    ?? customer,
                "employee": .integer(references: "employees"), "note": .string,
            ], indexes: indexes)
    }

    /// Three customers, three employees, and six orders; order 4 is for nobody, and order 5 leads nowhere.
    static func filled(indexes: [IndexDefinition] = []) async throws -> RelatedShop {
        let shop = try await RelatedShop(indexes: indexes)
        try await shop.customers.insertMany(["a", "b", "c"].map { ["id": $0, "city": "Bern"] })
        try await shop.employees.insertMany([
            ["id": 1], ["id": 2, "boss": 1], ["id": 3, "boss": 3],
        ])
        try await shop.orders.insertMany([
            ["id": 3, "customer": "b", "employee": 1, "total": 10],
            ["id": 1, "customer": "a", "employee": 2, "total": 20],
            ["id": 2, "customer": "a", "employee": 2, "total": 30],
            ["id": 4, "employee": 1, "total": 40], ["id": 5, "customer": "nobody", "total": 50],
            ["id": 6, "customer": "a", "total": 60],
        ])
        return shop
    }
}

extension Record {
    /// The record's key as text.
    var name: String { key.value.string ?? "\(key)" }
}
