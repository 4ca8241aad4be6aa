/// A private continuation of one bucket: the same records with a few changes, seen by nobody else.
///
/// Made in O(1), changed by path copies. Whoever uses it keeps the version below alive and unchanged meanwhile.
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
    /// O(overdue · log n).
    func removeOverdue(through instant: Int64) {
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
    }
}

/// A bucket without its overdue records, kept as long as nothing else becomes overdue.
final class OverdueView {
    fileprivate let branch: BucketBranch
    fileprivate let slot: Int
    /// For which instants the view is right.
    fileprivate let instants: Range<Int64>
    fileprivate var users = 0
    fileprivate var isReplaced = false

    fileprivate init(_ branch: BucketBranch, _ slot: Int, _ instants: Range<Int64>) {
        self.branch = branch
        self.slot = slot
        self.instants = instants
    }
}

/// The overdue views of one pin.
///
/// They end before the pin does.
final class OverdueViews: @unchecked Sendable {
    private let lock = Lock()
    // Under `lock`, the variables of its elements too.
    private var views: [OverdueView] = []

    /// Runs `body` on `bucket` as it looks at `instant`.
    func withView<R>(
        of bucket: BucketNode, slot: Int, position: Int64, seed: SeededHash, at instant: Int64,
        _ body: (BucketView) throws -> R
    ) rethrows -> R {
        let view = lock.withLock {
            let view = find(slot, instant) ?? make(bucket, slot, position, seed, instant)
            view.users += 1
            return view
        }
        defer {
            lock.withLock {
                view.users -= 1
                if view.isReplaced, view.users == 0 { views.removeAll { $0 === view } }
            }
        }
        return try body(BucketView(view.branch.bucket, seed))
    }

    /// Lets go of every view; nobody uses one any more.
    func end() {
        lock.withLock { views = [] }
    }

    private func find(_ slot: Int, _ instant: Int64) -> OverdueView? {
        views.first { $0.slot == slot && !$0.isReplaced && $0.instants.contains(instant) }
    }

    private func make(
        _ bucket: BucketNode, _ slot: Int, _ position: Int64, _ seed: SeededHash, _ instant: Int64
    ) -> OverdueView {
        for view in views where view.slot == slot { view.isReplaced = true }
        views.removeAll { $0.isReplaced && $0.users == 0 }
        let branch = BucketBranch(bucket, position: position, seed: seed)
        branch.removeOverdue(through: instant)
        let next = BucketView(branch.bucket, seed).nextDeadline
        let view = OverdueView(
            branch, slot, instant..<max(next, instant == .max ? .max : instant + 1))
        views.append(view)
        return view
    }
}
