/// A private continuation of one bucket: the same records with a few changes, seen by nobody else.
///
/// Made in O(1), changed by path copies. Whoever uses it keeps the version below alive and
/// unchanged meanwhile.
final class BucketBranch: @unchecked Sendable {
    private let position: Int64
    private let seed: SeededHash
    private(set) var bucket: BucketNode

    init(_ bucket: BucketNode, position: Int64, seed: SeededHash) {
        self.position = position
        self.seed = seed
        let bytes = bucket.bytes
        let copy = RawNode.allocate(byteCount: bytes, alignment: 16)
        copy.copyMemory(from: bucket.node, byteCount: bytes)
        copy.storeBytes(of: position + 1, as: Int64.self)
        self.bucket = BucketNode(copy)
    }

    deinit {
        // What lies below belongs to the version that the branch began from.
        var editor = Editor(stamp: position + 1, shared: position)
        editor.retire(bucket: bucket)
        var disposal = Disposal(pinned: position)
        disposal.dispose(editor.retired)
    }

    /// Changes the branch.
    func edit(_ body: (BucketNode, SeededHash, inout Editor) -> Void) {
        var editor = Editor(stamp: position + 1, shared: position)
        body(bucket, seed, &editor)
        var disposal = Disposal(pinned: position)
        disposal.dispose(editor.retired)
    }

    /// Takes out every record whose deadline is not after `instant`.
    ///
    /// O(overdue · log n); returns how many there were.
    @discardableResult
    func removeOverdue(through instant: Int64) -> Int {
        let view = BucketView(bucket, seed)
        let count = view.deadlines.rank(ofDeadlinesThrough: instant)
        var overdue: [RecordRef] = []
        view.deadlines.scan(ranks: 0..<count, ascending: true) { row in
            if let record = view.record(row: row) { overdue.append(record) }
            return true
        }
        edit { bucket, seed, editor in
            for record in overdue {
                bucket.delete(record, keyHash: seed.hash(record.key.value), seed, &editor)
            }
        }
        return count
    }
}

/// A bucket without its overdue records, kept as long as nothing else becomes overdue.
///
/// Its variables are under the lock of the views that it is one of.
private final class OverdueView {
    let slot: Int
    /// For which instants the view is right.
    let instants: Range<Int64>
    /// How many records were taken out.
    let count: Int
    let bucket: BucketNode
    /// Nil once it has been handed on to be freed.
    var branch: BucketBranch?
    var users = 0
    var isReplaced = false

    init(_ branch: BucketBranch, _ slot: Int, _ instants: Range<Int64>, count: Int) {
        self.branch = branch
        self.slot = slot
        self.instants = instants
        self.count = count
        bucket = branch.bucket
    }
}

/// Branches that nobody reads any more.
///
/// Nobody else has a reference to them, so that they are freed where the last one to this object is
/// let go, or emptied.
final class EndedBranches: @unchecked Sendable {
    private var branches: [BucketBranch] = []
    /// How many records were taken out of them.
    private var count = 0

    /// Whether freeing them may take long.
    ///
    /// For every record that was taken out, a path of each tree was copied, and each child of each
    /// node of it is looked at: some ten microseconds where they are not in a cache.
    var isMuch: Bool { count > 16 }

    fileprivate func add(_ view: OverdueView) {
        if let branch = view.branch { branches.append(branch) }
        view.branch = nil
        count += view.count
    }

    /// Frees them.
    func free() { branches = [] }
}

/// The overdue views of one pin.
///
/// They end before the pin does.
final class OverdueViews: @unchecked Sendable {
    private let lock = Lock()
    // Under `lock`, the variables of its elements too.
    private var views: [OverdueView] = []
    private var made = 0

    /// How many views were made.
    var madeCount: Int { lock.withLock { made } }

    /// Runs `body` on `bucket`, which is one of the snapshot's, as it looks at `instant`.
    func withView<R>(
        of bucket: BucketNode, slot: Int, in snapshot: Snapshot, at instant: Int64,
        _ body: (BucketView) throws -> R
    ) rethrows -> R {
        let state = snapshot.state
        let (view, replaced) = lock.withLock { () -> (OverdueView, EndedBranches?) in
            let known = find(slot, instant)
            let replaced = known == nil ? replace(slot) : nil
            let view = known ?? make(bucket, slot, snapshot.pin.position, state.seed, instant)
            view.users += 1
            return (view, replaced)
        }
        if let replaced { state.pins.free(replaced, of: snapshot.pin) }
        defer { if let last = leave(view) { state.pins.free(last, of: snapshot.pin) } }
        return try body(BucketView(view.bucket, state.seed))
    }

    /// Lets go of every view; nobody uses one any more.
    func end() -> EndedBranches {
        let ended = EndedBranches()
        lock.withLock {
            for view in views { ended.add(view) }
            views = []
        }
        return ended
    }

    private func find(_ slot: Int, _ instant: Int64) -> OverdueView? {
        views.first { $0.slot == slot && !$0.isReplaced && $0.instants.contains(instant) }
    }

    /// Takes a bucket's views out; those that are in use go with their last user.
    private func replace(_ slot: Int) -> EndedBranches? {
        let known = views.filter { $0.slot == slot && !$0.isReplaced }
        if known.isEmpty { return nil }
        let ended = EndedBranches()
        for view in known {
            view.isReplaced = true
            if view.users == 0 { ended.add(view) }
        }
        views.removeAll { $0.isReplaced && $0.users == 0 }
        return ended
    }

    /// Ends a use of a view; returns its branch if it was replaced meanwhile and this was the last
    /// use.
    private func leave(_ view: OverdueView) -> EndedBranches? {
        lock.withLock {
            view.users -= 1
            guard view.isReplaced, view.users == 0 else { return nil }
            views.removeAll { $0 === view }
            let ended = EndedBranches()
            ended.add(view)
            return ended
        }
    }

    private func make(
        _ bucket: BucketNode, _ slot: Int, _ position: Int64, _ seed: SeededHash, _ instant: Int64
    ) -> OverdueView {
        let branch = BucketBranch(bucket, position: position, seed: seed)
        let count = branch.removeOverdue(through: instant)
        let next = BucketView(branch.bucket, seed).nextDeadline
        let view = OverdueView(
            branch, slot, instant..<max(next, instant == .max ? .max : instant + 1), count: count)
        views.append(view)
        made += 1
        return view
    }
}
