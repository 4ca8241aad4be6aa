import Measuring

/// The same operations on a bucket with an option and on one without, in turn.
///
/// What the option adds is a small difference of two large figures, and the machine changes its pace more than that from
/// one second to the next.
struct PairedRound: Sendable {
    /// Nanoseconds per operation without the option.
    let plain: Double
    /// Nanoseconds per operation with it.
    let subject: Double

    /// Operations per stretch, after which the other side has its turn.
    private static let stretch = 1_000

    /// A round of inserts of the same new records into both; what leaves again is not timed.
    static func inserts(
        _ subject: FullBucket, plain: FullBucket, _ guests: [Guest]
    ) async throws -> PairedRound {
        func time(_ bucket: FullBucket, _ guests: [Guest]) async throws -> UInt64 {
            let start = Stopwatch.now()
            try await bucket.insert(guests)
            let time = Stopwatch.now() - start
            try await bucket.dismiss(guests)
            return time
        }
        var (without, with): (UInt64, UInt64) = (0, 0)
        for start in stride(from: 0, to: guests.count, by: 2 * stretch) {
            let first = Array(guests[start..<start + stretch])
            let second = Array(guests[start + stretch..<start + 2 * stretch])
            without += try await time(plain, first)
            with += try await time(subject, first)
            with += try await time(subject, second)
            without += try await time(plain, second)
        }
        return PairedRound(without, with, of: guests.count)
    }

    /// A round of reads of the same keys.
    static func gets(
        _ subject: FullBucket, plain: FullBucket, _ keys: [String]
    ) throws -> PairedRound {
        func time(_ bucket: FullBucket, _ keys: ArraySlice<String>) throws -> UInt64 {
            let start = Stopwatch.now()
            try bucket.get(keys)
            return Stopwatch.now() - start
        }
        var (without, with): (UInt64, UInt64) = (0, 0)
        for start in stride(from: 0, to: keys.count, by: 2 * stretch) {
            let first = keys[start..<start + stretch]
            let second = keys[start + stretch..<start + 2 * stretch]
            without += try time(plain, first)
            with += try time(subject, first)
            with += try time(subject, second)
            without += try time(plain, second)
        }
        return PairedRound(without, with, of: keys.count)
    }

    private init(_ plain: UInt64, _ subject: UInt64, of count: Int) {
        self.plain = Double(plain) / Double(count)
        self.subject = Double(subject) / Double(count)
    }
}
