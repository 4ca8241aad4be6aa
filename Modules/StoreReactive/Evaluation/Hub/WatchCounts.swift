import StoreCore

/// How many queries have read something of each bucket.
struct WatchCounts {
    private static let looksMax = 64

    /// By generation.
    private var counts: [UInt64: Int] = [:]

    mutating func add(_ reads: ReadSet) {
        for bucket in reads.buckets { counts[bucket.generation, default: 0] += 1 }
    }

    mutating func remove(_ reads: ReadSet) {
        for bucket in reads.buckets {
            guard let count = counts[bucket.generation] else { continue }
            counts[bucket.generation] = count > 1 ? count - 1 : nil
        }
    }

    /// Whether a commit changes one of the buckets, or what buckets there are.
    func concern(_ commit: Commit) -> Bool {
        if counts.isEmpty { return false }
        // A look at each of many would cost more than a wake-up in vain.
        if commit.changes.count > WatchCounts.looksMax { return true }
        var concerns = false
        var records = 0
        commit.forEachRecordChange { _, generation, _ in
            records += 1
            if counts[generation] != nil { concerns = true }
        }
        // A definition may be of a bucket that is read.
        return concerns || records < commit.changes.count
    }
}
