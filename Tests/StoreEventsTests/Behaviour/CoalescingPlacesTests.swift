import StoreCore
import StoreEvents
import StoreTesting
import Testing

struct CoalescingPlacesTests {
    @Test(arguments: [1, 4, 7])
    func `an event that comes when the buffer grows is found again by the next one of its record`(
        merged: Int
    ) async throws {
        let shop = try await Shop()
        let events = shop.store.events("bucket.orders.*", buffering: .coalesceByKey)
        // 16 places, of which as many are empty as events have become one with others; the first one is not.
        for _ in 0..<16 - merged { try await shop.orders.insert([:]) }
        for key in 2...merged + 1 { try await shop.orders.update(key, ["total": 1]) }
        let last = try await shop.orders.insert([:])
        try await shop.orders.update(last.key, ["total": 2])
        events.cancel()
        var totals: [Key: Value] = [:]
        for await event in events {
            #expect(totals.updateValue(event.new?["total"] ?? .null, forKey: event.key) == nil)
        }
        #expect(totals.count == 17 - merged)
        #expect(totals[last.key] == 2)
    }

    @Test func `an insertion that does not become one with a deletion is found again too`()
        async throws
    {
        let shop = try await Shop()
        for _ in 0..<12 { try await shop.orders.insert([:]) }
        let events = shop.orders.events([.inserted, .deleted], buffering: .coalesceByKey)
        for key in 1...12 { try await shop.orders.delete(key) }
        // Four empty places among 16.
        for key in 21...24 {
            try await shop.orders.insert(["id": .integer(Int64(key))])
            try await shop.orders.delete(key)
        }
        try await shop.orders.insert(["id": 1])
        try await shop.orders.delete(1)
        events.cancel()
        var keys: [Key] = []
        for await event in events { keys.append(event.key) }
        #expect(keys == (1...12).map { Key(.integer($0)) })
    }
}
