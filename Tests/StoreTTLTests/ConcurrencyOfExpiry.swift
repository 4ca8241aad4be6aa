import StoreCore
import StoreTTL
import StoreTesting
import StoreTransactions
import TestSupport
import Testing

/// Writers, readers, transactions, the sweeper and the clock, all at once.
@Suite struct ConcurrencyOfExpiry {
    private struct Arena {
        let store: Store
        let clock: ManualClock
        /// Lives that end, are prolonged by reads, and have no end but the limit's.
        let brief: DynamicBucket
        let sliding: DynamicBucket
        let recent: DynamicBucket

        init() async throws {
            clock = ManualClock()
            store = try await Store.start(
                "arena", .clock(clock), .expiry(checkInterval: .microseconds(1)))
            brief = try await Arena.bucket("brief", in: store, [.ttl(.milliseconds(5))])
            sliding = try await Arena.bucket("sliding", in: store, [.slidingTTL(.seconds(1))])
            recent = try await Arena.bucket(
                "recent", in: store, [.maxSize(16, evict: .leastRecentlyUsed)])
        }

        private static func bucket(
            _ name: String, in store: Store, _ options: [BucketOption]
        ) async throws -> DynamicBucket {
            try await store.defineBucket(
                name, key: "id", schema: ["id": .integer, "n": .integer], indexes: ["n"], options)
        }

        var all: [DynamicBucket] { [brief, sliding, recent] }

        private func count(in bucket: DynamicBucket, under key: Int) async throws {
            try await store.transaction(retry: .upTo(5)) { tx in
                let count = try tx[bucket].count()
                try tx[bucket].upsert(["id": .integer(Int64(key)), "n": .integer(Int64(count))])
            }
        }

        func act(_ random: inout SeededRandom) async throws {
            let bucket = all[random.below(3)]
            let key = random.below(40)
            switch random.below(8) {
            case 0, 1: try await bucket.upsert(["id": .integer(Int64(key)), "n": 1])
            case 2: _ = try bucket.get(key)
            case 3: _ = try bucket.where(["n": 1]).count()
            case 4: _ = try await bucket.delete(key)
            case 5:
                do {
                    try await bucket.touch(key, expiresIn: .milliseconds(1 + random.below(20)))
                } catch is RecordNotFoundError {}
            case 6:
                // What it has counted may expire while it has its turn.
                do { try await count(in: bucket, under: key) } catch is TransactionConflictError {}
            default: clock.advance(by: .microseconds(random.below(3_000)))
            }
        }
    }

    @Test(arguments: 1...4)
    func `leaves nothing that is due, and no bucket too full`(seed: Int) async throws {
        let arena = try await Arena()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    var random = SeededRandom(UInt64(seed * 10 + task))
                    for _ in 0..<500 { try await arena.act(&random) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try arena.recent.count() <= 16, "seed \(seed)")
        arena.clock.advance(by: .seconds(3_600))
        try await arena.store.settle()
        for bucket in [arena.brief, arena.sliding] {
            #expect(try bucket.storedCount() == 0, "seed \(seed), \(bucket.name)")
        }
        // A task lets go of what it holds a moment after its group has been told of its end.
        let isFree = try await patiently { try arena.store.stats().snapshots.positions == 0 }
        #expect(isFree, "seed \(seed)")
        await arena.store.stop()
    }
}
