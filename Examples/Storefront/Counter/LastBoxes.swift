import StoreCore
import StoreTransactions

/// Two tills that sell the same product at the same time, one unit after another, until there is none left.
struct LastBoxes {
    let shop: Shop
    let productID: Int

    /// Returns how many the two have sold.
    func sellOut() async throws -> Int {
        async let first = sellAtOneTill()
        async let second = sellAtOneTill()
        return try await first + second
    }

    /// A sale that the other till has come between is tried again, and finds out whether there is still one left.
    private func sellAtOneTill() async throws -> Int {
        var sold = 0
        while true {
            do {
                try await store.transaction("till", retry: .upTo(5)) { tx in
                    try shop.takeStock(1, of: productID, in: tx)
                    // The customer pays, and the other till takes the same unit meanwhile. It cannot sell it.
                    await Task.yield()
                }
                sold += 1
            } catch is OutOfStock {
                return sold
            }
        }
    }

    func lines() async throws -> [String] {
        let before = try inStock
        let sold = try await sellOut()
        var table = TextTable(.left, .right)
        table.add("\(try product?.productName ?? "?"), in stock", "\(before)")
        table.add("sold at two tills", "\(sold)")
        table.add("left", "\(try inStock)")
        return table.lines
    }

    private var store: Store { shop.store }

    private var product: Product? { get throws { try shop.products.get(productID) } }

    private var inStock: Int { get throws { try product?.unitsInStock ?? 0 } }
}
