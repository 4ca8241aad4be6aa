import StoreCore
import StoreTTL

/// The shop: one store, and a bucket for each kind of thing it keeps.
struct Shop: Sendable {
    let store: Store
    let categories: Bucket<Category>
    let customers: Bucket<Customer>
    let employees: Bucket<Employee>
    let products: Bucket<Product>
    let shippers: Bucket<Shipper>
    let suppliers: Bucket<Supplier>
    let orders: Bucket<Order>
    let orderLines: Bucket<OrderLine>
    let carts: Bucket<Cart>

    /// Opens the shop in a store that has none of its buckets yet.
    init(in store: Store) async throws {
        self.store = store
        categories = try await store.defineBucket(Category.self)
        customers = try await store.defineBucket(Customer.self)
        employees = try await store.defineBucket(Employee.self)
        products = try await store.defineBucket(Product.self)
        shippers = try await store.defineBucket(Shipper.self)
        suppliers = try await store.defineBucket(Supplier.self)
        orders = try await store.defineBucket(Order.self)
        orderLines = try await store.defineBucket(OrderLine.self)
        carts = try await store.defineBucket(Cart.self, .ttl("30m"))
        returnExpiredCarts()
    }
}
