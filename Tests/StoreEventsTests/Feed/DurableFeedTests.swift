import StoreCore
import StoreEvents
import StoreTesting
import Synchronization
import Testing

@Suite struct `A feed of a store whose commits are durable later` {
    /// Notes what a feed delivers, in a task of its own.
    private final class Reader: Sendable {
        private let noted = Mutex<[String]>([])
        private let task = Mutex<Task<Void, any Error>?>(nil)

        init(_ feed: ChangeFeed) {
            let reading = Task { [self] in
                for try await element in feed { noted.withLock { $0.append(element.text) } }
            }
            task.withLock { $0 = reading }
        }

        var lines: [String] { noted.withLock { $0 } }

        /// What has been delivered when there is so much, or the history has to be waited for.
        func lines(_ count: Int, orWaitingFor history: HeldHistory) async -> [String] {
            await eventually { self.lines.count >= count || history.isWaitedFor }
            return lines
        }

        /// Everything that is delivered until the feed ends.
        func end() async throws -> [String] {
            try await task.withLock { $0 }?.value
            return lines
        }
    }

    private func start(_ history: HeldHistory) async throws -> Shop {
        try await Shop(StoreOption { $0.history = history })
    }

    private static let expected: [(origin: ChangeFeed.Origin, lines: [String])] = [
        (.snapshot, ["state at 3", "caught up at 3"]), (.now, ["caught up at 3"]),
        (.beginning, ["1", "2", "3", "caught up at 3"]),
    ]

    @Test(arguments: expected)
    func `holds back what is not durable`(origin: ChangeFeed.Origin, lines: [String]) async throws {
        let history = HeldHistory()
        let shop = try await start(history)
        try await shop.order(2)
        let reader = Reader(shop.store.changes(from: origin))
        #expect(await reader.lines(1, orWaitingFor: history) == [])
        history.keep(through: 3)
        await shop.store.stop()
        #expect(try await reader.end() == lines)
    }

    @Test(arguments: expected)
    func `holds nothing back that is to be delivered when it is committed`(
        origin: ChangeFeed.Origin, lines: [String]
    ) async throws {
        let history = HeldHistory()
        let shop = try await start(history)
        try await shop.order(2)
        let reader = Reader(shop.store.changes(from: origin, delivering: .committed))
        await shop.store.stop()
        #expect(await reader.lines(lines.count, orWaitingFor: history) == lines)
        #expect(try await reader.end() == lines)
    }

    @Test func `delivers what follows as it becomes durable`() async throws {
        let history = HeldHistory()
        let shop = try await start(history)
        history.keep(through: 1)
        let reader = Reader(shop.store.changes(from: .now))
        try await shop.order(2)
        #expect(await reader.lines(2, orWaitingFor: history) == ["caught up at 1"])
        history.keep(through: 2)
        await eventually { reader.lines.count == 2 }
        #expect(await reader.lines(3, orWaitingFor: history) == ["caught up at 1", "2"])
        history.keep(through: 3)
        await shop.store.stop()
        #expect(try await reader.end() == ["caught up at 1", "2", "3"])
    }

    @Test(arguments: [ChangeFeed.Level.durable, .committed])
    func `goes on from a history that knows durable commits only`(level: ChangeFeed.Level)
        async throws
    {
        let history = HeldHistory(servesDurableOnly: true)
        let shop = try await start(history)
        try await shop.order(2)
        let reader = Reader(shop.store.changes(from: .beginning, delivering: level))
        #expect(await reader.lines(1, orWaitingFor: history) == [])
        history.keep(through: 2)
        await eventually { reader.lines.count == 2 }
        #expect(await reader.lines(3, orWaitingFor: history) == ["1", "2"])
        history.keep(through: 3)
        await shop.store.stop()
        #expect(try await reader.end() == ["1", "2", "3", "caught up at 3"])
    }

    @Test func `goes on where commits become durable just after the history was read`() async throws
    {
        let history = HeldHistory(servesDurableOnly: true)
        let shop = try await start(history)
        try await shop.order(2)
        history.afterServing { history.keep(through: 3) }
        let reader = Reader(shop.store.changes(from: .beginning))
        await shop.store.stop()
        #expect(try await reader.end() == ["1", "2", "3", "caught up at 3"])
    }
}
