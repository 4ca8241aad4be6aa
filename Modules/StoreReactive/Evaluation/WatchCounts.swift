import StoreCore

/// How many queries have read something of each bucket.
struct WatchCounts {
    private var counts: [UInt64: (bucket: BucketReference, count: Int)] = [:]
    /// The names of the buckets.
    private(set) var names: Set<String> = []

    mutating func add(_ reads: ReadSet) {
        for bucket in reads.buckets {
            counts[bucket.generation, default: (bucket, 0)].count += 1
            if counts[bucket.generation]?.count == 1 { names.insert(bucket.name) }
        }
    }

    mutating func remove(_ reads: ReadSet) {
        for bucket in reads.buckets {
            guard let known = counts[bucket.generation] else { continue }
            if known.count > 1 {
                counts[bucket.generation]?.count -= 1
            } else {
                counts[bucket.generation] = nil
                names = Set(counts.values.map(\.bucket.name))
            }
        }
    }

    /// Whether a commit changes one of the buckets, or what buckets there are.
    func concern(_ commit: Commit) -> Bool {
        if counts.isEmpty { return false }
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
