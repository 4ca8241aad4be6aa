import Measuring

/// An order as a plain struct: what GRDB decodes.
struct Order: Sendable {
    var id: String
    /// One of as many as give each 20 orders; indexed.
    var customer: String
    /// One of a hundred; indexed.
    var region: String
    /// One of a hundred, whatever the region; indexed.
    var product: String
    /// One of a hundred; not indexed.
    var category: String
    /// Different for each order; indexed.
    var total: Double
    var quantity: Int
}

/// The input of every contestant, made before anything is measured.
final class Orders: Sendable {
    let size: Size
    let orders: [Order]
    /// The indexes of `orders` in random order: the order of access, the same for all.
    let order: [Int]

    var count: Int { orders.count }
    var customerCount: Int { count / Orders.perCustomer }

    static let perCustomer = 20
    static let variety = 100

    init(_ size: Size) {
        var random = SplitMix(seed: 0x0DE5)
        let count = size.count
        let places = (0..<count).shuffled(using: &random)
        orders = (0..<count).map { index in
            let place = places[index]
            return Order(
                id: random.identifier(),
                customer: Orders.customer(place % (count / Orders.perCustomer)),
                region: Orders.region(place % Orders.variety),
                product: Orders.product(place / Orders.variety % Orders.variety),
                category: "category \(index * 7 % Orders.variety)",
                total: Double(place), quantity: index % 10 + 1)
        }
        order = (0..<count).shuffled(using: &random)
        self.size = size
    }

    static func customer(_ number: Int) -> String { "customer \(number)" }
    static func region(_ number: Int) -> String { "region \(number)" }
    static func product(_ number: Int) -> String { "product \(number)" }

    /// Ranges of totals with a thousandth of the orders, and 50 at least, anywhere among them.
    func ranges(_ count: Int) -> [Range<Double>] {
        let width = max(50, self.count / 1_000)
        return (0..<count).map { number in
            let least = order[number % order.count] % (self.count - width)
            return Double(least)..<Double(least + width)
        }
    }
}
