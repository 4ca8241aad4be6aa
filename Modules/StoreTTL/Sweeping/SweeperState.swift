import StoreCore
import StoreSupervision

/// What a sweeper remembers of its buckets, and what it makes of it: when to look again.
///
/// Without tasks, clocks and locks.
struct SweeperState {
    /// One bucket's part.
    private struct Place {
        var failures = 0
        var failure: String?
        var retryAt = Timestamp.distantPast
        /// Records that end by then have been looked at for reads.
        var lookedThrough = Timestamp.distantPast
    }

    private var places: [BucketReference: Place] = [:]
    private let backoff: Backoff
    var swept = 0
    var prolonged = 0
    /// How often the sweeper has looked at the store.
    var looks = 0
    var next: Timestamp?

    init(backoff: Backoff) { self.backoff = backoff }

    /// Whether a bucket is let alone for a while after a failure.
    func isWaiting(_ bucket: BucketReference, at now: Timestamp) -> Bool {
        places[bucket].map { $0.retryAt > now } ?? false
    }

    /// When a bucket wants to be looked at.
    ///
    /// - Parameters:
    ///   - bucket: which bucket.
    ///   - deadline: finds the bucket's nearest deadline after an instant; of all, with nil.
    ///   - granularity: how long before their deadlines records are looked at for reads; nil: they are not.
    /// - Returns: nil: not before it is given a deadline.
    func nextLook(
        at bucket: BucketReference, _ deadline: (Timestamp?) throws -> Timestamp?,
        _ granularity: Duration?
    ) rethrows -> Timestamp? {
        guard let first = try deadline(nil) else { return nil }
        let place = places[bucket] ?? Place()
        if place.failure != nil { return max(first, place.retryAt) }
        guard let granularity, let unread = try deadline(place.lookedThrough) else { return first }
        return min(first, unread - granularity)
    }

    mutating func looked(at bucket: BucketReference, through instant: Timestamp) {
        places[bucket, default: Place()].lookedThrough = instant
    }

    mutating func succeeded(_ bucket: BucketReference) {
        places[bucket]?.failures = 0
        places[bucket]?.failure = nil
        places[bucket]?.retryAt = .distantPast
    }

    mutating func failed(_ bucket: BucketReference, _ error: any Error, at now: Timestamp) {
        var place = places[bucket] ?? Place()
        place.failures += 1
        place.failure = "\(error)"
        place.retryAt = now + backoff.delay(afterFailures: place.failures)
        places[bucket] = place
    }

    /// Forgets buckets that are gone.
    mutating func keep(_ buckets: Set<BucketReference>) {
        if places.count > buckets.count { places = places.filter { buckets.contains($0.key) } }
    }

    var health: ComponentHealth {
        let failures = places.filter { $0.value.failure != nil }.sorted {
            $0.key.name < $1.key.name
        }
        guard let (bucket, place) = failures.first else { return .healthy }
        let others = failures.count == 1 ? "" : " (and \(failures.count - 1) more)"
        return .degraded(
            "overdue records of bucket \"\(bucket.name)\"\(others) cannot be swept, and are tried "
                + "again: \(place.failure ?? "")")
    }
}
