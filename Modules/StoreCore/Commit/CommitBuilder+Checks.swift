extension CommitBuilder {
    /// Checks unique values on the net final state, so that swaps and hand-overs within one commit are legal.
    ///
    /// Of records with the same value, those that are overdue give way in the same commit.
    ///
    /// - Throws: `UniqueConstraintError` if two that are not have the same value, and nothing gave way: what does may take
    ///   others along, by references.
    mutating func checkUniques() throws {
        let start = pending.revision
        var meetings = UniqueMeetings()
        for index in pending.entries.indices {
            let entry = pending.entries[index]
            guard let new = entry.new, !entry.bucket.layout.uniqueShapes.isEmpty else { continue }
            for unique in entry.bucket.layout.uniqueShapes.indices {
                try check(unique, of: RecordRef(new), entry, index, &meetings)
            }
        }
        if pending.entries.count > 1 { checkUniquesAmongPending(&meetings) }
        for index in meetings.overdue.sorted() { expire(at: index) }
        if let refusal = meetings.refusal, pending.revision == start { throw refusal }
    }

    /// Compares one value of a pending record with the current version.
    private mutating func check(
        _ unique: Int, of new: RecordRef, _ entry: PendingChanges.Entry, _ index: Int,
        _ meetings: inout UniqueMeetings
    ) throws {
        let shape = entry.bucket.layout.uniqueShapes[unique]
        guard let values = shape.uniqueValues(of: new) else { return }
        if let base = entry.base, shape.agrees(base, new) { return }
        guard let holder = try view(entry.bucket).unique(at: unique, values: values),
            !pending.hasExpired(holder)
        else { return }
        let key = holder.key
        let hash = store.state.seed.hash(key.value)
        if pending.index(entry.bucket, key.value, hash) != nil {
            // The holder changes too: its final value is compared among the pending ones.
            return
        }
        let isHolderOverdue = isOverdue(holder)
        if isHolderOverdue { expire(entry.bucket, hash, holder) }
        if isOverdue(new) {
            meetings.overdue.insert(index)
        } else if !isHolderOverdue {
            meetings.refuse(uniqueError(entry.bucket, unique, new))
        }
    }

    private func uniqueError(
        _ bucket: BucketIdentity, _ unique: Int, _ record: RecordRef
    ) -> UniqueConstraintError {
        let values = bucket.layout.uniqueShapes[unique].slots.map { record.values[$0] }
        return UniqueConstraintError(
            bucket: bucket.reference.name, fields: bucket.layout.layout.uniques[unique].fields,
            value: values.count == 1 ? values[0] : .array(values), key: record.key)
    }

    /// Compares the final values of pending records with one another.
    ///
    /// O(changes).
    private func checkUniquesAmongPending(_ meetings: inout UniqueMeetings) {
        struct Holder: Hashable {
            let slot: Int
            let unique: Int
            let values: [Value]
        }
        var holders: [Holder: Int] = [:]
        for (index, entry) in pending.entries.enumerated() {
            guard let new = entry.new else { continue }
            let record = RecordRef(new)
            for (unique, shape) in entry.bucket.layout.uniqueShapes.enumerated() {
                guard let values = shape.uniqueValues(of: record) else { continue }
                let holder = Holder(slot: entry.bucket.slot, unique: unique, values: values)
                guard let other = holders.updateValue(index, forKey: holder),
                    let rival = pending.entries[other].new
                else { continue }
                let isRivalOverdue = isOverdue(RecordRef(rival))
                if isRivalOverdue { meetings.overdue.insert(other) }
                if isOverdue(record) {
                    meetings.overdue.insert(index)
                    // Who comes next is compared with who stays.
                    if !isRivalOverdue { holders[holder] = other }
                } else if !isRivalOverdue {
                    meetings.refuse(uniqueError(entry.bucket, unique, record))
                }
            }
        }
    }

    // MARK: Policies

    /// Shows the changes to the policies of their buckets, and what those add to policies again, until nothing more
    /// is added.
    ///
    /// - Throws: what a policy throws, or `StoreError` (`refused`) if additions never end.
    mutating func runPolicies(_ review: inout PolicyReview) throws {
        while true {
            let before = pending.revision
            for bucket in bucketsWithPolicies(changedAfter: review.settled) {
                for (number, policy) in bucket.policies.enumerated() {
                    let place = PolicyReview.Place(slot: bucket.slot, number: number)
                    let shown = review.shown[place, default: 0]
                    // What it adds itself is shown to it too, next time.
                    review.shown[place] = pending.revision
                    try run(policy, bucket, shown)
                }
            }
            review.settled = before
            guard pending.revision > before else { return }
            review.rounds += 1
            guard review.rounds < PolicyReview.roundsMax else {
                throw StoreError(.refused("its policies go on adding changes to it without end"))
            }
        }
    }

    private func bucketsWithPolicies(changedAfter revision: Int) -> [BucketIdentity] {
        var buckets: [BucketIdentity] = []
        for entry in pending.entries
        where entry.revision > revision && !entry.bucket.policies.isEmpty
            && !buckets.contains(where: { $0 === entry.bucket })
        {
            buckets.append(entry.bucket)
        }
        return buckets
    }

    private mutating func run(
        _ policy: any WritePolicy, _ bucket: BucketIdentity, _ shown: Int
    ) throws {
        let changes = pending.entries.indices.compactMap { index -> Change? in
            let entry = pending.entries[index]
            guard entry.bucket === bucket, entry.revision > shown, entry.isEffective else {
                return nil
            }
            return Change(pending.change(at: index, keepsOld: true))
        }
        guard !changes.isEmpty else { return }
        let scope = WriterScope(store, now)
        defer { scope.end() }
        let context = PolicyContext(
            bucket: bucket.reference, now: now, changes: changes,
            count: try view(bucket).count + pending.growth(of: bucket), marks: bucket.marks,
            pending: PendingView(store: store, changes: pending, scope: scope))
        let actions = try policy.review(context)
        // The policy may have kept what it was shown.
        givesRecordsOut = true
        for action in actions { try add(action, bucket) }
    }

    private mutating func add(_ action: PolicyAction, _ cause: BucketIdentity) throws {
        let seed = store.state.seed
        switch action {
        case .delete(let name, let key, let reason):
            let bucket = try store.identity(name, near: cause)
            let hash = seed.hash(key.value)
            let found = try find(bucket, key.value, hash)
            if found.current != nil {
                set(bucket, hash, found, nil, reason)
            } else if found.overdue != nil {
                // Policies see overdue records, since they are there to remove them.
                expire(bucket, hash, found, reason)
            }
        case .setDeadline(let name, let key, let deadline):
            let bucket = try store.identity(name, near: cause)
            let hash = seed.hash(key.value)
            let found = try find(bucket, key.value, hash)
            let wanted = deadline?.microseconds ?? .max
            if let index = found.index, let new = pending.entries[index].new {
                // Whether what is being written is overdue is for policies to say.
                if RecordRef(new).expiresAt == wanted { return }
                // A record that nobody has been given yet is stamped where it is.
                let stamped = givesRecordsOut ? new.copy() : new
                RecordRef(stamped).header.pointee.expiresAt = wanted
                pending.exchange(index, stamped)
                return
            }
            guard let current = found.current, current.expiresAt != wanted else { return }
            _ = try setDeadline(key, hash, deadline, bucket)
        case .update(let name, let key, let fields):
            let bucket = try store.identity(name, near: cause)
            let patch = try bucket.layout.layout.makePatch(fields, key: key)
            let hash = seed.hash(key.value)
            guard let current = try find(bucket, key.value, hash).current else { return }
            if patch.changesNothing(in: current.storage) { return }
            _ = try perform(.patch(key, hash: hash, patch, from: nil), on: bucket)
        case .insert(let name, let fields):
            let bucket = try store.identity(name, near: cause)
            let record = try store.makeRecord(fields, bucket, expiresAt: nil)
            let hash = seed.hash(RecordRef(record).key.value)
            _ = try perform(.insert(record, hash: hash), on: bucket)
        }
    }
}

