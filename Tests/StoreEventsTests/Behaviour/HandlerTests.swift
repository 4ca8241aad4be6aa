import StoreCore
import StoreEvents
import StoreTesting
import Testing

@Suite struct `Handlers` {
    @Test func `of one pattern are all told, each in the order of commits`() async throws {
        let shop = try await Shop()
        let notes = [Notes(), Notes(), Notes()]
        for notes in notes {
            shop.store.on("bucket.orders.inserted") { event, _ in await notes.note("\(event.key)") }
        }
        try await shop.order(20)
        try await shop.store.settle()
        for notes in notes { #expect(await notes.all == (1...20).map(String.init)) }
    }

    @Test func `that are slow do not keep others waiting, nor commits`() async throws {
        let shop = try await Shop()
        let gate = Gate()
        let notes = Notes()
        shop.store.on("**") { _, _ in await gate.pass() }
        shop.store.on("**") { event, _ in await notes.note("\(event.key)") }
        try await shop.order(3)
        await notes.have(3)
        await gate.isReached()
        #expect(try shop.orders.count() == 3)
        await gate.open()
        try await shop.store.settle()
        #expect(await gate.arrivals == 3)
    }

    @Test func `see what was committed, and are told of nothing else`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        shop.store.on("**") { event, _ in
            await notes.note("\(event.key) \(try shop.orders.get(event.key) != nil)")
        }
        try await shop.order(1)
        await #expect(throws: Fault.self) {
            try await shop.store.write { tx in
                try tx.bucket("orders").insert(["id": 50])
                throw Fault()
            }
        }
        await #expect(throws: UniqueConstraintError.self) {
            try await shop.orders.insert(["id": 1])
        }
        #expect(try await shop.orders.delete(99) == false)
        try await shop.store.settle()
        #expect(await notes.all == ["1 true"])
    }

    @Test func `see the store as it is by then, and the event as it was`() async throws {
        let shop = try await Shop()
        let gate = Gate()
        let notes = Notes()
        shop.store.on("bucket.orders.inserted") { event, _ in
            await gate.pass()
            let now = try shop.orders.get(event.key)?["total"].int
            await notes.note("\(event.new?["total"].int ?? 0) \(now ?? 0)")
        }
        try await shop.order(1)
        await gate.isReached()
        try await shop.orders.update(1, ["total": 9])
        await gate.open()
        try await shop.store.settle()
        #expect(await notes.all == ["1 9"])
    }

    @Test func `cannot undo a commit by throwing`() async throws {
        let shop = try await Shop()
        shop.store.on("**") { _, _ in throw Fault() }
        try await shop.order(1)
        try await shop.store.settle()
        #expect(try shop.orders.count() == 1)
    }

    @Test func `are told of what happens from the moment on has returned`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        try await shop.order(1)
        shop.store.on("bucket.orders.inserted") { event, _ in await notes.note("\(event.key)") }
        try await shop.order(1)
        try await shop.store.settle()
        #expect(await notes.all == ["2"])
    }

    @Test func `that are added in the body of a write are told of that write`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        let subscription = try await shop.store.write { tx in
            try tx.bucket("orders").insert(["id": 1])
            return shop.store.on("**") { event, _ in await notes.note("\(event.key)") }
        }
        #expect(subscription.isActive)
        try await shop.orders.insert(["id": 2])
        try await shop.store.settle()
        #expect(await notes.all == ["1", "2"])
    }

    @Test func `that are added in a handler are told of what comes then`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        shop.store.on("bucket.orders.inserted") { event, _ in
            if event.key != 1 { return }
            shop.store.on("**") { event, _ in await notes.note("\(event.key)") }
        }
        try await shop.orders.insert(["id": 1])
        try await shop.store.settle()
        try await shop.orders.insert(["id": 2])
        try await shop.store.settle()
        #expect(await notes.all == ["2"])
    }

    @Test func `are told of updates of the fields that they name only`() async throws {
        let shop = try await Shop()
        let notes = Notes()
        shop.store.on("bucket.orders.*", whenChanged: ["status"]) { event, _ in
            await notes.note("\(event.kind)")
        }
        try await shop.order(1)
        try await shop.orders.update(1, ["total": 9])
        try await shop.orders.update(1, ["status": "pending"])
        try await shop.orders.update(1, ["status": "paid", "total": 2])
        try await shop.orders.update(1, ["status": nil])
        try await shop.orders.delete(1)
        try await shop.store.settle()
        #expect(
            await notes.all == [
                "inserted", "updated", "updated", "deleted(StoreCore.Change.Reason.user)",
            ])
    }

    @Test func `of a handle follow that life of the bucket, those of a name whatever has it`()
        async throws
    {
        let shop = try await Shop()
        let byHandle = Notes()
        let byName = Notes()
        let subscription = shop.orders.on { event, _ in await byHandle.note("\(event.key)") }
        shop.store.on("bucket.orders.*") { event, _ in await byName.note("\(event.key)") }
        try await shop.orders.insert(["id": 1])
        try await shop.store.dropBucket("orders")
        try await shop.define("orders").insert(["id": 2])
        try await shop.store.settle()
        #expect(await byHandle.all == ["1"])
        #expect(await byName.all == ["1", "2"])
        #expect(subscription.isActive)
    }

    @Test func `have a status that counts`() async throws {
        let shop = try await Shop()
        let gate = Gate()
        let subscription = shop.store.on("bucket.orders.*", named: "held") { _, _ in
            await gate.pass()
        }
        #expect(subscription.status?.activity == .idle)
        try await shop.order(3)
        await gate.isReached()
        let status = try #require(subscription.status)
        #expect(status.name == "held")
        #expect(status.pattern == "bucket.orders.*")
        #expect(
            status.activity
                == .handling(
                    topic: "bucket.orders.inserted", position: Position(2), since: shop.clock.now))
        #expect(status.waiting == 2)
        #expect(status.lag == 2)
        #expect(status.delivered == 1)
        await gate.open()
        try await shop.store.settle()
        #expect(subscription.status?.waiting == 0)
        #expect(subscription.status?.lag == 0)
        #expect(subscription.status?.position == Position(4))
        #expect(shop.store.subscriptions.map(\.name) == ["held"])
    }

    @Test func `without a name are called by their pattern and a number`() async throws {
        let shop = try await Shop()
        shop.store.on("bucket.orders.*") { _, _ in }
        shop.store.on("**") { _, _ in }
        #expect(shop.store.subscriptions.map(\.name) == ["bucket.orders.* #1", "** #2"])
    }
}
