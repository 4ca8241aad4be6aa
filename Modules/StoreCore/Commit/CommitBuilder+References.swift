// References are judged on what the commit leaves, so they come after all operations and policies: first what is gone is
// followed to what refers to it, until nothing more is added; then what is left must lead somewhere.

/// A reference to a bucket, from the bucket's point of view.
///
/// The catalog keeps the bucket, and links are made anew when one comes or goes; owning would make a circle.
struct Referrer {
    unowned let bucket: BucketIdentity
    let reference: CompiledReference
}

/// Which of the pending changes have been followed to what refers to their records.
struct ReferenceProgress {
    private var entries = 0
    private var rewritten = 0
    /// The revisions at which entries were followed: one that was rewritten often is followed once.
    fileprivate var followed: [Int: Int] = [:]
    /// Entries that were looked at; tests count it.
    fileprivate(set) var examined = 0

    /// The next entry, with its key if it was rewritten: one that leaves nothing may not know it any more.
    fileprivate mutating func next(in pending: PendingChanges) -> (index: Int, key: Value?)? {
        if entries < pending.entries.count {
            entries += 1
            return (entries - 1, nil)
        }
        guard rewritten < pending.rewritten.count else { return nil }
        rewritten += 1
        return pending.rewritten[rewritten - 1]
    }
}

extension CommitBuilder {
    /// The most records that one commit may change for the sake of references.
    static let cascadesMax = 1_000_000

    /// Deletes, or sets to null, what refers to records that the commit leaves gone.
    ///
    /// What is added on the way is followed in its turn, each change once: a chain of n records takes O(n log n),
    /// whatever the order in which the commit has touched them.
    mutating func followReferences(_ progress: inout ReferenceProgress) throws {
        var known: (waiting: PendingReferrers, sealed: Set<PendingKey>)?
        while let (index, rewritten) = progress.next(in: pending) {
            progress.examined += 1
            let entry = pending.entries[index]
            guard entry.new == nil, !entry.bucket.referrers.isEmpty else { continue }
            let key = rewritten ?? entry.key
            if key.isNull { continue }
            // What refers to a record that has given way does not refer to the one that takes its key.
            let isReplaced = try exists(entry.bucket, key, entry.hash)
            if isReplaced, !entry.isSealed { continue }
            if known == nil { progress.examined += pending.entries.count }
            let (waiting, sealed) = known ?? (pendingReferrers(), sealedKeys())
            known = (waiting, sealed)
            // A key whose overdue record gave way to another is gone when that one is.
            let place = PendingKey(bucket: entry.bucket.slot, key: key)
            guard entry.base != nil || sealed.contains(place),
                progress.followed.updateValue(entry.revision, forKey: index) != entry.revision
            else { continue }
            for referrer in entry.bucket.referrers where referrer.reference.action != .restrict {
                try follow(Key(key), referrer, isReplaced ? [:] : waiting)
            }
        }
    }

    private mutating func follow(
        _ gone: Key, _ referrer: Referrer, _ waiting: PendingReferrers
    ) throws {
        let bucket = referrer.bucket
        for (key, hash) in try records(referringTo: gone.value, referrer, waiting) {
            guard pending.entries.count < CommitBuilder.cascadesMax else {
                throw error(.tooManyCascades, referrer, nil, gone)
            }
            if referrer.reference.action == .cascade {
                set(bucket, hash, try find(bucket, key.value, hash), nil, .cascade)
            } else {
                let patch = try bucket.layout.layout.makePatch([referrer.reference.field: .null])
                _ = try merge(key, hash, patch, nil, bucket, reason: .cascade)
            }
        }
    }

    /// - Throws: `ReferenceError` if a record that the commit writes refers to none, or one that it deletes is still
    ///   referred to.
    func checkReferences() throws {
        var waiting: PendingReferrers?
        for entry in pending.entries {
            if let new = entry.new {
                try checkDeadline(of: RecordRef(new), entry)
                // Nobody is going to see where it leads.
                if isOverdue(RecordRef(new)) { continue }
                for reference in entry.bucket.layout.layout.references {
                    try check(reference, RecordRef(new), entry)
                }
            } else if !entry.bucket.referrers.isEmpty, let base = entry.base, try isGone(entry) {
                let known = waiting ?? pendingReferrers()
                waiting = known
                for referrer in entry.bucket.referrers {
                    if let left = try records(
                        referringTo: base.key.value, referrer, known, limit: 1
                    ).first {
                        throw error(.restricted, referrer, left.key, base.key)
                    }
                }
            }
        }
    }

