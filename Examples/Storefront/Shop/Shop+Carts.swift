import StoreCore
import StoreEvents
import StoreTransactions

extension Shop {
    /// Puts something from the shelf into a customer's new cart: the shelf and the cart change together.
    func open(_ cart: Cart) async throws {
        try await store.transaction("cart of \(cart.customerID)", retry: .upTo(3)) { tx in
            try tx[Cart.self].insert(cart)
            try takeStock(cart.quantity, of: cart.productID, in: tx)
        }
    }

    /// Has what is in a cart put back on the shelf when the cart's time is over.
    func returnExpiredCarts() {
        carts.on(.deleted, named: "back to the shelf") { event, _ in
            guard event.reason == .expired, let cart = event.old else { return }
            try await store.transaction("back to the shelf", retry: .upTo(3)) { tx in
                try putStock(cart.quantity, of: cart.productID, in: tx)
            }
        }
    }
}
