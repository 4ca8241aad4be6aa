import StoreCore
import StoreEvents

/// Something to sell.
struct Product: StoreRecord, Identifiable {
    var id: String
    var name: String
    var stock: Int

    static let schema = Schema<Product>("products", key: \.id) { field in
        field(\.id, "id")
        field(\.name, "name")
        field(\.stock, "stock").range(0...)
    }
}

/// Something that somebody should see to.
struct Alert: StoreRecord, Identifiable {
    var id = 0
    var productID: String
    var message: String

    static let schema = Schema<Alert>("alerts", key: \.id) { field in
        field(\.id, "id").generated(.autoincrement)
        field(\.productID, "productID").indexed()
        field(\.message, "message")
    }
}

/// An alert when stock falls to 5 or less, another when there is none left, and a word when there is some again.
///
/// It is the crossing that counts: stock that is low and gets lower raises no second alert.
enum StockAlerts {
    static func raise(for products: Bucket<Product>, in alerts: Bucket<Alert>) {
        products.on(.updated, named: "stock alerts", whenChanged: [\.stock]) { event, _ in
            guard let before = event.old?.stock, let product = event.new else { return }
            switch (before, product.stock) {
            case (6..., 1...5):
                let message = "Low stock: \(product.name) has \(product.stock) units"
                try await alerts.insert(Alert(productID: product.id, message: message))
            case (1..., 0):
                let message = "Out of stock: \(product.name)"
                try await alerts.insert(Alert(productID: product.id, message: message))
            case (0, _):
                say("Restocked: \(product.name)")
            default: break
            }
        }
    }

    static func show() async throws {
        let store = try await Store.start()
        let products = try await store.defineBucket(Product.self)
        let alerts = try await store.defineBucket(Alert.self)
        raise(for: products, in: alerts)

        let widget = try await products.insert(Product(id: "widget", name: "Widget", stock: 10))
        for stock in [3, 0, 15] { try await products.update(widget.id) { $0.stock = stock } }
        try await store.settle()

        let raised = try alerts.where { $0.productID == widget.id }.all()
        say("Alerts: \(raised.count)")
        for alert in raised { say("  \(alert.message)") }
        await store.stop()
    }
}
