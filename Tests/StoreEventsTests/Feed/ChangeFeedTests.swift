import Foundation
import StoreCore
import StoreEvents
import StoreTesting
import Testing

struct ChangeFeedTests {
    /// What a feed delivers up to and including where it has caught up.
    private func backlog(_ feed: ChangeFeed) async throws -> [String] {
        var texts: [String] = []
        for try await element in feed {
            texts.append(element.text)
            if case .caughtUp = element { break }
        }
        return texts
    }

    @Test func `a feed has the history after a cursor, says so, and goes on with what happens`()
        async throws
    {
        let shop = try await Shop()
        let cursor = shop.store.cursor
        for _ in 0..<3 { try await shop.orders.insert([:]) }
        var feed = shop.store.changes(after: cursor).makeAsyncIterator()
        var texts: [String] = []
        for _ in 0..<4 { texts.append(try await feed.next()?.text ?? "nil") }
        try await shop.orders.insert([:])
        texts.append(try await feed.next()?.text ?? "nil")
        #expect(texts == ["2", "3", "4", "caught up at 4", "5"])
        await shop.store.stop()
        #expect(try await feed.next() == nil)
    }

    @Test func `a feed from a snapshot has the state first, and then what follows it`() async throws
    {
        let shop = try await Shop()
        try await shop.orders.insert([:])
        let feed = shop.store.changes(from: .snapshot)
        // Before the first element is asked for: part of the state.
        try await shop.orders.insert([:])
        var elements = feed.makeAsyncIterator()
        guard case .snapshot(let state, let cursor)? = try await elements.next() else {
            Issue.record("the first element is no snapshot")
            return
        }
        #expect(try state.bucket("orders").count() == 2)
        #expect(cursor == shop.store.cursor)
        #expect(try await elements.next()?.text == "caught up at 3")
        try await shop.orders.insert([:])
        #expect(try await elements.next()?.text == "4")
    }

