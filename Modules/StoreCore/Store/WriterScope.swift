/// What may be read while W is held: the current version, with the pending changes of one commit if there are any.
///
/// Its readers are valid on the thread that holds W, until the scope ends; later use throws.
final class WriterScope: @unchecked Sendable {
    // Used by the thread that holds W only, which `check` makes sure of.
    let store: Store
    let now: Timestamp
    /// The commit in the making; nil where the state before it is what is read.
    var builder: CommitBuilder?
    private var isOpen = true
    private var branches: [Int: (revision: Int, branch: BucketBranch)] = [:]

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
            throw StoreError(.refused("what it was made with belongs to a write that has ended"))
        }
    }

    func withView<R>(_ identity: BucketIdentity, _ body: (BucketView) throws -> R) throws -> R {
        try check()
        let root = store.state.rootForWriter
        guard let node = root.bucket(identity.slot) else {
            throw StoreError(.bucketDropped(identity.reference.name))
        }
        let view = BucketView(node, store.state.seed)
        let isTouched = builder?.pending.entries.contains { $0.bucket === identity } ?? false
        guard isTouched || view.nextDeadline <= now.microseconds else { return try body(view) }
        let branch = branch(of: identity, node)
        defer { withExtendedLifetime(branch) {} }
        return try body(BucketView(branch.bucket, store.state.seed))
    }

    /// The bucket with the pending changes, without overdue records.
    ///
    /// O(changes) after each change.
    private func branch(of identity: BucketIdentity, _ node: BucketNode) -> BucketBranch {
        let revision = builder?.pending.revision ?? 0
        if let known = branches[identity.slot], known.revision == revision { return known.branch }
        let branch = BucketBranch(
            node, position: store.state.positionForWriter, seed: store.state.seed)
        branch.edit { bucket, seed, editor in
            for entry in builder?.pending.entries ?? [] where entry.bucket === identity {
                bucket.apply(entry, seed, &editor)
            }
        }
        branch.removeOverdue(through: now.microseconds)
        branches[identity.slot] = (revision, branch)
        return branch
    }

    /// The record under a key, pending changes included.
    func record(_ identity: BucketIdentity, _ key: Key) throws -> RecordRef? {
        try check()
        let hash = store.state.seed.hash(key.value)
        if let builder { return try builder.find(identity, key.value, hash).current }
        guard let node = store.state.rootForWriter.bucket(identity.slot) else {
            throw StoreError(.bucketDropped(identity.reference.name))
        }
        let found = BucketView(node, store.state.seed).record(forKey: key.value, hash: hash)
        return found.flatMap { $0.expiresAt > now.microseconds ? $0 : nil }
    }
}

extension BucketNode {
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