/// What comes of records that have the same unique value.
private struct UniqueMeetings {
    /// The entries that give way.
    ///
    /// Noted until all are known: what gives way to one must not stay for the sake of what it has given way to.
    var overdue: Set<Int> = []
    /// The first meeting of two that nobody expects to give way.
    private(set) var refusal: UniqueConstraintError?

    mutating func refuse(_ error: @autoclosure () -> UniqueConstraintError) {
        if refusal == nil { refusal = error() }
    }
}

/// How far the policies have come with a commit.
struct PolicyReview {
    struct Place: Hashable {
        let slot: Int
        let number: Int
    }

    /// For each policy, the revision up to which it has been shown the changes.
    var shown: [Place: Int] = [:]
    /// The revision up to which every policy has been shown everything.
    var settled = 0
    var rounds = 0

    static let roundsMax = 1_000
}

/// The pending changes, as a policy may look at them.
struct PendingView {
    let store: Store
    let changes: PendingChanges
    /// The state before, open as long as the review lasts.
    let scope: WriterScope

    func source(of bucket: String) throws -> ReadSource {
        ReadSource(.writer(scope, try store.identity(bucket, near: nil)), recorder: nil)
    }

    func record(in bucket: String, _ key: Key) -> Record? {
        guard let identity = try? store.identity(bucket, near: nil) else { return nil }
        let hash = store.state.seed.hash(key.value)
        if let index = changes.index(identity, key.value, hash) {
            guard let new = changes.entries[index].new,
                RecordRef(new).expiresAt > scope.now.microseconds
            else { return nil }
            return Record(new)
        }
        guard let record = try? scope.record(identity, key), !changes.hasExpired(record) else {
            return nil
        }
        return Record(record.storage)
    }
}
