import Measuring
import StoreCore
import StoreTTL

/// How many of a trace's accesses find what they want in a cache that holds a tenth of it, in percent.
enum HitRatio {
    private static let room = ZipfTrace.keyCount / 10

    /// In a bucket with a limit; what is not found is inserted.
    static func bucket(_ trace: ZipfTrace, _ eviction: Eviction) async throws -> Double {
        let store = try await Store.start("bench")
        let cache = try await store.defineBucket(
            "cache", key: "id", schema: ["id": .integer(required: true)],
            .maxSize(room, evict: eviction))
        var hits = 0
        for access in trace.accesses {
            if try cache.get(access) != nil {
                hits += 1
            } else {
                try await cache.insert(["id": .integer(Int64(access))])
            }
        }
        await store.stop()
        return percent(hits, of: trace)
    }

    /// In a list from which exactly the one goes that was used longest ago.
    static func exact(_ trace: ZipfTrace) -> Double {
        var cache = ExactLRU(room: room, keyCount: ZipfTrace.keyCount)
        var hits = 0
        for access in trace.accesses where cache.use(access) { hits += 1 }
        return percent(hits, of: trace)
    }

    private static func percent(_ hits: Int, of trace: ZipfTrace) -> Double {
        100 * Double(hits) / Double(trace.accesses.count)
    }
}
