public import StoreCore

/// Which records give way when a bucket is full.
public enum Eviction: String, Sendable, Hashable {
    /// The ones that were inserted first.
    case oldest
    /// Ones that have not been used for long: neither read by key through a handle, nor written.
    ///
    /// Approximately: records are looked at in the order of their insertion, round and round; one that was used since the
    /// last time is passed over. This is the SIEVE algorithm (Zhang et al., NSDI 2024), with at most 32 records looked at
    /// for one that goes: if all of them were used, the one goes that was read longest ago.
    case leastRecentlyUsed
}

extension BucketOption {
    /// At most `count` records: when a commit would leave more, others give way in the same commit, with reason
    /// `evicted`.
    ///
    /// Overdue records go first. What a commit inserts itself gives way only if it brings more than the bucket may hold.
    /// Of restored records that are too many, the rest goes when the bucket is defined.
    ///
    /// - Parameters:
    ///   - count: at least 1; otherwise the definition throws `DefinitionError`.
    ///   - eviction: who gives way.
    /// - Returns: the option.
    public static func maxSize(_ count: Int, evict eviction: Eviction = .oldest) -> BucketOption {
        BucketOption { bucket in
            func fault(_ message: String) -> DefinitionError {
                DefinitionError(bucket: bucket.bucket, reason: .invalidOption, message: message)
            }
            guard count >= 1 else {
                throw fault("a bucket of at most \(count) records holds none; give 1 or more")
            }
            guard bucket.limit == nil else { throw fault("a bucket has one limit; give it once") }
            bucket.attributes["maxSize"] = .integer(Int64(count))
            bucket.attributes["evict"] = .string(eviction.rawValue)
            bucket.letsRecordsGo = true
            switch eviction {
            case .oldest: bucket.limit = SizeLimit(count)
            case .leastRecentlyUsed:
                bucket.keepsReadMarks = true
                let hand = SieveHand()
                bucket.limit = SizeLimit(count) { hand.victim(of: &$0) }
            }
        }
    }
}
