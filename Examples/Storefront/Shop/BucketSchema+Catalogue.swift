import StoreCore

/// What the shop knows before it takes its first order: one schema for each master file.
extension BucketSchema {
    static let categories: BucketSchema = [
        "categoryID": .integer(required: true),
        "categoryName": .string(required: true, length: 1...40, unique: true),
        "description": .string,
    ]

    static let customers: BucketSchema = [
        "customerID": .string(required: true, length: 5...5),
        "companyName": .string(required: true, length: 1...100),
        "contactName": .string,
        "contactTitle": .string,
        "address": .string(required: true),
        "city": .string(required: true),
        "region": .string,
        "postalCode": .string,
        "country": .string(required: true),
        "phone": .string,
        "fax": .string,
    ]

    static let employees: BucketSchema = [
        "employeeID": .integer(required: true),
        "lastName": .string(required: true),
        "firstName": .string(required: true),
        "title": .string,
        "birthDate": .date,
        "hireDate": .date(required: true),
        "reportsTo": .integer(references: "employees"),
        "photoPath": .string(format: .url),
    ]

    static let products: BucketSchema = [
        "productID": .integer(required: true),
        "productName": .string(required: true, length: 1...100, unique: true),
        "supplierID": .integer(required: true, references: "suppliers"),
        "categoryID": .integer(required: true, references: "categories"),
        "quantityPerUnit": .string,
        "unitPrice": .number(required: true, range: 0...),
        "unitsInStock": .integer(range: 0..., default: 0),
        "unitsOnOrder": .integer(range: 0..., default: 0),
        "reorderLevel": .integer(range: 0...),
        "discontinued": .bool(default: false),
    ]

    static let shippers: BucketSchema = [
        "shipperID": .integer(required: true),
        "companyName": .string(required: true, unique: true),
        "phone": .string,
    ]

    static let suppliers: BucketSchema = [
        "supplierID": .integer(required: true),
        "companyName": .string(required: true, length: 1...100),
        "city": .string(required: true),
        "country": .string(required: true),
        "homePage": .string,
    ]
}
