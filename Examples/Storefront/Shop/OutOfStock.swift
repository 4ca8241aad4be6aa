/// There is less of a product than somebody wants.
struct OutOfStock: Error, CustomStringConvertible {
    let product: String
    let wanted: Int
    let inStock: Int

    var description: String { "\(wanted) of “\(product)” are wanted, and \(inStock) are in stock" }
}
