import StoreCore

/// Takes overdue records out of one bucket, and prolongs those that have been read.
struct Sweep {
    /// At most so many records go in one commit, so that writers get in between.
    static let sliceMax = 1_000

    let bucket: DynamicBucket

    /// Deletes what is overdue now, slice by slice.
    ///
    /// - Parameter took: told after each commit how many records it deleted.
    /// - Returns: how many records this call deleted.
    /// - Throws: what refuses a slice; those before it have happened.
    func expire(_ took: (Int) -> Void = { _ in }) async throws -> Int {
        var expired = 0
        while true {
            let overdue = try bucket.overdue(limit: Sweep.sliceMax)
            if overdue.isEmpty { return expired }
            var batch = WriteBatch()
            for record in overdue { batch.expire(record.key, from: bucket) }
            let receipt = try await bucket.store.commit(batch)
            let count = receipt.counts.reduce(0, +)
            expired += count
            took(count)
            if overdue.count < Sweep.sliceMax { return expired }
            await Task.yield()
        }
    }

    /// Prolongs the lives of records that end by `instant` and were read since they were last prolonged.
    ///
    /// - Returns: how many there were.
    func prolong(_ lifetime: Lifetime, through instant: Timestamp) async throws -> Int {
        guard let marks = bucket.readMarks else { return 0 }
        let now = bucket.store.now
        let used = try bucket.expiring(through: instant).compactMap {
            record -> (key: Key, current: Timestamp, end: Timestamp)? in
            guard let current = record.expiresAt, current > now,
                let end = marks.lastRead(record).map({ lifetime.end(from: $0) }), end > current
            else { return nil }
            return (record.key, current, end)
        }
        var prolonged = 0
        for start in stride(from: 0, to: used.count, by: Sweep.sliceMax) {
            let slice = used[start..<min(start + Sweep.sliceMax, used.count)]
            prolonged += try await bucket.store.write { tx in
                let bucket = try tx[bucket]
                var count = 0
                // What has been given another deadline since, or is gone, is left as it is.
                for (key, current, end) in slice where try bucket.get(key)?.expiresAt == current {
                    try bucket.setDeadline(key, end)
                    count += 1
                }
                return count
            }
            await Task.yield()
        }
        return prolonged
    }
}

extension Lifetime {
    /// How long before its deadline a record is looked at for reads.
    var granularity: Duration {
        min(max(.microseconds(microseconds / 8), .milliseconds(10)), .seconds(1))
    }
}
