import StoreCore

/// The shop: one store, and a bucket for each kind of thing it keeps.
struct Shop: Sendable {
    let store: Store
    let categories: DynamicBucket
    let customers: DynamicBucket
    let employees: DynamicBucket
    let products: DynamicBucket
    let shippers: DynamicBucket
    let suppliers: DynamicBucket
    let orders: DynamicBucket
    let orderLines: DynamicBucket

    /// Opens the shop in a store that has none of its buckets yet.
    init(in store: Store) async throws {
        self.store = store
        categories = try await store.defineBucket(
            "categories", key: "categoryID", schema: .categories)
        customers = try await store.defineBucket(
            "customers", key: "customerID", schema: .customers, indexes: ["country"])
        employees = try await store.defineBucket(
            "employees", key: "employeeID", schema: .employees)
        products = try await store.defineBucket(
            "products", key: "productID", schema: .products, indexes: ["categoryID"])
        shippers = try await store.defineBucket(
            "shippers", key: "shipperID", schema: .shippers)
        suppliers = try await store.defineBucket(
            "suppliers", key: "supplierID", schema: .suppliers)
        orders = try await store.defineBucket(
            "orders", key: "orderID", schema: .orders,
            indexes: ["orderDate", "daysToShip", ["shipCountry", "orderDate"]])
        orderLines = try await store.defineBucket(
            "orderLines", key: ["orderID", "productID"], schema: .orderLines,
            indexes: ["productID"])
    }
}