    @Test func `a feed after no cursor begins with a snapshot`() async throws {
        let shop = try await Shop()
        #expect(
            try await backlog(shop.store.changes(after: nil)) == ["state at 1", "caught up at 1"])
    }

    @Test func `every element has the cursor to go on from, and commits their commit`() async throws
    {
        let shop = try await Shop()
        try await shop.orders.insert([:])
        var elements: [ChangeFeed.Element] = []
        for origin in [ChangeFeed.Origin.snapshot, .beginning] {
            for try await element in shop.store.changes(from: origin) {
                elements.append(element)
                if case .caughtUp = element { break }
            }
        }
        #expect(elements.map(\.cursor.position.value) == [2, 2, 1, 2, 2])
        #expect(Set(elements.map(\.cursor.store)) == [shop.store.identity.id])
        #expect(elements.map(\.commit?.position.value) == [nil, nil, 1, 2, nil])
    }

    @Test func `a consumer that falls behind its buffer goes on from the history`() async throws {
        let shop = try await Shop(.history(commits: 1_000))
        let feed = shop.store.changes(from: .now, buffer: 2)
        var elements = feed.makeAsyncIterator()
        #expect(try await elements.next()?.text == "caught up at 1")
        for _ in 0..<100 { try await shop.orders.insert([:]) }
        var positions: [String] = []
        for _ in 0..<100 { positions.append(try await elements.next()?.text ?? "nil") }
        #expect(positions == (2...101).map { "\($0)" })
        try await shop.orders.insert([:])
        #expect(try await elements.next()?.text == "102")
    }

    @Test func `a consumer that is behind its buffer when the store stops has the rest too`()
        async throws
    {
        let shop = try await Shop(.history(commits: 1_000))
        let feed = shop.store.changes(from: .now, buffer: 2)
        for _ in 0..<20 { try await shop.orders.insert([:]) }
        await shop.store.stop()
        for _ in 1...2 {
            var positions: [UInt64] = []
            for try await element in feed {
                if let commit = element.commit { positions.append(commit.position.value) }
            }
            #expect(positions == Array(2...21))
        }
    }

    @Test func `a consumer that falls behind the history is told where it was`() async throws {
        let shop = try await Shop(.history(commits: 5))
        var elements = shop.store.changes(from: .now, buffer: 2).makeAsyncIterator()
        #expect(try await elements.next()?.text == "caught up at 1")
        for _ in 0..<20 { try await shop.orders.insert([:]) }
        // What the buffer holds still comes.
        #expect(try await elements.next()?.text == "2")
        #expect(try await elements.next()?.text == "3")
        await #expect(throws: StoreError(.positionUnavailable(Position(3)))) {
            try await elements.next()
        }
        #expect(try await elements.next() == nil)
    }

    @Test func `a cursor behind the history is refused`() async throws {
        let shop = try await Shop(.history(commits: 5))
        let cursor = shop.store.cursor
        for _ in 0..<20 { try await shop.orders.insert([:]) }
        await #expect(throws: StoreError(.positionUnavailable(Position(1)))) {
            try await backlog(shop.store.changes(after: cursor))
        }
    }

    @Test func `a cursor of what has not happened has diverged`() async throws {
        let shop = try await Shop()
        let identity = shop.store.identity
        let cursor = ChangeCursor(store: identity.id, incarnation: 0, position: Position(7))
        await #expect(throws: StoreError(.positionDiverged(Position(7)))) {
            try await backlog(shop.store.changes(after: cursor))
        }
    }

    @Test func `a cursor of commits that a crash has taken has diverged, one before them has not`()
        async throws
    {
        let fork = StoreIdentity(id: "shop", forks: [Position(0)])
        let shop = try await Shop(StoreOption { $0.identity = fork })
        let before = ChangeCursor(store: "shop", incarnation: 0, position: Position(0))
        let behind = ChangeCursor(store: "shop", incarnation: 0, position: Position(1))
        #expect(try await backlog(shop.store.changes(after: before)) == ["1", "caught up at 1"])
        await #expect(throws: StoreError(.positionDiverged(Position(1)))) {
            try await backlog(shop.store.changes(after: behind))
        }
    }

    @Test func `a cursor of another store is refused`() async throws {
        let shop = try await Shop()
        let other = try await Shop()
        await #expect(throws: StoreError(.anotherStore("The cursor"))) {
            try await backlog(shop.store.changes(after: other.store.cursor))
        }
    }

    @Test func `everyone who iterates over a feed has all of it`() async throws {
        let shop = try await Shop()
        let feed = shop.store.changes(from: .beginning)
        try await shop.orders.insert([:])
        // What had happened when the feed was made is the definition of the bucket.
        #expect(try await backlog(feed) == ["1", "caught up at 1"])
        #expect(try await backlog(feed) == ["1", "caught up at 1"])
    }

    @Test func `a feed that was prepared for has old images of the past`() async throws {
        let shop = try await Shop(.changeFeed())
        let order = try await shop.orders.insert(["total": 1])
        try await shop.orders.update(order.key, ["total": 2])
        var totals: [Value] = []
        for try await element in shop.store.changes(from: .beginning) {
            if case .caughtUp = element { break }
            guard let commit = element.commit else { continue }
            totals += commit.records.compactMap { $0.old?["total"] }
        }
        #expect(totals == [1])
    }

    @Test func `a feed does not keep its store`() async throws {
        weak var gone: Store?
        var feed: ChangeFeed.AsyncIterator?
        do {
            let store = try await Store.start()
            gone = store
            feed = store.changes(from: .snapshot).makeAsyncIterator()
        }
        #expect(gone == nil)
        #expect(try await feed?.next() == nil)
    }

    @Test func `a feed from a snapshot that nobody has asked for when the store stops ends`()
        async throws
    {
        let shop = try await Shop()
        var elements = shop.store.changes(from: .snapshot).makeAsyncIterator()
        await shop.store.stop()
        #expect(try await elements.next() == nil)
    }

    @Test func `a cursor survives being written down`() throws {
        let cursor = ChangeCursor(store: "s", incarnation: 2, position: Position(9))
        let written = try JSONEncoder().encode(cursor)
        #expect(try JSONDecoder().decode(ChangeCursor.self, from: written) == cursor)
    }
}
