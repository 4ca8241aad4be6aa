import Foundation
import StoreCore
import StoreTesting

@testable import storefront

/// A shop, and a folder with the eight files, of which a test spells out those that matter.
func withShop(
    _ files: [String: String], clock: any StoreClock = ManualClock(),
    _ body: (Shop, URL) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var all = [
        "categories.csv": "categoryID,categoryName\n1,Beverages\n",
        "customers.csv":
            "customerID,companyName,address,city,country\nALFKI,Alfreds,Obere Str. 57,Berlin,Germany\n",
        "employees.csv": "employeeID,lastName,firstName,hireDate\n1,Davolio,Nancy,1992-05-01\n",
        "products.csv":
            "productID,productName,supplierID,categoryID,unitPrice\n1,Chai,1,1,18.00\n",
        "shippers.csv": "shipperID,companyName\n1,Speedy Express\n",
        "suppliers.csv": "supplierID,companyName,city,country\n1,Exotic Liquids,London,UK\n",
        "orders.csv": "orderID,customerID,orderDate,shippedDate,shipCountry\n",
        "order-details.csv": "orderID,productID,unitPrice,quantity,discount\n",
    ]
    all.merge(files) { $1 }
    for (name, text) in all {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }
    let store = try await Store.start("test", .clock(clock))
    try await body(Shop(in: store), folder)
    await store.stop()
}
