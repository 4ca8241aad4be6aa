import StoreCore
import StoreReactive

/// The products that have brought most.
struct TopProducts: Panel {
    typealias Sales = LiveList<TypedGroup<OrderLine, Int>>

    let title: String? = "Top products"
    let height = 5
    let live: Live<Sales>
    let products: Bucket<Product>

    init(of shop: Shop) {
        // An order changes the groups of its own products, and no other group is worked out again.
        live = shop.orderLines.query.groupBy(\.productID).live(.sum(\.net), .count)
        products = shop.products
    }

    func lines(of sales: Sales, after previous: Sales?) throws -> [String] {
        let marks = previous.map { marksOfSold(in: sales, after: $0) } ?? [:]
        return try bestFirst(sales).prefix(height).map { group in
            row(
                marks[group.key] ?? .none, try products.get(group.key)?.productName ?? "?",
                "\(Money(net(group)))", "in \(group.count) orders")
        }
    }

    /// The marks of the products of which something has been sold: the delta says where they stand.
    private func marksOfSold(in sales: Sales, after previous: Sales) -> [Int: Mark] {
        let (rank, rankBefore) = (ranks(sales), ranks(previous))
        let delta = sales.delta(from: previous)
        var marks: [Int: Mark] = [:]
        for key in delta.inserted.map({ sales[$0].key }) { marks[key] = .new }
        for key in delta.updated.map({ sales[$0].key }) {
            let hasRisen = rank[key, default: 0] < rankBefore[key, default: 0]
            marks[key] = hasRisen ? .risen : .changed
        }
        return marks
    }

    private func ranks(_ sales: Sales) -> [Int: Int] {
        Dictionary(uniqueKeysWithValues: zip(bestFirst(sales).map(\.key), 1...))
    }

    /// The groups come in the order of their products; of two that have brought the same, the first stays first.
    private func bestFirst(_ sales: Sales) -> [TypedGroup<OrderLine, Int>] {
        sales.sorted { (net($0), $1.key) > (net($1), $0.key) }
    }

    private func net(_ group: TypedGroup<OrderLine, Int>) -> Double {
        group[.sum(\.net)].double ?? 0
    }
}