    /// Refuses to let a record go by itself that others may refer to with `.restrict`.
    private func checkDeadline(of new: RecordRef, _ entry: PendingChanges.Entry) throws {
        guard new.expiresAt != .max, new.expiresAt != entry.base?.expiresAt,
            let referrer = entry.bucket.referrers.first(where: {
                $0.reference.action == .restrict
            })
        else { return }
        throw error(.expiring, referrer, nil, new.key)
    }

    private func check(
        _ reference: CompiledReference, _ new: RecordRef, _ entry: PendingChanges.Entry
    ) throws {
        let value = new.values + reference.slot
        if value.pointee.isNull { return }
        // What it refers to as before was there, and is watched when it goes.
        if let base = entry.base, Value.isEqual(base.values + reference.slot, value) { return }
        let target =
            store.catalog.identity(reference.target)
            ?? store.catalog.unboundIdentity(reference.target)
        if let target, try exists(target, value.pointee, store.state.seed.hash(value.pointee)) {
            return
        }
        throw error(
            .missing, Referrer(bucket: entry.bucket, reference: reference), new.key,
            Key(value.pointee))
    }

    /// Whether the commit leaves a record under a key.
    private func exists(_ bucket: BucketIdentity, _ key: Value, _ hash: UInt64) throws -> Bool {
        try find(bucket, key, hash).current != nil
    }

    /// Whether the entry's key had a record, and has none any more.
    private func isGone(_ entry: PendingChanges.Entry) throws -> Bool {
        guard entry.new == nil, let base = entry.base else { return false }
        return try !exists(entry.bucket, base.key.value, entry.hash)
    }

    private func error(
        _ reason: ReferenceError.Reason, _ referrer: Referrer, _ key: Key?, _ target: Key
    ) -> ReferenceError {
        ReferenceError(
            reason: reason, bucket: referrer.bucket.reference.name, field: referrer.reference.field,
            key: key, referencedBucket: referrer.reference.target, referencedKey: target)
    }

    // MARK: Who refers

    /// The pending records that refer to something, by what they refer to.
    private typealias PendingReferrers = [Place: [Value: [Int]]]

    private struct Place: Hashable {
        let bucket: Int
        let slot: Int
    }

    private struct PendingKey: Hashable {
        let bucket: Int
        let key: Value
    }

    /// The keys whose overdue records have given way.
    private func sealedKeys() -> Set<PendingKey> {
        var keys: Set<PendingKey> = []
        for entry in pending.entries where entry.isSealed {
            keys.insert(PendingKey(bucket: entry.bucket.slot, key: entry.key))
        }
        return keys
    }

    private func pendingReferrers() -> PendingReferrers {
        var referrers: PendingReferrers = [:]
        for (index, entry) in pending.entries.enumerated() {
            guard let new = entry.new else { continue }
            for reference in entry.bucket.layout.layout.references {
                let value = RecordRef(new).values[reference.slot]
                if value.isNull { continue }
                let place = Place(bucket: entry.bucket.slot, slot: reference.slot)
                referrers[place, default: [:]][value, default: []].append(index)
            }
        }
        return referrers
    }

    /// The records that refer to a key as the commit leaves them, at most `limit`; overdue ones do not count.
    private func records(
        referringTo key: Value, _ referrer: Referrer, _ waiting: PendingReferrers,
        limit: Int = .max
    ) throws -> [(key: Key, hash: UInt64)] {
        var found: [(key: Key, hash: UInt64)] = []
        let bucket = referrer.bucket
        let slot = referrer.reference.slot
        let view = try view(bucket)
        let index = view.entries(of: referrer.reference.index)
        let range = index.rank(of: .before([key]))..<index.rank(of: .after([key]))
        index.scan(ranks: range, ascending: true) { row in
            guard let record = view.record(row: row), !isOverdue(record),
                !pending.hasExpired(record)
            else { return true }
            let own = record.key
            let hash = store.state.seed.hash(own.value)
            let index = pending.index(bucket, own.value, hash)
            if index.map({ refers($0, slot, to: key) }) ?? true { found.append((own, hash)) }
            return found.count < limit
        }
        if found.count >= limit { return found }
        for index in waiting[Place(bucket: bucket.slot, slot: slot)]?[key] ?? []
        where refers(index, slot, to: key) {
            let entry = pending.entries[index]
            // Those that referred to it before have been found above.
            guard let new = entry.new, entry.base.map({ $0.values[slot] != key }) ?? true else {
                continue
            }
            found.append((new.key, entry.hash))
        }
        return found
    }

    /// Whether a pending record refers to a key.
    private func refers(_ index: Int, _ slot: Int, to key: Value) -> Bool {
        guard let new = pending.entries[index].new.map({ RecordRef($0) }) else { return false }
        return !isOverdue(new) && new.values[slot] == key
    }
}
