import StoreCore
import StoreReactive

/// The orders that came last of those that wait to be shipped, and whose they are.
struct NewestOpenOrders: Panel {
    typealias OrderOfCustomer = (record: Order, related: Customer?)

    let title: String? = "Newest open orders"
    let height = 4
    let live: Live<LiveList<OrderOfCustomer>>

    init(of shop: Shop) {
        // A customer who is renamed is renamed here too: the rows follow both buckets.
        live = shop.openOrders.order(by: \.orderDate, .descending).limit(height)
            .with(\.customerID, Customer.self).live()
    }

    func lines(
        of orders: LiveList<OrderOfCustomer>, after previous: LiveList<OrderOfCustomer>?
    ) -> [String] {
        let new = previous.map { orders.delta(from: $0).inserted } ?? []
        return orders.enumerated().map { place, row in
            let (order, customer) = row
            return self.row(
                new.contains(place) ? .new : .none, customer?.companyName ?? "?",
                "\(Money(order.net))", "order \(order.orderID) of \(order.orderDate.day)")
        }
    }
}
