import StoreCore
import StoreReactive

/// What the shop is doing, at a glance; each panel is a live query.
///
/// Nobody tells the dashboard that an order has come: a panel is shown anew when its query has another result.
struct Dashboard {
    let store: Store
    let panels: [any Panel]

    init(of shop: Shop) {
        let open = shop.openOrders
        store = shop.store
        panels = [
            Figure("Today", shop.orders.query.live(.max(\.orderDate))) { $0?.day ?? "" },
            Figure("Net revenue", shop.orderLines.query.live(.sum(\.net))) { "\(Money($0))" },
            Figure("Orders", shop.orders.query.live(.count)) { grouped($0) },
            Figure("Open orders", open.live(.count)) { grouped($0) },
            Figure("Net, to be shipped", open.live(.sum(\.net))) { "\(Money($0))" },
            TopProducts(of: shop),
            NewestOpenOrders(of: shop),
            LargestOpenOrders(of: shop),
        ]
    }
}
