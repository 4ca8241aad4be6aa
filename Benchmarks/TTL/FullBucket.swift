import Benchmark
import Measuring
import StoreCore
import StoreTTL

/// A store with a full bucket.
final class FullBucket: Sendable {
    let store: Store
    let records: DynamicBucket
    /// Whether records leave by themselves when others come.
    let isLimited: Bool

    init(
        _ guests: [Guest], limited: Bool = false, _ storeOptions: [StoreOption] = [],
        _ options: BucketOption...
    ) async throws {
        isLimited = limited
        store = try await Store.start("bench", storeOptions)
        records = try await store.defineBucket(
            "record", key: "id",
            schema: [
                "id": .string(required: true),
                "name": .string(),
                "value": .number(),
                "role": .string(),
                "group": .string(),
            ],
            indexes: ["role"], options)
        for guest in guests { try await records.insert(guest.fields) }
    }

    /// Inserts some guests; in a bucket without a limit they leave again by `dismiss`.
    func insert(_ guests: [Guest]) async throws {
        for guest in guests { blackHole(try await records.insert(guest.fields)) }
    }

    /// Leaves as many records as before, half of the new ones read if they stay.
    func dismiss(_ guests: [Guest]) async throws {
        guard isLimited else {
            for guest in guests { try await records.delete(guest.key) }
            return
        }
        try readHalf(guests)
    }

    /// What a policy that looks at reads has to pass over.
    func readHalf(_ guests: [Guest]) throws {
        for place in stride(from: 0, to: guests.count, by: 2) {
            blackHole(try records.get(guests[place].key))
        }
    }

    func get(_ keys: ArraySlice<String>) throws {
        for key in keys { blackHole(try records.get(key)) }
    }
}
