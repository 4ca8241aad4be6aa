/// What may be read while W is held: the current version, with the pending changes of one commit if there are any.
///
/// Its readers are valid on the thread that holds W, until the scope ends; later use throws.
final class WriterScope: @unchecked Sendable {
    /// A touched bucket as queries see it, and how far it has followed the pending changes.
    private final class Branch {
        let branch: BucketBranch
        var entries = 0
        var rewritten = 0
        /// Reads under way.
        ///
        /// A predicate of the user's may write, and what is being read must not move.
        var readers = 0

        init(_ branch: BucketBranch) { self.branch = branch }
    }

    // Used by the thread that holds W only, which `check` makes sure of.
    let store: Store
    let now: Timestamp
    /// The commit in the making; nil where the state before it is what is read.
    var builder: CommitBuilder?
    private var isOpen = true
    private var isWorking = false
    private var branches: [Int: Branch] = [:]
    /// The slots of the buckets that the first `seen` entries touch.
    private var touched: Set<Int> = []
    private var seen = 0
    /// How many changes queries have been brought up to; tests count it.
    private(set) var followed = 0

    init(_ store: Store, _ now: Timestamp, _ builder: CommitBuilder?) {
        self.store = store
        self.now = now
        self.builder = builder
    }

    /// Ends the scope; the commit in the making goes back to its owner.
    func end() -> CommitBuilder? {
        isOpen = false
        branches = [:]
        defer { builder = nil }
        return builder
    }

    func check() throws {
        guard store.writers.isHeldHere, isOpen else {
            throw StoreError(.scopeEnded)
        }
        // An operation under way has the builder: its predicate's own code has called back.
        if isWorking { throw StoreError(.nestedWrite) }
    }

    /// Carries out an operation on the pending changes.
    func perform(_ action: PreparedAction, on bucket: BucketIdentity) throws -> OperationResult {
        try check()
        guard var working = builder else {
            throw StoreError(.scopeEnded)
        }
        builder = nil
        isWorking = true
        defer {
            builder = working
            isWorking = false
        }
        return try working.perform(action, on: bucket)
    }

    func withView<R>(_ identity: BucketIdentity, _ body: (BucketView) throws -> R) throws -> R {
        try check()
        let root = store.state.rootForWriter
        guard let node = root.bucket(identity) else {
            throw StoreError(.bucketDropped(identity.reference.name))
        }
        let view = BucketView(node, store.state.seed)
        guard isTouched(identity) || view.nextDeadline <= now.microseconds else {
            return try body(view)
        }
        let branch = branch(of: identity, node)
        branch.readers += 1
        defer { branch.readers -= 1 }
        return try body(BucketView(branch.branch.bucket, store.state.seed))
    }

    private func isTouched(_ identity: BucketIdentity) -> Bool {
        guard let builder else { return false }
        for entry in builder.pending.entries[seen...] { touched.insert(entry.bucket.slot) }
        seen = builder.pending.entries.count
        return touched.contains(identity.slot)
    }

    /// The bucket with the pending changes, without overdue records.
    ///
    /// O(changes since the last look).
    private func branch(of identity: BucketIdentity, _ node: BucketNode) -> Branch {
        if let known = branches[identity.slot], follows(known) || known.readers == 0 {
            follow(known, identity)
            return known
        }
        let branch = Branch(
            BucketBranch(node, position: store.state.positionForWriter, seed: store.state.seed))
        branch.branch.removeOverdue(through: now.microseconds)
        branches[identity.slot] = branch
        follow(branch, identity)
        return branch
    }

    private func follows(_ branch: Branch) -> Bool {
        guard let pending = builder?.pending else { return true }
        return branch.entries == pending.entries.count
            && branch.rewritten == pending.rewritten.count
    }

    /// Brings a branch up to the pending changes.
    private func follow(_ branch: Branch, _ identity: BucketIdentity) {
        guard let pending = builder?.pending, !follows(branch) else { return }
        let added = branch.entries..<pending.entries.count
        let changed =
            pending.rewritten[branch.rewritten...]
            + added.map { ($0, pending.entries[$0].key) }
        branch.branch.edit { bucket, seed, editor in
            for (index, key) in changed where pending.entries[index].bucket === identity {
                bucket.follow(pending.entries[index], key, seed, &editor)
                followed += 1
            }
        }
        branch.branch.removeOverdue(through: now.microseconds)
        branch.entries = pending.entries.count
        branch.rewritten = pending.rewritten.count
    }

    /// The record under a key, pending changes included.
    func record(_ identity: BucketIdentity, _ key: Key) throws -> RecordRef? {
        try check()
        let hash = store.state.seed.hash(key.value)
        if let found = try builder?.find(identity, key.value, hash).current {
            return found.expiresAt > now.microseconds ? found : nil
        }
        guard builder == nil else { return nil }
        guard let node = store.state.rootForWriter.bucket(identity) else {
            throw StoreError(.bucketDropped(identity.reference.name))
        }
        let found = BucketView(node, store.state.seed).record(forKey: key.value, hash: hash)
        return found.flatMap { $0.expiresAt > now.microseconds ? $0 : nil }
    }
}

extension BucketNode {
    /// Brings a branch to what an entry leaves, whatever it left when it was looked at before.
    func follow(
        _ entry: PendingChanges.Entry, _ key: Value, _ seed: SeededHash, _ editor: inout Editor
    ) {
        // An overdue record that gave way is in no branch.
        if entry.isSealed { return }
        let current = BucketView(self, seed).record(forKey: key, hash: entry.hash)
        if let current, let new = entry.new, current.pointer == RecordRef(new).pointer { return }
        let new = entry.new.map { RecordRef(Unmanaged.passRetained($0).toOpaque()) }
        if let current, let new, current.row == new.row {
            update(current, to: new, keyHash: entry.hash, seed, &editor)
            return
        }
        // What was inserted, deleted and inserted again has another row.
        if let current { delete(current, keyHash: entry.hash, seed, &editor) }
        if let new { insert(new, keyHash: entry.hash, seed, &editor) }
    }

    /// Carries out one net change.
    ///
    /// The trees take a reference to a new record.
    @inline(__always)
    func apply(_ entry: PendingChanges.Entry, _ seed: SeededHash, _ editor: inout Editor) {
        switch (entry.base, entry.new) {
        case (nil, let new?):
            let record = RecordRef(Unmanaged.passRetained(new).toOpaque())
            insert(record, keyHash: entry.hash, seed, &editor)
        case (let base?, let new?):
            let record = RecordRef(Unmanaged.passRetained(new).toOpaque())
            update(base, to: record, keyHash: entry.hash, seed, &editor)
        case (let base?, nil):
            delete(base, keyHash: entry.hash, seed, &editor)
        case (nil, nil): break
        }
    }
}
