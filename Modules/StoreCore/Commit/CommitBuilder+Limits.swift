extension CommitBuilder {
    /// Holds the buckets that the commit writes to their limits, on what the commit leaves.
    mutating func enforceLimits() throws {
        var held: [BucketIdentity] = []
        for index in pending.entries.indices {
            let bucket = pending.entries[index].bucket
            guard bucket.limit != nil, !held.contains(where: { $0 === bucket }) else { continue }
            held.append(bucket)
            try enforceLimit(of: bucket)
        }
    }

    /// Takes out as many records of a bucket as are too many: overdue ones, then victims, then the commit's own.
    mutating func enforceLimit(of bucket: BucketIdentity) throws {
        guard let limit = bucket.limit else { return }
        let view = try view(bucket)
        var excess = view.count + pending.growth(of: bucket) - limit.count
        noteVisits(to: bucket)
        guard excess > 0 else { return }
        excess -= expireOverdue(bucket, view, atMost: excess)
        guard excess > 0 else { return }
        var candidates = VictimCandidates(
            view, marks: bucket.marks, gone: goneRows(of: bucket), now: now)
        while excess > 0, let victim = nextVictim(limit, &candidates) {
            candidates.remove(RecordRef(victim.storage).row)
            evict(victim, bucket)
            excess -= 1
        }
        if excess > 0 { evictOwn(bucket, excess) }
    }

    private func nextVictim(_ limit: SizeLimit, _ candidates: inout VictimCandidates) -> Record? {
        // A choice that is none, of another bucket or gone already, must not keep the limit from being held.
        if let chosen = limit.victim(&candidates), candidates.contains(chosen) { return chosen }
        return candidates.oldest()
    }

    private mutating func evict(_ record: Record, _ bucket: BucketIdentity) {
        let base = RecordRef(record.storage)
        let key = base.key.value
        let hash = store.state.seed.hash(key)
        if let index = pending.index(bucket, key, hash) {
            pending.setNew(index, nil, .evicted)
        } else {
            pending.append(
                .init(bucket: bucket, hash: hash, base: base, new: nil, reason: .evicted))
        }
    }

    /// Takes out what nobody sees any more.
    ///
    /// - Returns: how many records.
    private mutating func expireOverdue(
        _ bucket: BucketIdentity, _ view: BucketView, atMost count: Int
    ) -> Int {
        var expired = 0
        for index in pending.entries.indices
        where pending.entries[index].bucket === bucket && expired < count {
            guard let new = pending.entries[index].new, isOverdue(RecordRef(new)) else { continue }
            expire(at: index)
            expired += 1
        }
        guard view.nextDeadline <= now.microseconds else { return expired }
        let overdue = view.deadlines.rank(ofDeadlinesThrough: now.microseconds)
        var records: [RecordRef] = []
        view.deadlines.scan(ranks: 0..<overdue, ascending: true) { row in
            guard let record = view.record(row: row) else { return true }
            let hash = store.state.seed.hash(record.key.value)
            if !pending.hasExpired(record), pending.index(bucket, record.key.value, hash) == nil {
                records.append(record)
            }
            return expired + records.count < count
        }
        for record in records {
            expire(bucket, store.state.seed.hash(record.key.value), record)
        }
        return expired + records.count
    }

    /// The rows of the current version that the commit takes out.
    private func goneRows(of bucket: BucketIdentity) -> Set<RowID> {
        var gone: Set<RowID> = []
        for index in pending.entries.indices where pending.entries[index].bucket === bucket {
            if pending.entries[index].base != nil, pending.entries[index].new == nil {
                gone.insert(pending.entries[index].row)
            }
        }
        return gone
    }

    /// The commit brings more than the bucket may hold: the oldest of what it brings give way too.
    private mutating func evictOwn(_ bucket: BucketIdentity, _ excess: Int) {
        let own = pending.entries.indices
            .filter { pending.entries[$0].bucket === bucket && pending.entries[$0].new != nil }
            .sorted { row(of: $0) < row(of: $1) }
        for index in own.prefix(excess) { pending.setNew(index, nil, .evicted) }
    }

    private func row(of index: Int) -> RowID {
        pending.entries[index].new.map { RecordRef($0).row } ?? 0
    }

    /// To change a record is to use it.
    private func noteVisits(to bucket: BucketIdentity) {
        guard let marks = bucket.marks else { return }
        for entry in pending.entries where entry.bucket === bucket && entry.base != nil {
            if entry.new != nil { marks.visit(entry.row) }
        }
    }
}

extension Store {
    /// Holds a bucket that has just been bound to restored records to its limit, in a commit of its own.
    ///
    /// Under W.
    func trim(_ bucket: BucketIdentity, _ context: StoreContext?) throws -> Position? {
        guard let limit = bucket.limit, let node = state.rootForWriter.bucket(bucket),
            node.root.pointee.count > limit.count
        else { return nil }
        var builder = CommitBuilder(self)
        try builder.enforceLimit(of: bucket)
        return try builder.finish(context)
    }
}
