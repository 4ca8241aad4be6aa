import StoreCore
import StoreEvents

/// Receipts go out by a mail server that may be down.
///
/// The order stands whatever becomes of its receipt; what could not be sent is kept, and is sent when the server is up.
actor MailServer {
    struct IsDown: Error, CustomStringConvertible {
        let description = "the mail server is down"
    }

    private var isUp = false

    func start() { isUp = true }

    func send(_ text: String) throws {
        if !isUp { throw IsDown() }
        say("[mail] \(text)")
    }
}

enum Receipts {
    static func send(for orders: Bucket<Order>, by mail: MailServer) {
        orders.on(.inserted, named: "receipts") { event, _ in
            guard let order = event.new else { return }
            try await mail.send("order #\(order.id): $\(order.total)")
        }
    }

    static func show() async throws {
        let shop = try await Shop()
        let mail = MailServer()
        send(for: shop.orders, by: mail)

        let alice = try await shop.enter("Alice")
        try await shop.order(150, for: alice)
        try await shop.store.settle()
        say("orders: \(try shop.orders.count())")
        for letter in shop.store.deadLetters.all {
            say("failed: \(letter.subscription), since \(letter.error)")
        }

        await mail.start()
        try await shop.order(80, for: alice)
        try await shop.store.settle()
        for letter in shop.store.deadLetters.all {
            try await shop.store.deadLetters.replay(letter)
        }
        say("failed by now: \(shop.store.deadLetters.count)")
        await shop.store.stop()
    }
}
