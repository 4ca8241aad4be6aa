import StoreCore

/// Takes overdue records out of one bucket, and prolongs those that have been read.
struct Sweep {
    /// At most so many records go in one commit, so that writers get in between.
    ///
    /// As many as the store changes in place: for more it would copy a path of each tree to every record.
    static let sliceMax = 256

    let bucket: DynamicBucket

    /// Deletes what is overdue now, slice by slice.
    ///
    /// A record that cannot go because others refer to it keeps no other record from going.
    ///
    /// - Parameter took: told after each commit how many records it deleted.
    /// - Throws: what refuses a slice; those before it have happened. If records are still referred to, the first
    ///   `ReferenceError`, when all others have gone.
    func expire(_ took: (Int) -> Void) async throws {
        var held: Set<Key> = []
        var failure: ReferenceError?
        while true {
            let limit = Sweep.sliceMax + held.count
            let overdue = try bucket.overdue(limit: limit)
            let keys = overdue.map(\.key).filter { !held.contains($0) }
            if !keys.isEmpty {
                try await expire(keys[...], took) { key, error in
                    held.insert(key)
                    failure = failure ?? error
                }
            }
            if keys.isEmpty || overdue.count < limit { break }
            await Task.yield()
        }
        if let failure { throw failure }
    }

    /// Deletes what is overdue of `keys` in one commit, or, if that is refused for the sake of references, by halves.
    private func expire(
        _ keys: ArraySlice<Key>, _ took: (Int) -> Void, _ isHeld: (Key, ReferenceError) -> Void
    ) async throws {
        var batch = WriteBatch()
        for key in keys { batch.expire(key, from: bucket) }
        do {
            let receipt = try await bucket.store.commit(batch)
            took(receipt.counts.reduce(0, +))
        } catch let error as ReferenceError {
            guard keys.count > 1 else { return isHeld(keys[keys.startIndex], error) }
            let middle = keys.startIndex + keys.count / 2
            try await expire(keys[..<middle], took, isHeld)
            try await expire(keys[middle...], took, isHeld)
        }
    }

    /// Prolongs the lives of records that end by `instant` and were read since they were last written or touched.
    ///
    /// - Parameters:
    ///   - lifetime: how long a life goes on behind a read.
    ///   - instant: records that end later are left alone.
    ///   - gain: a life that would be prolonged by less is left alone, too.
    /// - Returns: how many there were.
    /// - Throws: what refuses a slice; those before it have happened.
    func prolong(
        _ lifetime: Lifetime, through instant: Timestamp, byAtLeast gain: Duration = .zero
    ) async throws -> Int {
        guard let marks = bucket.readMarks else { return 0 }
        let now = bucket.store.now
        let used = try bucket.expiring(through: instant).filter { record in
            guard let current = record.expiresAt, current > now else { return false }
            return Sweep.end(of: record, lifetime, marks).map { $0 >= current + gain } ?? false
        }
        var prolonged = 0
        for start in stride(from: 0, to: used.count, by: Sweep.sliceMax) {
            let slice = used[start..<min(start + Sweep.sliceMax, used.count)]
            prolonged += try await bucket.store.write { tx in
                let bucket = try tx[bucket]
                var count = 0
                // Looked at again, with what has been read and written meanwhile.
                for key in slice.lazy.map(\.key) {
                    guard let record = try bucket.get(key),
                        let end = Sweep.end(of: record, lifetime, marks)
                    else { continue }
                    try bucket.setDeadline(key, end)
                    count += 1
                }
                return count
            }
            await Task.yield()
        }
        return prolonged
    }

    /// The end of a life that goes on from the last read; nil if that prolongs nothing.
    ///
    /// A read has no say in a deadline that was given to the record after it.
    private static func end(
        of record: Record, _ lifetime: Lifetime, _ marks: ReadMarks
    ) -> Timestamp? {
        guard let current = record.expiresAt, let read = marks.lastReadSinceTouch(record),
            read > record.updatedAt
        else { return nil }
        let end = lifetime.end(from: read)
        return end > current ? end : nil
    }
}

extension Lifetime {
    /// How long before its deadline a record is looked at for reads.
    var granularity: Duration {
        min(max(.microseconds(microseconds / 8), .milliseconds(10)), .seconds(1))
    }

    /// By how much a drain prolongs a life at least.
    ///
    /// Who reads a record because it was prolonged would otherwise have it prolonged again by each drain, by what had
    /// passed in between.
    var leastGain: Duration { min(.microseconds(microseconds / 8), .milliseconds(10)) }
}
