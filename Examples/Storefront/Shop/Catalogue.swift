import StoreCore

// What the shop knows before it takes its first order: one type for each master file. The properties have the names
// of the files' columns.

struct Category: StoreRecord {
    typealias Key = Int
    var categoryID: Int
    var categoryName: String
    var description: String?

    static let schema = Schema<Category>("categories", key: \.categoryID) { field in
        field(\.categoryID, "categoryID")
        field(\.categoryName, "categoryName").length(1...40).unique()
        field(\.description, "description")
    }
}

struct Customer: StoreRecord {
    typealias Key = String
    var customerID: String
    var companyName: String
    var contactName: String?
    var address: String
    var city: String
    var country: String

    static let schema = Schema<Customer>("customers", key: \.customerID) { field in
        field(\.customerID, "customerID").length(5...5)
        field(\.companyName, "companyName").length(1...100)
        field(\.contactName, "contactName")
        field(\.address, "address")
        field(\.city, "city")
        field(\.country, "country").indexed()
    }
}

struct Employee: StoreRecord {
    typealias Key = Int
    var employeeID: Int
    var lastName: String
    var firstName: String
    var hireDate: Timestamp
    var reportsTo: Int?

    static let schema = Schema<Employee>("employees", key: \.employeeID) { field in
        field(\.employeeID, "employeeID")
        field(\.lastName, "lastName")
        field(\.firstName, "firstName")
        field(\.hireDate, "hireDate")
        field(\.reportsTo, "reportsTo").references("employees", onDelete: .setNull)
    }
}

struct Product: StoreRecord {
    typealias Key = Int
    var productID: Int
    var productName: String
    var supplierID: Int
    var categoryID: Int
    var unitPrice: Double
    var unitsInStock: Int?
    var discontinued: Bool?

    static let schema = Schema<Product>("products", key: \.productID) { field in
        field(\.productID, "productID")
        field(\.productName, "productName").length(1...100).unique()
        field(\.supplierID, "supplierID").references("suppliers", onDelete: .restrict)
        field(\.categoryID, "categoryID").references("categories", onDelete: .restrict)
        field(\.unitPrice, "unitPrice").range(0...)
        field(\.unitsInStock, "unitsInStock").range(0...1_000_000_000_000).default(0)
        field(\.discontinued, "discontinued").default(false)
    }
}

struct Shipper: StoreRecord {
    typealias Key = Int
    var shipperID: Int
    var companyName: String
    var phone: String?

    static let schema = Schema<Shipper>("shippers", key: \.shipperID) { field in
        field(\.shipperID, "shipperID")
        field(\.companyName, "companyName").unique()
        field(\.phone, "phone")
    }
}

struct Supplier: StoreRecord {
    typealias Key = Int
    var supplierID: Int
    var companyName: String
    var city: String
    var country: String

    static let schema = Schema<Supplier>("suppliers", key: \.supplierID) { field in
        field(\.supplierID, "supplierID")
        field(\.companyName, "companyName").length(1...100)
        field(\.city, "city")
        field(\.country, "country")
    }
}
