import Foundation
import StoreCore
import StoreTransactions

extension Shop {
    /// The units in stock of each product.
    func stock() throws -> [Int: Int] {
        let products = try products.all().map { ($0.productID, $0.unitsInStock ?? 0) }
        return Dictionary(uniqueKeysWithValues: products)
    }

    /// Adds to the shelves what the orders will sell, as one commit: the data says what was left after them.
    ///
    /// A row that cannot be used sells nothing; who places the orders reports it.
    func stockUp(from folder: URL, log: inout StepLog) async throws {
        let lines = try CSVTable(
            contentsOf: folder.appending(path: "order-details.csv"),
            schema: OrderLine.schema.columns)
        let quantities = lines.rows.compactMap { row -> (Int, Int)? in
            guard let productID = row.fields["productID"].int,
                let quantity = row.fields["quantity"].int, OrderLine.quantities.contains(quantity)
            else { return nil }
            return (productID, quantity)
        }
        let toSell = Dictionary(quantities, uniquingKeysWith: +)
        let before = store.position
        try await store.transaction("stock up") { tx in
            let known = try tx[Product.self].all().map(\.productID)
            for productID in known {
                try putStock(toSell[productID] ?? 0, of: productID, in: tx)
            }
        }
        log.add(
            "stocking up", rows: try products.count(),
            commits: store.position.value - before.value)
    }

    /// Takes units from the shelf, if there are so many; the quantity is one that can be ordered.
    ///
    /// What is read in a transaction is still true when it is committed, so nobody else takes the same units.
    func takeStock(_ quantity: Int, of productID: Int, in tx: Transaction) throws {
        try tx[Product.self].update(productID) { product in
            let inStock = product.unitsInStock ?? 0
            guard inStock >= quantity else {
                throw OutOfStock(product: product.productName, wanted: quantity, inStock: inStock)
            }
            product.unitsInStock = inStock - quantity
        }
    }

    /// Puts units on the shelf.
    func putStock(_ quantity: Int, of productID: Int, in tx: Transaction) throws {
        try tx[Product.self].update(productID) { product in
            product.unitsInStock = (product.unitsInStock ?? 0) + quantity
        }
    }
}
