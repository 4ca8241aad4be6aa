import StoreCore

/// What a customer has taken from the shelf, and not bought yet.
struct Cart: StoreRecord {
    typealias Key = String
    var customerID: String
    var productID: Int
    var quantity: Int

    static let schema = Schema<Cart>("carts", key: \.customerID) { field in
        field(\.customerID, "customerID").references("customers", onDelete: .cascade)
        field(\.productID, "productID").references("products", onDelete: .restrict)
        field(\.quantity, "quantity").range(OrderLine.quantities)
    }
}
