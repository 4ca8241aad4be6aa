import StoreCore
import StoreReactive

/// The products that have brought most.
struct TopProducts: Panel {
    let title: String? = "Top products"
    let height = 5
    let live: Live<LiveList<TypedGroup<OrderLine, Int>>>
    let products: Bucket<Product>

    init(of shop: Shop) {
        // One order changes the groups of its own products, and no other group is worked out again.
        live = shop.orderLines.query.groupBy(\.productID).live(.sum(\.net), .count)
        products = shop.products
    }

    func lines(
        of sales: LiveList<TypedGroup<OrderLine, Int>>,
        after previous: LiveList<TypedGroup<OrderLine, Int>>?
    ) throws -> [String] {
        let ranking = bestFirst(sales)
        let before = previous.map(bestFirst)?.map(\.key)
        let sold = keysSold(sales, since: previous)
        return try ranking.prefix(height).enumerated().map { rank, group in
            var mark = sold.contains(group.key) ? Mark.changed : .none
            if let before, rank < before.firstIndex(of: group.key) ?? before.count { mark = .risen }
            return row(
                mark, try products.get(group.key)?.productName ?? "?",
                "\(Money(net(group)))", "in \(group.count) orders")
        }
    }

    /// The products that have been sold since a result: the delta has the places of their groups.
    private func keysSold(
        _ sales: LiveList<TypedGroup<OrderLine, Int>>,
        since previous: LiveList<TypedGroup<OrderLine, Int>>?
    ) -> Set<Int> {
        guard let previous else { return [] }
        let delta = sales.delta(from: previous)
        return Set((delta.inserted + delta.updated).map { sales[$0].key })
    }

    /// The groups come in the order of their products.
    private func bestFirst(
        _ sales: LiveList<TypedGroup<OrderLine, Int>>
    ) -> [TypedGroup<OrderLine, Int>] {
        sales.sorted { (net($0), $1.key) > (net($1), $0.key) }
    }

    private func net(_ group: TypedGroup<OrderLine, Int>) -> Double {
        group[.sum(\.net)].double ?? 0
    }
}
