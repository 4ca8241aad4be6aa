// The short way for one operation on one record
// =============================================
//
// Most commits are one insertion, update or deletion in a bucket where no policy and no unique field has a say. They
// take the same steps in the same order as `CommitBuilder`, without the structures that many changes need. What is not
// plain (a gate, an overdue record in the way, more than one that gives way) goes the long way: `nil` says so before anything has happened.

extension Store {
    /// Carries out `action` as a commit of its own, under W; nil if it has to go the long way.
    @inline(__always)
    func writeSingle(
        _ action: borrowing PreparedAction, _ bucket: BucketIdentity, _ context: StoreContext?
    ) throws -> OperationResult? {
        let writer = underWriter
        guard !bucket.isReviewed, !bucket.hasUnloggedMarks, writer.pointee.gates.isEmpty,
            writer.pointee.closed == nil
        else { return nil }
        guard let node = state.rootForWriter.bucket(bucket) else {
            throw StoreError(.bucketDropped(bucket.reference.name))
        }
        let now = max(self.now, writer.pointee.lastTimestamp)
        let view = BucketView(node, state.seed)
        switch action {
        case .insert(let record, let hash):
            let ref = RecordRef(record)
            if let existing = view.record(forKey: ref.key.value, hash: hash) {
                if existing.expiresAt <= now.microseconds { return nil }
                throw UniqueConstraintError(
                    bucket: bucket.reference.name, fields: bucket.definition.key.fields,
                    value: ref.key.value, key: ref.key)
            }
            var victim: RecordRef?
            if let limit = bucket.limit, view.count >= limit.count {
                // What is overdue when it is written gives way itself.
                if ref.expiresAt <= now.microseconds { return nil }
                victim = limit.onlyVictim(in: view, bucket, now)
                if victim == nil { return nil }
            }
            ref.header.pointee.createdAt = now
            ref.header.pointee.row = bucket.nextRow
            bucket.nextRow += 1
            bucket.applyDeadline(to: record, .inserted, 0, now)
            if let victim {
                finish(bucket, record, hash, evicting: victim, now, context)
            } else {
                finish(bucket, nil, record, hash, now, context)
            }
            return .record(record)
        case .patch(let key, let hash, let patch, let expected):
            guard let base = view.record(forKey: key.value, hash: hash),
                base.expiresAt > now.microseconds
            else { return nil }
            if let expected, !expected.holds(of: base) { return nil }
            let new = try bucket.layout.layout.merge(patch, onto: base.storage)
            RecordRef(new).succeed(base)
            bucket.applyDeadline(to: new, .merged, 0, now)
            if bucket.limit != nil { bucket.marks?.visit(base.row) }
            finish(bucket, base, new, hash, now, context)
            return .record(new)
        case .delete(let key, let hash, let reason, let expected):
            guard let base = view.record(forKey: key.value, hash: hash),
                base.expiresAt > now.microseconds
            else { return expected == nil ? OperationResult.none : nil }
            if let expected, !expected.holds(of: base) { return nil }
            finish(bucket, base, nil, hash, now, context, reason)
            return .deleted
        default:
            return nil
        }
    }

    /// Stamps, applies and publishes one change.
    ///
    /// Nothing fails here.
    @inline(__always)
    private func finish(
        _ bucket: BucketIdentity, _ base: RecordRef?, _ new: RecordStorage?, _ hash: UInt64,
        _ now: Timestamp, _ context: StoreContext?, _ reason: Change.Reason = .user
    ) {
        let position = state.positionForWriter + 1
        let kind: Change.Kind = base == nil ? .inserted : (new == nil ? .deleted : .updated)
        let keepsOld = bucket.wantsOldImages
        if let new {
            let header = RecordRef(new).header
            header.pointee.position = UInt64(bitPattern: position)
            header.pointee.updatedAt = now
        }
        let commit = CommitStorage(
            position: position, timestamp: now, context: context, bucket: bucket.layout,
            kind: kind, reason: reason, new: new, old: keepsOld ? base.map(\.storage) : nil,
            deletedKey: kind == .deleted && !keepsOld ? base.map(\.key) : nil, hash: hash)
        // The trees take a reference to the new record.
        let entered = new.map { RecordRef(Unmanaged.passRetained($0).toOpaque()) }
        let row = base?.row
        var pinned: [LazyPin] = []
        state.advance(to: position, changes: 1) {
            if !lazyPins.isEmpty { pinned = pinForLazyReaders() }
            beginTelling()
        } _: { root, editor in
            let node = root.writableBucket(bucket.slot, &editor)
            if let entered {
                if let base {
                    node.update(base, to: entered, keyHash: hash, state.seed, &editor)
                } else {
                    node.insert(entered, keyHash: hash, state.seed, &editor)
                }
            } else if let base {
                node.delete(base, keyHash: hash, state.seed, &editor)
            }
            return root
        }
        withExtendedLifetime(pinned) {}
        if let new {
            deadlines.note(RecordRef(new).expiresAt)
        } else if let row {
            bucket.marks?.forget(row)
        }
        publish(commit, now, context)
    }

    /// The same for an insertion into a full bucket, and the deletion of the one record that gives way to it.
    private func finish(
        _ bucket: BucketIdentity, _ new: RecordStorage, _ hash: UInt64,
        evicting victim: RecordRef, _ now: Timestamp, _ context: StoreContext?
    ) {
        let position = state.positionForWriter + 1
        let header = RecordRef(new).header
        header.pointee.position = UInt64(bitPattern: position)
        header.pointee.updatedAt = now
        let key = victim.key
        let victimHash = state.seed.hash(key.value)
        let keepsOld = bucket.wantsOldImages
        let eviction = ChangeEntry(
            bucket: bucket.layout, kind: .deleted, reason: .evicted, new: nil,
            old: keepsOld ? victim.storage : nil, deletedKey: keepsOld ? nil : key,
            hash: victimHash)
        let commit = CommitStorage(
            position: position, timestamp: now, context: context, bucket: bucket.layout,
            kind: .inserted, reason: .user, new: new, old: nil, deletedKey: nil, hash: hash,
            followedBy: eviction)
        let entered = RecordRef(Unmanaged.passRetained(new).toOpaque())
        let row = victim.row
        var pinned: [LazyPin] = []
        state.advance(to: position, changes: 2) {
            if !lazyPins.isEmpty { pinned = pinForLazyReaders() }
            beginTelling()
        } _: { root, editor in
            let node = root.writableBucket(bucket.slot, &editor)
            node.insert(entered, keyHash: hash, state.seed, &editor)
            node.delete(victim, keyHash: victimHash, state.seed, &editor)
            return root
        }
        withExtendedLifetime(pinned) {}
        deadlines.note(RecordRef(new).expiresAt)
        bucket.marks?.forget(row)
        publish(commit, now, context)
    }

    /// Enters a commit that has been applied into the history, and tells the observers.
    @inline(__always)
    func publish(_ commit: CommitStorage, _ now: Timestamp, _ context: StoreContext?) {
        underWriter.pointee.lastTimestamp = now
        if let ring { ring.append(commit) } else { history.append(Commit(storage: commit)) }
        causes.note(commit, context)
        if !underWriter.pointee.observers.isEmpty { tellObservers(Commit(storage: commit)) }
    }
}
