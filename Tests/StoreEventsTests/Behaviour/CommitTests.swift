import StoreCore
import StoreEvents
import StoreTesting
import Testing

@Suite struct `Commits` {
    @Test func `tell their events in the order of the program, whatever bucket they are of`()
        async throws
    {
        let shop = try await Shop()
        let users = try await shop.define("users")
        try await shop.order(2)
        let notes = Notes()
        shop.store.on("**") { event, topic in
            await notes.note("\(topic) \(event.key) \(event.position)")
        }
        try await shop.store.write { tx in
            let orders = try tx.bucket("orders")
            try orders.delete(1)
            try tx[users].insert(["id": 8])
            try orders.update(2, ["total": 9])
            try orders.insert(["id": 7])
            try tx[users].update(8, ["total": 1])
        }
        try await shop.store.settle()
        #expect(
            await notes.all == [
                "bucket.orders.deleted 1 5", "bucket.users.inserted 8 5",
                "bucket.orders.updated 2 5", "bucket.orders.inserted 7 5",
            ])
    }

    @Test func `that are not made tell nothing`() async throws {
        let shop = try await Shop()
        let events = shop.store.events("**")
        await #expect(throws: Fault.self) {
            try await shop.store.write { tx in
                try tx.bucket("orders").insert(["total": 1])
                throw Fault()
            }
        }
        #expect(events.status.waiting == 0)
    }

    @Test func `give their events position, instant and transaction`() async throws {
        let shop = try await Shop()
        let events = shop.store.events("**")
        shop.clock.advance(by: .seconds(5))
        try await StoreContext.with({ $0.transactionID = "transfer 7" }) {
            try await shop.order(1)
        }
        try await shop.order(1)
        var iterator = events.makeAsyncIterator()
        let first = try #require(await iterator.next())
        #expect(first.position == Position(2))
        #expect(first.timestamp == shop.clock.now)
        #expect(first.transactionID == "transfer 7")
        #expect(first.causation == nil)
        let second = try #require(await iterator.next())
        #expect(second.position == Position(3))
        #expect(second.transactionID == nil)
    }

    @Test func `that a handler makes say which event has led to them, and what had led to that`()
        async throws
    {
        let shop = try await Shop()
        let invoices = try await shop.define("invoices")
        let letters = try await shop.define("letters")
        shop.store.on("bucket.orders.inserted") { _, _ in try await invoices.insert([:]) }
        shop.store.on("bucket.invoices.inserted") { _, _ in try await letters.insert([:]) }
        let events = shop.store.events("bucket.letters.inserted")
        try await shop.order(1)
        var iterator = events.makeAsyncIterator()
        let chain = try #require(await iterator.next()?.causation).chain
        #expect(chain.map(\.label) == ["bucket.invoices.inserted", "bucket.orders.inserted"])
        #expect(chain.map(\.position) == [Position(5), Position(4)])
    }

    @Test func `that follow from an event of a sequence say so if they are asked to`() async throws
    {
        let shop = try await Shop()
        let invoices = try await shop.define("invoices")
        let events = shop.store.events("bucket.orders.inserted")
        let commits = shop.store.commits()
        try await shop.order(1)
        var iterator = events.makeAsyncIterator()
        let event = try #require(await iterator.next())
        _ = try await event.causing { try await invoices.insert([:]) }
        try await invoices.insert([:])
        commits.cancel()
        var causes: [String?] = []
        for try await commit in commits { causes.append(commit.causation?.label) }
        #expect(causes == [nil, "bucket.orders.inserted", nil])
    }

    @Test func `are taken whole from a sequence of commits`() async throws {
        let shop = try await Shop()
        let commits = shop.store.commits(oldImages: true)
        try await shop.orders.insertMany([["id": 1], ["id": 2]])
        try await shop.orders.update(1, ["total": 5])
        #expect(commits.waiting == 2)
        var iterator = commits.makeAsyncIterator()
        #expect(try await iterator.next().map { $0.records.map(\.key) } == [1, 2])
        let update = try #require(try await iterator.next().map { $0.records[0] })
        #expect(update.old?["total"] == 0)
        await shop.store.stop()
        #expect(try await iterator.next()?.position == nil)
    }

    @Test func `of a sequence that has failed need no old images any more`() async throws {
        let shop = try await Shop()
        let others = shop.store.commits()
        let commits = shop.store.commits(oldImages: true, overflow: .fail(capacity: 1))
        try await shop.orders.insertMany([["id": 1]])
        try await shop.orders.update(1, ["total": 5])
        var iterator = commits.makeAsyncIterator()
        _ = try await iterator.next()
        await #expect(throws: StoreError.self) { _ = try await iterator.next() }
        try await shop.orders.update(1, ["total": 6])
        var all: [Bool] = []
        var other = others.makeAsyncIterator()
        for _ in 1...3 {
            let commit = try #require(try await other.next())
            all += commit.records.map(\.hasOldImage)
        }
        #expect(all.suffix(2) == [true, false])
        withExtendedLifetime(commits) {}
    }

    @Test(arguments: [false, true])
    func `that a handler makes have nothing of the task that has subscribed`(isAtStart: Bool)
        async throws
    {
        let shop = try await StoreContext.with({ $0.transactionID = "of the start" }) {
            try await isAtStart ? Shop(.events()) : Shop()
        }
        let log = try await shop.define("log")
        StoreContext.with({
            $0.transactionID = "of the subscribing"
            $0.writesForbidden = "not here"
        }) {
            _ = shop.store.on("bucket.orders.inserted") { _, _ in try await log.insert([:]) }
        }
        let events = shop.store.events("bucket.log.inserted")
        try await shop.order(1)
        try await shop.store.settle()
        #expect(shop.store.deadLetters.all.map { "\($0.error)" } == [])
        events.cancel()
        var iterator = events.makeAsyncIterator()
        let event = try #require(await iterator.next())
        #expect(event.transactionID == nil)
        #expect(event.causation?.chain.map(\.label) == ["bucket.orders.inserted"])
    }
}
