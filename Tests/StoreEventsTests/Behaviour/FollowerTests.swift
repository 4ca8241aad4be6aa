import StoreCore
import StoreEvents
import StoreTesting
import TestSupport
import Testing

/// Whoever applies every event to a copy has a copy: whatever is written, and whenever events are taken.
@Suite struct `A follower` {
    /// A copy of the orders' totals that is kept by events alone.
    private struct Copy {
        var totals: [Key: Int] = [:]

        /// Applies an event; what it says of before has to be what is there.
        mutating func apply(_ event: Event) throws {
            let before = event.old?["total"].int
            try #require(before == totals[event.key], "\(event): \(before ?? -1) was not before")
            switch event.kind {
            case .inserted: try #require(totals[event.key] == nil, "\(event) came twice")
            case .updated: try #require(totals[event.key] != nil, "\(event) came too early")
            case .deleted: try #require(event.new == nil)
            }
            totals[event.key] = event.new?["total"].int
        }
    }

    /// Writes something at random to one of six orders.
    private func write(_ orders: DynamicBucket, _ random: inout SeededRandom) async throws {
        let key = Key(.integer(Int64(random.below(6))))
        let total = Value.integer(Int64(random.below(1_000)))
        switch random.below(20) {
        case 0: try await orders.clear()
        case 1...4: try await orders.delete(key)
        case 5:
            // Both in one commit: what is left is one change, or none.
            try await orders.store.write { tx in
                try tx[orders].delete(key)
                try tx[orders].insert(["id": key.value, "total": total])
            }
        default: try await orders.upsert(["id": key.value, "total": total])
        }
    }

    private func follow(
        _ buffering: Buffering<Never>, seed: UInt64, waitingMax: Int
    ) async throws {
        var random = SeededRandom(seed)
        let shop = try await Shop()
        let events = shop.store.events("bucket.orders.*", buffering: buffering)
        var iterator = events.makeAsyncIterator()
        var copy = Copy()
        for step in 0..<600 {
            try await write(shop.orders, &random)
            let waiting = events.status.waiting
            try #require(waiting <= waitingMax, "seed \(seed), step \(step): \(waiting) wait")
            // Now and then most of them, so that the buffer is long at times and empty at others.
            guard random.below(30) == 0 else { continue }
            for _ in 0..<min(waiting, random.below(60)) {
                if let event = await iterator.next() { try copy.apply(event) }
            }
        }
        events.cancel()
        while let event = await iterator.next() { try copy.apply(event) }
        let totals = try shop.orders.all().map { ($0.key, $0["total"].int ?? -1) }
        #expect(copy.totals == Dictionary(uniqueKeysWithValues: totals), "seed \(seed)")
    }

    @Test(arguments: Volume.seeds(few: 6, full: 30))
    func `has a copy if it is told of everything`(seed: UInt64) async throws {
        try await follow(.unbounded, seed: seed, waitingMax: .max)
    }

    @Test(arguments: Volume.seeds(few: 6, full: 30))
    func `has a copy if it is told of one event a record, and no more of them wait than records`(
        seed: UInt64
    ) async throws {
        try await follow(.coalesceByKey, seed: seed, waitingMax: 6)
    }
}
