// A commit in the making, from the first operation to the last observer. Everything here runs under W.

/// Gathers what operations and policies ask for, checks it, and carries it out.
struct CommitBuilder {
    unowned(unsafe) let store: Store
    let root: StoreNode
    /// The position that the commit will have.
    let position: Int64
    /// The commit's instant.
    let now: Timestamp
    var pending: PendingChanges
    /// Whether whoever writes holds pending records already, which must not change under him.
    var givesRecordsOut = false

    init(_ store: Store) {
        self.store = store
        root = store.state.rootForWriter
        position = store.state.positionForWriter + 1
        let last = store.underWriter.pointee.lastTimestamp
        now = max(store.now, last)
        pending = PendingChanges()
    }

    // MARK: Looking at the state

    /// The bucket in the current version.
    @inline(__always)
    func view(_ bucket: BucketIdentity) throws -> BucketView {
        guard let node = root.bucket(bucket) else {
            throw StoreError(.bucketDropped(bucket.reference.name))
        }
        return BucketView(node, store.state.seed)
    }

    @inline(__always)
    func isOverdue(_ record: RecordRef) -> Bool { record.expiresAt <= now.microseconds }

    /// What an operation on a key finds.
    struct Found {
        /// The key's entry among the pending changes.
        var index: Int?
        /// The record as it stands, pending changes included; nil where there is none.
        var current: RecordRef?
        /// A record of the current version that nobody sees any more, but that is still there.
        var overdue: RecordRef?
    }

    @inline(__always)
    func find(_ bucket: BucketIdentity, _ key: Value, _ hash: UInt64) throws -> Found {
        if let index = pending.index(bucket, key, hash) {
            return Found(index: index, current: pending.entries[index].new.map { RecordRef($0) })
        }
        guard let base = try view(bucket).record(forKey: key, hash: hash) else { return Found() }
        guard isOverdue(base) else { return Found(current: base) }
        // What was inserted in its place and deleted again has left no trace but this one.
        return pending.hasExpired(base) ? Found() : Found(overdue: base)
    }

    // MARK: Changing it

    /// Enters what a key is to hold.
    @inline(__always)
    mutating func set(
        _ bucket: BucketIdentity, _ hash: UInt64, _ found: Found, _ new: RecordStorage?,
        _ reason: Change.Reason
    ) {
        if let new { stamp(new, found, bucket) }
        if let index = found.index {
            pending.setNew(index, new, reason)
            return
        }
        if let overdue = found.overdue { expire(bucket, hash, overdue) }
        pending.append(
            .init(bucket: bucket, hash: hash, base: found.current, new: new, reason: reason))
    }

    /// Fills in what only the store may say.
    @inline(__always)
    private func stamp(_ new: RecordStorage, _ found: Found, _ bucket: BucketIdentity) {
        let header = RecordRef(new).header
        header.pointee.position = UInt64(bitPattern: position)
        header.pointee.updatedAt = now
        // A successor has its row and age already.
        guard header.pointee.row == 0 else { return }
        header.pointee.createdAt = now
        header.pointee.row = bucket.nextRow
        bucket.nextRow += 1
    }

    /// Deletes an overdue record for good, so that its key is free.
    mutating func expire(_ bucket: BucketIdentity, _ hash: UInt64, _ record: RecordRef) {
        pending.append(
            .init(bucket: bucket, hash: hash, base: record, new: nil, reason: .expired))
        pending.sealLast()
    }
}
