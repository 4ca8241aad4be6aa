import StoreCore
import StoreTTL
import StoreTesting
import Testing

@Suite struct `A clock` {
    private static func key(_ number: Int) -> Value { .string("\(number)") }

    /// A larder whose records end a second apart from each other.
    private func larder(_ count: Int) async throws -> Larder {
        let larder = try await Larder()
        try await larder.store.write { tx in
            let items = try tx[larder.items]
            for number in 0..<count {
                try items.insert(
                    ["id": Self.key(number)], expiresIn: .seconds(count - number))
            }
        }
        return larder
    }

    @Test func `that stands still lets nothing expire`() async throws {
        let larder = try await larder(100)
        await larder.until { larder.clock.sleeperCount == 1 }
        for _ in 0..<100 {
            larder.clock.advance(by: .zero)
            larder.clock.advance(to: larder.clock.now - .days(1))
            await Task.yield()
        }
        #expect(try larder.items.count() == 100)
        #expect(try larder.items.ttl(of: "0") == .seconds(100))
        #expect(try await larder.store.purgeExpired() == 0)
        #expect(larder.departures == [])
    }

    @Test func `that jumps ahead passes over many deadlines at once`() async throws {
        let larder = try await larder(2_500)
        let before = try larder.store.snapshot()
        larder.clock.advance(by: .seconds(1_200))
        #expect(try larder.items.count() == 1_300)
        try await larder.store.settle()
        // They go in the order of their deadlines.
        let gone = (0..<1_200).map { "-\(2_499 - $0) expired" }
        #expect(larder.departures == gone)
        larder.clock.advance(by: .days(36_500))
        #expect(try larder.items.count() == 0)
        try await larder.store.settle()
        #expect(larder.departures.count == 2_500)
        #expect(try larder.items.storedCount() == 0)
        #expect(try before.bucket("items").count() == 2_500)
    }

    @Test func `that jumps to the last microsecond before a deadline spares its record`()
        async throws
    {
        let larder = try await larder(3)
        larder.clock.advance(by: .seconds(2) - .microseconds(1))
        #expect(try larder.keys == ["0", "1"])
        #expect(try larder.items.ttl(of: "1") == .microseconds(1))
        larder.clock.advance(by: .microseconds(1))
        #expect(try larder.keys == ["0"])
    }
}
