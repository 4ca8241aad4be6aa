import StoreCore

// A size limit as a stranger's module: the least recently read give way.

extension BucketOption {
    /// At most `limit` records: those that were read longest ago give way to new ones.
    static func toyMaxSize(_ limit: Int) -> BucketOption {
        BucketOption { bucket in
            bucket.keepsReadMarks = true
            bucket.attributes["toyMaxSize"] = .integer(Int64(limit))
            bucket.add(ToyEviction(limit: limit))
        }
    }
}

struct ToyEviction: WritePolicy {
    let limit: Int

    func review(_ context: borrowing PolicyContext) throws -> [PolicyAction] {
        let excess = context.count - limit
        guard excess > 0 else { return [] }
        let bucket = context.bucket.name
        let marks = context.marks
        // What the commit itself touches stays; what it deletes is gone already.
        let touched = Set(context.changes.map(\.key))
        var victims = try context.before(bucket).all().filter { !touched.contains($0.key) }
        victims.removeAll { context.pendingRecord($0.key) == nil }
        guard victims.count >= excess else {
            throw StoreError(
                .refused("\(bucket) holds \(limit) records, and one write brings more"))
        }
        func lastUse(_ record: Record) -> Timestamp {
            max(marks?.lastRead(record) ?? record.updatedAt, record.updatedAt)
        }
        victims.sort { (lastUse($0), $0.createdAt) < (lastUse($1), $1.createdAt) }
        return victims.prefix(excess).map { .delete(bucket: bucket, key: $0.key, reason: .evicted) }
    }
}
