/// What may be read of a commit in the making: a version, with the pending changes if there are any.
///
/// Under W it is the current version, and readers are valid on the thread that holds W, until the scope ends. A draft
/// has a version of its own, and a lock in W's place; its readers are valid anywhere, until the draft ends. Later use
/// throws.
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

    let store: Store
    let now: Timestamp
    /// A draft's own lock; nil under W.
    private let lock: RecursiveLock?

    /// What a scope works on.
    struct Parts {
        /// The commit in the making; nil where the state before it is what is read.
        var builder: CommitBuilder?
        /// What a draft knows of its reads; nil under W, and when it has ended.
        var draft: DraftReads?
    }

    // Used by the thread that holds W only, which `check` makes sure of; in a draft, under `lock`.
    /// They lie in memory of their own, so that reaching one neither copies it nor needs a check for exclusive access:
    /// `check` lets nobody in while an operation is under way.
    let parts: UnsafeMutablePointer<Parts>
    private var isOpen = true
    /// What is thrown by whatever is done later; nil for `scopeEnded`.
    private var end: (any Error)?
    private var isWorking = false
    /// Whether a draft is being committed, and is not to be used any more.
    private var isClosing = false
    /// Whether the scope ended in the middle of an operation, whose builder goes with it.
    private var hasEndedAtWork = false
    private var branches: [Int: Branch] = [:]
    /// The slots of the buckets that the first `seen` entries touch.
    private var touched: Set<Int> = []
    private var seen = 0
    /// How many changes queries have been brought up to; tests count it.
    private(set) var followed = 0

    /// Of the state before a commit.
    init(_ store: Store, _ now: Timestamp) {
        self.store = store
        self.now = now
        parts = .allocate(capacity: 1)
        parts.initialize(to: Parts())
        lock = nil
    }

    /// Of a commit in the making, which begins here; under W.
    init(_ store: Store) {
        self.store = store
        parts = .allocate(capacity: 1)
        let builder = CommitBuilder(store)
        now = builder.now
        parts.initialize(to: Parts(builder: builder))
        lock = nil
    }

    deinit {
        parts.deinitialize(count: 1)
        parts.deallocate()
    }

    /// A draft's.
    init(_ store: Store, on ground: DraftGround) {
        self.store = store
        now = ground.snapshot.instant
        parts = .allocate(capacity: 1)
        parts.initialize(
            to: Parts(builder: CommitBuilder(store, on: ground), draft: DraftReads(ground)))
        lock = RecursiveLock()
    }

    /// What a draft stands on; nil under W, and when it has ended.
    @inline(__always)
    var ground: DraftGround? { parts.pointee.draft?.ground }

    /// Ends the scope, and the commit in the making with it.
    func end(because error: (any Error)? = nil) {
        close(because: error)
        if isWorking { hasEndedAtWork = true } else { parts.pointee.builder = nil }
    }

    /// Ends the scope; the commit in the making goes to the caller.
    func endTaking() -> CommitBuilder? {
        close(because: nil)
        return parts.pointee.builder.take()
    }

    private func close(because error: (any Error)?) {
        if isOpen { end = error }
        isOpen = false
        branches = [:]
        parts.pointee.draft = nil
    }

    @inline(__always)
    func locked<R>(_ body: () throws -> R) rethrows -> R {
        guard let lock else { return try body() }
        lock.lock()
        defer { lock.unlock() }
        return try body()
    }

    func checkOpen() throws { if !isOpen { throw end ?? StoreError(.scopeEnded) } }

    /// Keeps everybody out of a draft that is to be committed, when those who are in have left.
    ///
    /// What is of no use any more is freed here, and not under W. Under the lock.
    func beginCommit() throws {
        try check()
        isClosing = true
        branches = [:]
    }

    func check() throws {
        try checkOpen()
        if isClosing { throw StoreError(.scopeEnded) }
        guard lock != nil || store.writers.isHeldHere else { throw StoreError(.scopeEnded) }
        // An operation under way has the builder: its predicate's own code has called back.
        if isWorking { throw StoreError(.nestedWrite) }
    }

    /// The bucket of the version, without pending changes.
    func node(_ identity: BucketIdentity) throws -> BucketNode {
        let root = ground?.snapshot.pin.root ?? store.state.rootForWriter
        if let node = root.bucket(identity) { return node }
        let name = identity.reference.name
        if let ground, store.catalog.identity(name) === identity {
            throw ConflictError(redefined: name, since: ground.snapshot.position)
        }
        throw StoreError(.bucketDropped(name))
    }

    private var position: Int64 {
        ground?.snapshot.pin.position ?? store.state.positionForWriter
    }

    /// Carries out an operation on the pending changes.
    ///
    /// `form` is what it was prepared for.
    func perform(
        _ action: PreparedAction, on bucket: BucketIdentity, as form: BucketForm,
        commutes: Bool = false
    ) throws -> OperationResult {
        try locked {
            try check()
            guard parts.pointee.draft != nil else {
                return try perform { try $0.perform(action, on: bucket) }
            }
            try check(form, of: bucket)
            parts.pointee.draft?.keep(bucket)
            return try performNoting(action, on: bucket, commutes)
        }
    }

    /// Who notes what is read.
    var recorder: ReadRecorder? { locked { ground?.recorder } }

    /// Changes the commit in the making, which nobody else reaches meanwhile.
    @inline(__always)
    func perform<R>(_ body: (inout CommitBuilder) throws -> R) throws -> R {
        isWorking = true
        defer {
            isWorking = false
            if hasEndedAtWork { parts.pointee.builder = nil }
        }
        return try withBuilder(body)
    }

    /// Calls `body` with the commit in the making, in its place.
    @inline(__always)
    func withBuilder<R>(_ body: (inout CommitBuilder) throws -> R) throws -> R {
        guard parts.pointee.builder != nil else { throw StoreError(.scopeEnded) }
        return try body(&parts.pointee.builder!)
    }

    func withView<R>(
        _ identity: BucketIdentity, _ body: (BucketView, Int64) throws -> R
    ) throws -> R {
        try locked {
            try check()
            parts.pointee.draft?.keep(identity)
            // A predicate of the user's may end the draft.
            let ground = ground
            defer { withExtendedLifetime(ground) {} }
            let node = try node(identity)
            let view = BucketView(node, store.state.seed)
            let isTouched = isTouched(identity)
            guard isTouched || view.nextDeadline <= now.microseconds else {
                return try body(view, position)
            }
            forgetIncrements(in: identity)
            let branch = branch(of: identity, node)
            branch.readers += 1
            defer { branch.readers -= 1 }
            // Unique values are checked on what a commit leaves, not on the way there.
            return try body(
                BucketView(branch.branch.bucket, store.state.seed, mayRepeatUniques: isTouched),
                position)
        }
    }

    /// What a query has seen of records that increments alone have made must be what the commit leaves.
    private func forgetIncrements(in identity: BucketIdentity) {
        guard let increments = parts.pointee.draft?.increments, !increments.isEmpty else { return }
        for index in increments.keys
        where parts.pointee.builder?.pending.entries[index].bucket === identity {
            parts.pointee.draft?.increments[index] = nil
        }
    }

    private func isTouched(_ identity: BucketIdentity) -> Bool {
        guard let count = parts.pointee.builder?.pending.entries.count else { return false }
        while seen < count {
            if let slot = parts.pointee.builder?.pending.entries[seen].bucket.slot {
                touched.insert(slot)
            }
            seen += 1
        }
        return touched.contains(identity.slot)
    }

    /// The bucket with the pending changes, without overdue records.
    ///
    /// O(changes since the last look).
    private func branch(of identity: BucketIdentity, _ node: BucketNode) -> Branch {
        if let known = branches[identity.slot], follows(known) || known.readers == 0 {
            follow(known, identity.slot)
            return known
        }
        let branch = Branch(BucketBranch(node, position: position, seed: store.state.seed))
        branch.branch.removeOverdue(through: now.microseconds)
        // Following every entry to what it is now leaves nothing to be told of how it came to be so.
        branch.rewritten = parts.pointee.builder?.pending.rewritten.count ?? 0
        branches[identity.slot] = branch
        follow(branch, identity.slot)
        return branch
    }

    private func follows(_ branch: Branch) -> Bool {
        guard let pending = parts.pointee.builder?.pending else { return true }
        return branch.entries == pending.entries.count
            && branch.rewritten == pending.rewritten.count
    }

    /// Brings a branch up to the pending changes.
    private func follow(_ branch: Branch, _ slot: Int) {
        guard let pending = parts.pointee.builder?.pending, !follows(branch) else { return }
        let added = branch.entries..<pending.entries.count
        let changed =
            pending.rewritten[branch.rewritten...]
            + added.map { ($0, pending.entries[$0].key) }
        branch.branch.edit { bucket, seed, editor in
            for (index, key) in changed where pending.entries[index].bucket.slot == slot {
                bucket.follow(pending.entries[index], key, seed, &editor)
                followed += 1
            }
        }
        branch.branch.removeOverdue(through: now.microseconds)
        branch.entries = pending.entries.count
        branch.rewritten = pending.rewritten.count
    }

    /// Calls `body` with the record under a key, pending changes included.
    @inline(__always)
    func withRecord<R>(
        _ identity: BucketIdentity, _ key: Key, _ body: (RecordRef?) throws -> R
    ) throws -> R {
        try locked {
            let ground = ground
            defer { withExtendedLifetime(ground) {} }
            return try body(try record(identity, key))
        }
    }

    /// The record under a key, pending changes included; valid until the next change.
    func record(_ identity: BucketIdentity, _ key: Key) throws -> RecordRef? {
        try check()
        let hash = store.state.seed.hash(key.value)
        if let found = try parts.pointee.builder?.find(identity, key.value, hash).current {
            return found
        }
        guard parts.pointee.builder == nil else { return nil }
        let found = BucketView(try node(identity), store.state.seed)
            .record(forKey: key.value, hash: hash)
        return found.flatMap { $0.expiresAt > now.microseconds ? $0 : nil }
    }

    // MARK: Savepoints

    /// Remembers the pending changes as they are.
    func mark() throws -> PendingChanges.Mark {
        try locked {
            try check()
            return try perform { $0.pending.mark() }
        }
    }

    /// Keeps what has been written since a mark.
    func release(_ mark: PendingChanges.Mark) {
        locked {
            // An operation under way has the builder; its mark goes with the others.
            parts.pointee.builder?.pending.release(mark)
        }
    }

    /// Takes back what has been written since a mark; what was read stays read.
    ///
    /// O(changes since). Nothing where the scope has ended, and with it all that was pending.
    func rollBack(to mark: PendingChanges.Mark) {
        locked {
            guard isOpen, !isWorking else { return }
            noteWritten(after: mark)
            guard let changed = parts.pointee.builder?.pending.revert(to: mark) else { return }
            // Reads that are under way, in whose predicates this happens, keep the branch that they began with.
            branches = branches.filter { $0.value.readers == 0 }
            for (slot, branch) in branches { follow(branch, slot) }
            parts.pointee.builder?.pending.drop(after: mark)
            parts.pointee.builder?.pending.release(mark)
            guard let pending = parts.pointee.builder?.pending else { return }
            for branch in branches.values {
                branch.entries = min(branch.entries, pending.entries.count)
                branch.rewritten = pending.rewritten.count
            }
            seen = min(seen, pending.entries.count)
            parts.pointee.draft?.takeBackIncrements(changed, after: mark)
        }
    }

    /// That something could be written at all was seen, and stays so when it is taken back.
    private func noteWritten(after mark: PendingChanges.Mark) {
        guard let recorder = ground?.recorder, let pending = parts.pointee.builder?.pending else {
            return
        }
        for entry in pending.entries[mark.entries...] where entry.isEffective {
            recorder.note(Key(entry.key), in: entry.bucket.reference)
        }
    }
}

extension BucketNode {
    /// Brings a branch to what an entry leaves, whatever it left when it was looked at before.
    func follow(
        _ entry: PendingChanges.Entry, _ key: Value, _ seed: SeededHash, _ editor: inout Editor
    ) {
        if entry.isSealed {
            // What was overdue already is in no branch; what became so by the commit itself may still be.
            if let base = BucketView(self, seed).record(row: entry.row) {
                delete(base, keyHash: entry.hash, seed, &editor)
            }
            return
        }
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
