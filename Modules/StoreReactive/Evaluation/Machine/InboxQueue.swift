import StoreCore

/// Commits that wait to be judged, in order: no more than so many, and so much memory, but for those that are to be shown
/// one by one.
///
/// When there would be more, it is only noted which buckets change: whoever has read one of those is stale.
struct InboxQueue<State> {
    static var countMax: Int { 4_096 }
    static var bytesMax: Int { 4 << 20 }
    /// A look at each of more changes would cost a writer too much.
    static var looksMax: Int { 64 }

    struct Entry {
        let commit: Commit
        /// The state that the commit has left, where that is to be shown.
        let state: State?
    }

    private var entries = Line<Entry>()
    /// Of those that are not to be shown one by one.
    private var count = 0
    private var bytes = 0
    private var lost: LostCommits?

    var isEmpty: Bool { entries.isEmpty && lost == nil }
    var length: Int { entries.count }

    /// The first commit that has not been judged.
    var first: Position? {
        guard let lost else { return entries.first?.commit.position }
        return min(lost.debt.first, entries.first?.commit.position ?? lost.debt.first)
    }

    mutating func append(_ commit: Commit, _ state: State?) {
        if let state { return entries.append(Entry(commit: commit, state: state)) }
        guard lost == nil, count < Self.countMax, bytes + commit.byteCount <= Self.bytesMax else {
            return lose(commit)
        }
        entries.append(Entry(commit: commit, state: nil))
        count += 1
        bytes += commit.byteCount
    }

    private mutating func lose(_ commit: Commit) {
        var lost = self.lost ?? LostCommits(commit)
        lost.add(commit, looksMax: Self.looksMax)
        self.lost = lost
    }

    /// Takes the first commits out: those through `position`, and not many more changes than so many.
    mutating func take(through position: Position, changesMax: Int) -> [Entry] {
        var taken: [Entry] = []
        var changes = 0
        while changes < changesMax, let next = entries.first, next.commit.position <= position,
            let entry = entries.popFirst()
        {
            taken.append(entry)
            changes += max(1, entry.commit.changes.count)
            if entry.state == nil {
                count -= 1
                bytes -= entry.commit.byteCount
            }
        }
        return taken
    }

    /// Takes out what is known of commits that were too many; from here on, commits are kept again.
    mutating func takeLost() -> LostCommits? {
        defer { lost = nil }
        return lost
    }

    mutating func removeAll() -> [Entry] {
        var all: [Entry] = []
        while let entry = entries.popFirst() { all.append(entry) }
        self = InboxQueue()
        return all
    }
}

/// What is known of commits that were too many to be kept.
struct LostCommits {
    /// What follows from them.
    private(set) var debt: LiveMachine.Debt
    /// The buckets that they have changed, by their generations; nil: any.
    private(set) var buckets: Set<UInt64>? = []

    init(_ commit: Commit) {
        debt = LiveMachine.Debt(first: commit.position, last: commit.position)
    }

    mutating func add(_ commit: Commit, looksMax: Int) {
        debt.formUnion(
            LiveMachine.Debt(
                first: commit.position, last: commit.position, cause: MergedCause(commit)))
        guard buckets != nil else { return }
        var records = 0
        if commit.changes.count <= looksMax {
            commit.forEachRecordChange { _, generation, _ in
                records += 1
                buckets?.insert(generation)
            }
        }
        // A definition may be of any bucket.
        if records < commit.changes.count { buckets = nil }
    }

    /// Whether they may have changed something of what was read.
    func concern(_ reads: ReadSet) -> Bool {
        guard let buckets else { return true }
        return reads.buckets.contains { buckets.contains($0.generation) }
    }
}
