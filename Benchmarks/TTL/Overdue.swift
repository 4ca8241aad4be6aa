import Measuring
import StoreCore
import StoreTTL
import StoreTesting

/// A full bucket whose records fall due when the clock is moved.
final class Overdue {
    private let guests: [Guest]
    private let clock: ManualClock
    private let bucket: FullBucket
    private var next = 0

    /// Records that are purged in a round, at least.
    private static let purgedMin = 5_000

    init(_ guests: [Guest]) async throws {
        var random = SplitMix(seed: 0xD0E)
        let clock = ManualClock()
        self.clock = clock
        self.guests = guests.shuffled(using: &random)
        bucket = try await FullBucket(
            guests, [.clock(clock), .expiry(checkInterval: .zero)], .ttl(.days(10_000)))
    }

    /// Nanoseconds per purged record, of a hundredth of all, taken at random.
    func round() async throws -> Double {
        try await round(movingClock: true) { [bucket] _ in
            try await bucket.store.purgeExpired()
        }
    }

    /// The same when somebody who knows the keys deletes the records before they are due, a thousand in a commit.
    func deleteRound() async throws -> Double {
        try await round(movingClock: false) { [bucket] due in
            var count = 0
            for start in stride(from: due.startIndex, to: due.endIndex, by: 1_000) {
                var batch = WriteBatch()
                for guest in due[start..<min(start + 1_000, due.endIndex)] {
                    batch.delete(guest.key, from: bucket.records)
                }
                count += try await bucket.store.commit(batch).counts.reduce(0, +)
            }
            return count
        }
    }

    private func round(
        movingClock: Bool, _ take: (ArraySlice<Guest>) async throws -> Int
    ) async throws -> Double {
        let count = guests.count / 100
        let passes = max(1, Overdue.purgedMin / count)
        var time: UInt64 = 0
        for _ in 0..<passes {
            if next + count > guests.count { next = 0 }
            let due = guests[next..<next + count]
            next += count
            for guest in due { try await bucket.records.touch(guest.key, expiresIn: .seconds(1)) }
            if movingClock { clock.advance(by: .seconds(2)) }
            let start = Stopwatch.now()
            let taken = try await take(due)
            time += Stopwatch.now() - start
            if taken != count { throw WrongCount(expected: count, found: taken) }
            try await bucket.insert(Array(due))
        }
        return Double(time) / Double(count * passes)
    }
}

/// More or fewer records were purged than were due.
struct WrongCount: Error {
    let expected: Int
    let found: Int
}
