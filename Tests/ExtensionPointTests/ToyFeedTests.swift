import StoreCore
import Synchronization
import Testing

@Suite struct `A stranger's event feed` {
    final class Ledger: Sendable {
        private let noted = Mutex<[ToyEvent]>([])
        func note(_ event: ToyEvent) { noted.withLock { $0.append(event) } }
        var events: [ToyEvent] { noted.withLock { $0 } }
        var keys: [Key] { events.map(\.key) }
    }

    let ledger = Ledger()

    private func orders(_ options: StoreOption...) async throws -> (Store, DynamicBucket) {
        let store = try await Store.start("feed", options)
        return (
            store,
            try await store.defineBucket(
                "orders", key: "id", schema: ["id": .integer, "n": .integer])
        )
    }

    private func insert(_ ids: ClosedRange<Int>, into bucket: DynamicBucket) async throws {
        for id in ids { try await bucket.insert(["id": .integer(Int64(id))]) }
    }

    private func feed(after position: Position) -> ToyFeed {
        ToyFeed(after: position) { [ledger] in ledger.note($0) }
    }

    @Test func `settle drains it`() async throws {
        let (store, orders) = try await orders()
        try await store.addComponent(feed(after: .start))
        try await orders.insert(["id": 1])
        try await orders.update(1, ["n": 2])
        try await orders.delete(1)
        try await store.settle()
        #expect(
            ledger.events.map(\.topic) == ["orders.inserted", "orders.updated", "orders.deleted"])
        #expect(ledger.events.map(\.position.value) == [2, 3, 4])
        #expect(try store.stats().components["toy-feed"]?["waiting"] == 0)
    }

    @Test(arguments: 0...5)
    func `it resumes after a position without gap or repeat`(handled: Int) async throws {
        let (store, orders) = try await orders()
        try await insert(1...5, into: orders)
        try await store.addComponent(feed(after: Position(UInt64(1 + handled))))
        try await insert(6...8, into: orders)
        try await store.settle()
        #expect(ledger.keys == (handled + 1..<9).map { Key(.integer(Int64($0))) })
    }

    @Test func `it resumes while others write`() async throws {
        let (store, orders) = try await orders()
        async let writing: Void = insert(1...500, into: orders)
        try await store.addComponent(feed(after: .start))
        try await writing
        try await store.settle()
        #expect(ledger.keys == (1...500).map { Key(.integer($0)) })
    }

    @Test func `it survives the restart of its task`() async throws {
        let (store, orders) = try await orders()
        let feed = feed(after: .start)
        try await store.addComponent(feed)
        for start in stride(from: 1, to: 100, by: 10) {
            try await insert(start...start + 4, into: orders)
            await feed.restart()
            try await insert(start + 5...start + 9, into: orders)
        }
        try await store.settle()
        #expect(ledger.keys == (1...100).map { Key(.integer($0)) })
        #expect(feed.position == store.position)
        #expect(feed.statistics["restarts"] == 10)
    }

    @Test func `what its handler writes says what it answers to, and is settled too`() async throws
    {
        let (store, orders) = try await orders()
        let copies = try await store.defineBucket("copies", key: "id", schema: ["id": .integer])
        let causes = Mutex([String]())
        try await store.addComponent(
            ToyFeed(after: store.position) { event in
                guard event.topic == "orders.inserted" else { return }
                _ = try? await copies.insert(["id": event.key.value])
            })
        try await insert(1...3, into: orders)
        try await store.settle()
        #expect(try copies.count() == 3)
        for commit in try await store.history.commits(after: .start, limit: .max) {
            if let cause = commit.causation { causes.withLock { $0.append(cause.label) } }
        }
        #expect(causes.withLock { $0 } == Array(repeating: "event:orders.inserted", count: 3))
    }

    @Test func `a position that is no longer kept is refused when it starts`() async throws {
        let (store, orders) = try await orders(.history(commits: 2))
        try await insert(1...5, into: orders)
        await #expect(throws: StoreError(.positionUnavailable(Position(1)))) {
            try await store.addComponent(feed(after: Position(1)))
        }
        #expect(store.component(named: "toy-feed") == nil)
        #expect(try store.stats().observers == 0)
        try await store.addComponent(feed(after: Position(4)))
        try await store.settle()
        #expect(ledger.keys == [4, 5])
    }

    @Test func `stopping the store ends it`() async throws {
        let (store, orders) = try await orders()
        try await store.addComponent(feed(after: .start))
        try await orders.insert(["id": 1])
        try await store.settle()
        await store.stop()
        #expect(ledger.keys == [1])
    }
}
