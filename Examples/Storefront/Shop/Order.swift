import StoreCore

/// An order.
///
/// What the files do not hold is worked out when the order is placed, so that the report can index and add it up.
struct Order: StoreRecord {
    typealias Key = Int
    var orderID: Int
    var customerID: String
    var employeeID: Int?
    var orderDate: Timestamp
    var shippedDate: Timestamp?
    var shipVia: Int?
    var freight: Double?
    var shipCountry: String
    // Worked out:
    var month: String
    var daysToShip: Int?
    var net: Double

    static let schema = Schema<Order>("orders", key: \.orderID) { field in
        field(\.orderID, "orderID")
        field(\.customerID, "customerID").references("customers", onDelete: .restrict)
        field(\.employeeID, "employeeID").references("employees", onDelete: .setNull)
        field(\.orderDate, "orderDate").indexed()
        field(\.shippedDate, "shippedDate")
        field(\.shipVia, "shipVia").references("shippers", onDelete: .setNull)
        field(\.freight, "freight").range(0...).default(0)
        field(\.shipCountry, "shipCountry")
        field(\.month, "month").length(7...7)
        field(\.daysToShip, "daysToShip").range(0...).indexed()
        field(\.net, "net").range(0...)
        field.index(\.shipCountry, \.orderDate)
    }
}

/// One product of an order.
///
/// Lines go with their order.
struct OrderLine: StoreRecord {
    typealias Key = CompositeKey<Int, Int>
    var orderID: Int
    var productID: Int
    var unitPrice: Double
    var quantity: Int
    var discount: Double?
    // Worked out:
    var gross: Double
    var net: Double

    /// What can be ordered; it has an end so that quantities can be added up.
    static let quantities = 1...1_000_000

    static let schema = Schema<OrderLine>("orderLines", key: \.orderID, \.productID) { field in
        field(\.orderID, "orderID").references("orders", onDelete: .cascade)
        field(\.productID, "productID").references("products", onDelete: .restrict)
        field(\.unitPrice, "unitPrice").range(0...)
        field(\.quantity, "quantity").range(quantities)
        field(\.discount, "discount").range(0...1).default(0)
        field(\.gross, "gross").range(0...)
        field(\.net, "net").range(0...)
    }
}
