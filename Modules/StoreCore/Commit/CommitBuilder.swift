// A commit in the making, from the first operation to the last observer. Everything here runs under W, but for the
// operations of a draft, which go on a version of its own.

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
    /// What a draft stands on; nil under W, where the current version is what counts.
    let ground: DraftGround?

    init(_ store: Store) {
        self.store = store
        root = store.state.rootForWriter
        position = store.state.positionForWriter + 1
        let last = store.underWriter.pointee.lastTimestamp
        now = max(store.now, last)
        pending = PendingChanges()
        ground = nil
    }

    /// The changes of a draft, which W does not guard.
    init(_ store: Store, on ground: DraftGround) {
        self.store = store
        self.ground = ground
        root = ground.snapshot.pin.root
        position = ground.snapshot.pin.position + 1
        now = ground.snapshot.instant
        pending = PendingChanges()
        givesRecordsOut = true
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

    /// What the bucket's records are laid out by, in the version that counts.
    @inline(__always)
    func layout(of bucket: BucketIdentity) -> Layout {
        if ground == nil { return bucket.layout.layout }
        guard let node = root.bucket(bucket) else { return bucket.layout.layout }
        let known = bucket.layout
        return node.root.pointee.layout._withUnsafeGuaranteedRef {
            $0.isSame(as: known) ? known.layout : $0.layout
        }
    }

    @inline(__always)
    func isOverdue(_ record: RecordRef) -> Bool { record.expiresAt <= now.microseconds }

    /// What an operation on a key finds.
    struct Found {
        /// The key's entry among the pending changes.
        var index: Int?
        /// The record as it stands, pending changes included; nil where there is none.
        var current: RecordRef?
        /// A record that nobody sees any more, but that is still there: in the current version, or among the pending
        /// changes.
        var overdue: RecordRef?
    }

    @inline(__always)
    func find(_ bucket: BucketIdentity, _ key: Value, _ hash: UInt64) throws -> Found {
        if let index = pending.index(bucket, key, hash) {
            guard let new = pending.entries[index].new.map({ RecordRef($0) }) else {
                return Found(index: index)
            }
            return isOverdue(new)
                ? Found(index: index, overdue: new) : Found(index: index, current: new)
        }
        // Of what has given way, and of what was inserted in its place and deleted again, nothing else is left.
        guard let base = try view(bucket).record(forKey: key, hash: hash),
            !pending.hasExpired(base)
        else { return Found() }
        return isOverdue(base) ? Found(overdue: base) : Found(current: base)
    }

    // MARK: Changing it

    /// Enters what a key is to hold.
    @inline(__always)
    mutating func set(
        _ bucket: BucketIdentity, _ hash: UInt64, _ found: Found, _ new: RecordStorage?,
        _ reason: Change.Reason
    ) {
        if let new { stamp(new, reason, bucket) }
        if found.overdue != nil {
            expire(bucket, hash, found)
        } else if let index = found.index {
            pending.setNew(index, new, reason)
            return
        }
        pending.append(
            .init(bucket: bucket, hash: hash, base: found.current, new: new, reason: reason))
    }

    /// Fills in what only the store may say.
    @inline(__always)
    private func stamp(
        _ new: RecordStorage, _ reason: Change.Reason, _ bucket: BucketIdentity
    ) {
        let header = RecordRef(new).header
        header.pointee.position = UInt64(bitPattern: position)
        // What a touch leaves was written when what it found was.
        if reason != .touched { header.pointee.updatedAt = now }
        // A successor has its row and age already.
        guard header.pointee.row == 0 else { return }
        header.pointee.createdAt = now
        if let ground {
            header.pointee.row = ground.nextRow()
        } else {
            header.pointee.row = bucket.nextRow
            bucket.nextRow += 1
        }
    }

    /// Takes out what an operation has found overdue, so that its key and its values are free.
    ///
    /// What is inserted under its key later in the commit is not its successor.
    mutating func expire(
        _ bucket: BucketIdentity, _ hash: UInt64, _ found: Found,
        _ reason: Change.Reason = .expired
    ) {
        if let index = found.index {
            expire(at: index, reason)
        } else if let overdue = found.overdue {
            expire(bucket, hash, overdue, reason)
        }
    }

    /// Takes out an overdue record of the current version.
    mutating func expire(
        _ bucket: BucketIdentity, _ hash: UInt64, _ record: RecordRef,
        _ reason: Change.Reason = .expired
    ) {
        pending.append(.init(bucket: bucket, hash: hash, base: record, new: nil, reason: reason))
        pending.seal(pending.entries.count - 1)
    }

    /// Takes out a pending record that was overdue when it was written; one that is new leaves nothing.
    mutating func expire(at index: Int, _ reason: Change.Reason = .expired) {
        pending.setNew(index, nil, reason)
        if pending.entries[index].base != nil { pending.seal(index) }
    }
}
