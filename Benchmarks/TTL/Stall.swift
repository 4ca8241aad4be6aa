import Measuring
import StoreCore
import StoreTTL
import StoreTesting

/// All records fall due at once while somebody writes to the same bucket.
enum Stall {
    /// Nanoseconds of the longest insert while all the records are purged.
    static func round(_ guests: [Guest]) async throws -> Double {
        let clock = ManualClock()
        let bucket = try await FullBucket(
            guests, [.clock(clock), .expiry(checkInterval: .zero)], .ttl(.minutes(1)))
        clock.advance(by: .minutes(2))
        let round = try await WritingMeanwhile.run(insert(into: bucket)) {
            let purged = try await bucket.store.purgeExpired()
            if purged != guests.count { throw WrongCount(expected: guests.count, found: purged) }
        }
        await bucket.store.stop()
        return round.longestWrite
    }

    /// The same of a second in which nothing is purged.
    static func undisturbedRound() async throws -> Double {
        let bucket = try await FullBucket([], [.expiry(checkInterval: .zero)], .ttl(.minutes(1)))
        let round = try await WritingMeanwhile.run(insert(into: bucket)) {
            try await Task.sleep(for: .seconds(1))
        }
        await bucket.store.stop()
        return round.longestWrite
    }

    private static func insert(
        into bucket: FullBucket
    ) -> @Sendable (Int) async throws -> Void {
        { number in
            try await bucket.records.insert([
                "id": .string("guest \(number)"), "value": .double(Double(number)),
                "role": .string("guests"),
            ])
        }
    }
}
