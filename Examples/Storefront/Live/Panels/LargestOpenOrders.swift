import StoreCore
import StoreReactive

/// The orders that bring most of those that wait to be shipped.
struct LargestOpenOrders: Panel {
    let title: String? = "Largest open orders"
    let height = 3
    let live: Live<LiveList<Order>>

    init(of shop: Shop) {
        live = shop.openOrders.order(by: \.net, .descending).limit(height).live()
    }

    func lines(of orders: LiveList<Order>, after previous: LiveList<Order>?) -> [String] {
        let new = previous.map { orders.delta(from: $0).inserted } ?? []
        return orders.enumerated().map { place, order in
            row(
                new.contains(place) ? .new : .none, "to \(order.shipCountry)",
                "\(Money(order.net))", "order \(order.orderID) of \(order.orderDate.day)")
        }
    }
}
