import StoreCore

/// An order, and the lines it consists of. What the files do not hold is worked out when the order
/// is placed, so that the report can index and add it up.
extension BucketSchema {
    static let orders: BucketSchema = [
        "orderID": .integer(required: true),
        "customerID": .string(required: true, references: "customers"),
        "employeeID": .integer(references: "employees"),
        "orderDate": .date(required: true),
        "requiredDate": .date,
        "shippedDate": .date,
        "shipVia": .integer(references: "shippers"),
        "freight": .number(range: 0..., default: 0),
        "shipCountry": .string(required: true),
        // Worked out:
        "month": .string(required: true, length: 7...7),
        "daysToShip": .integer(range: 0...),
        "net": .number(required: true, range: 0...),
    ]

    static let orderLines: BucketSchema = [
        "orderID": .integer(required: true, references: "orders"),
        "productID": .integer(required: true, references: "products"),
        "unitPrice": .number(required: true, range: 0...),
        "quantity": .integer(required: true, range: 1...),
        "discount": .number(range: 0...1, default: 0),
        // Worked out:
        "gross": .number(required: true, range: 0...),
        "net": .number(required: true, range: 0...),
    ]
}
