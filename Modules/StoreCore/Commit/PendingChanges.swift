/// The net changes of a commit in the making: at most one for each record.
///
/// Lives under W, where nobody else can change the version that each `base` points into, or in a draft, which keeps its
/// version alive.
struct PendingChanges {
    struct Entry {
        /// Kept alive by whoever makes the commit: the operations' handles, or the catalog.
        unowned(unsafe) let bucket: BucketIdentity
        let hash: UInt64
        /// The record in the current version, or nil.
        fileprivate(set) var base: RecordRef?
        /// The base's row; 0 without a base.
        fileprivate(set) var row: RowID
        /// What the commit leaves: a record, or nothing.
        var new: RecordStorage?
        var reason: Change.Reason
        /// Set on an overdue record that gave way to another with its key: the key is no longer looked up here.
        var isSealed = false
        /// When the entry last changed, counted over the whole commit.
        var revision: Int = 0

        @inline(__always)
        init(
            bucket: BucketIdentity, hash: UInt64, base: RecordRef?, new: RecordStorage?,
            reason: Change.Reason
        ) {
            self.bucket = bucket
            self.hash = hash
            self.base = base
            row = base?.row ?? 0
            self.new = new
            self.reason = reason
        }

        @inline(__always)
        var isEffective: Bool { base != nil || new != nil }

        @inline(__always)
        var kind: Change.Kind { base == nil ? .inserted : (new == nil ? .deleted : .updated) }

        var key: Value {
            let record = new.map { RecordRef($0) } ?? base
            guard let record else { return .null }
            return record.key.value
        }
    }

    private(set) var entries = ContiguousArray<Entry>()
    /// Entries by key, once there are many.
    private var byKey: PendingKeys?
    /// Counts the changes to the entries.
    private(set) var revision = 0
    /// The entries that changed after they were made, in the order of those changes, with their keys: an entry that
    /// leaves nothing any more does not know its own.
    private(set) var rewritten: [(index: Int, key: Value)] = []
    /// The records of the current version that have given way as overdue, whose keys and values are free.
    private(set) var expired: Set<UnsafeRawPointer> = []

    /// What entries were before they were changed, while a savepoint may ask for it.
    private var undone: [(index: Int, entry: Entry)]?
    /// The savepoints under way, the newest last.
    private var marks: [Mark] = []

    private static let linearMax = 8

    /// The entry of a key, if the commit touches it.
    @inline(__always)
    func index(_ bucket: BucketIdentity, _ key: Value, _ hash: UInt64) -> Int? {
        if entries.isEmpty { return nil }
        return lookUp(bucket, key, hash)
    }

    @inline(never)
    private func lookUp(_ bucket: BucketIdentity, _ key: Value, _ hash: UInt64) -> Int? {
        // A closure over `self` would copy it, and count a reference to each of its arrays.
        let byKey = byKey
        return entries.withUnsafeBufferPointer { entries in
            guard let first = entries.baseAddress else { return nil }
            guard let byKey else {
                for index in entries.indices
                where PendingChanges.isOf(bucket, key, hash, first + index) {
                    return index
                }
                return nil
            }
            return byKey.find(hash) {
                PendingChanges.isOf(bucket, key, hash, first + $0)
            }
        }
    }

    @inline(__always)
    private static func isOf(
        _ bucket: BucketIdentity, _ key: Value, _ hash: UInt64, _ entry: UnsafePointer<Entry>
    ) -> Bool {
        entry.pointee.hash == hash && !entry.pointee.isSealed && entry.pointee.bucket === bucket
            && entry.pointee.key == key
    }

    @inline(__always)
    mutating func append(_ entry: Entry) {
        // Whoever changes one record here mostly changes a few.
        if entries.isEmpty { entries.reserveCapacity(4) }
        entries.append(entry)
        revision += 1
        entries[entries.count - 1].revision = revision
        if entries.count > PendingChanges.linearMax { enter() }
    }

    /// Enters the last entry into the look-up, or all of them when it is begun.
    private mutating func enter() {
        if let byKey {
            byKey.insert(entries[entries.count - 1].hash, entries.count - 1)
            return
        }
        let keys = PendingKeys()
        for index in entries.indices where !entries[index].isSealed {
            keys.insert(entries[index].hash, index)
        }
        byKey = keys
    }

    @inline(__always)
    mutating func setNew(_ index: Int, _ record: RecordStorage?, _ reason: Change.Reason) {
        note(index)
        put(index, record, reason)
    }

    @inline(__always)
    private mutating func put(_ index: Int, _ record: RecordStorage?, _ reason: Change.Reason) {
        // An entry that has left nothing knows its key again by what it leaves now.
        let known = entries[index].isEffective
        let key = known ? entries[index].key : record.map { RecordRef($0).key.value } ?? .null
        rewritten.append((index, key))
        entries[index].new = record
        entries[index].reason = reason
        revision += 1
        entries[index].revision = revision
    }

    /// Puts another record in the place of the one that an entry leaves, without counting it as a change.
    mutating func exchange(_ index: Int, _ record: RecordStorage) { entries[index].new = record }

    /// Takes an entry out of the look-up by key: an overdue record that gives way.
    mutating func seal(_ index: Int) {
        note(index)
        entries[index].isSealed = true
        if let base = entries[index].base { expired.insert(UnsafeRawPointer(base.pointer)) }
        byKey?.remove(entries[index].hash, index)
    }

    /// Whether a record of the current version has given way already.
    func hasExpired(_ record: RecordRef) -> Bool {
        !expired.isEmpty && expired.contains(UnsafeRawPointer(record.pointer))
    }

    /// Whether anything is left to be committed.
    @inline(__always)
    var isEffective: Bool {
        for index in entries.indices where entries[index].isEffective { return true }
        return false
    }

    /// The change in the number of a bucket's records.
    func growth(of bucket: BucketIdentity) -> Int {
        var growth = 0
        for index in entries.indices where entries[index].bucket === bucket {
            growth += (entries[index].new == nil ? 0 : 1) - (entries[index].base == nil ? 0 : 1)
        }
        return growth
    }

    /// The public form of an entry, with its old image if that is wanted.
    @inline(__always)
    func change(at index: Int, keepsOld: Bool) -> ChangeEntry {
        let base = entries[index].base
        let kind = entries[index].kind
        let keepsOld = keepsOld || entries[index].bucket.wantsOldImages
        return ChangeEntry(
            bucket: entries[index].bucket.layout, kind: kind, reason: entries[index].reason,
            new: entries[index].new, old: keepsOld ? base?.storage : nil,
            deletedKey: kind == .deleted && !keepsOld ? base?.key : nil, hash: entries[index].hash)
    }

    // MARK: Savepoints

    /// How far the changes had come at one moment, or at the one before it to which they have been taken back since.
    final class Mark {
        fileprivate(set) var entries: Int
        fileprivate var undone: Int
        fileprivate var rewritten: Int
        /// Changes with a greater revision came later.
        let revision: Int

        fileprivate init(_ pending: PendingChanges) {
            entries = pending.entries.count
            undone = pending.undone?.count ?? 0
            rewritten = pending.rewritten.count
            revision = pending.revision
        }
    }

    /// Remembers from now on what entries were, until the mark is released.
    mutating func mark() -> Mark {
        if undone == nil { undone = [] }
        let mark = Mark(self)
        marks.append(mark)
        return mark
    }

    /// A mark is of no use any more.
    ///
    /// Most often it is the last one; those of tasks side by side may end in any order.
    mutating func release(_ mark: Mark) {
        if marks.last === mark { marks.removeLast() } else { marks.removeAll { $0 === mark } }
        if marks.isEmpty { undone = nil }
    }

    /// No mark is of use any more.
    mutating func forgetMarks() {
        undone = nil
        marks = []
    }

    @inline(__always)
    private mutating func note(_ index: Int) {
        if undone != nil { undone?.append((index, entries[index])) }
    }

    /// Brings every entry to what it was at a mark; those that came later leave their records as they were.
    ///
    /// O(changes since).
    ///
    /// - Returns: the entries that have changed.
    mutating func revert(to mark: Mark) -> [Int] {
        guard let taken = undone.map({ Array($0[mark.undone...]) }) else { return [] }
        undone?.removeSubrange(mark.undone...)
        for (index, before) in taken.reversed() where index < mark.entries {
            put(index, before.new, before.reason)
            if entries[index].isSealed, !before.isSealed { unseal(index) }
            entries[index] = before
        }
        for index in mark.entries..<entries.count {
            if entries[index].isSealed { unseal(index) }
            put(index, entries[index].base.map(\.storage), entries[index].reason)
        }
        return rewritten[mark.rewritten...].map(\.index)
    }

    private mutating func unseal(_ index: Int) {
        entries[index].isSealed = false
        if let base = entries[index].base { expired.remove(UnsafeRawPointer(base.pointer)) }
        byKey?.insert(entries[index].hash, index)
    }

    /// Takes out the entries that came after a mark; they have been reverted, and everybody knows.
    ///
    /// What has been marked since is marked as it is now.
    mutating func drop(after mark: Mark) {
        if mark.entries <= PendingChanges.linearMax {
            // Few are not entered into a look-up, so there must be none.
            byKey = nil
        } else {
            for index in mark.entries..<entries.count { byKey?.remove(entries[index].hash, index) }
        }
        entries.removeSubrange(mark.entries...)
        rewritten.removeSubrange(mark.rewritten...)
        for later in marks.reversed() {
            if later === mark { return }
            later.entries = min(later.entries, mark.entries)
            later.undone = min(later.undone, mark.undone)
            later.rewritten = min(later.rewritten, mark.rewritten)
        }
    }

    // MARK: Drafts

    /// Says how the base of an entry stands now: it is another record than the draft knew.
    mutating func rebase(_ index: Int, onto base: RecordRef?, _ new: RecordStorage?) {
        entries[index].base = base
        entries[index].row = base?.row ?? 0
        entries[index].new = new
    }

    /// Takes out entries.
    mutating func removeAll(where isGone: (Entry) -> Bool) {
        guard entries.contains(where: isGone) else { return }
        entries.removeAll(where: isGone)
        rewritten = []
        byKey = nil
        if entries.count > PendingChanges.linearMax { enter() }
    }

    /// Calls `change` for each new record, with the one that it follows.
    ///
    /// Nobody else sees the new one: it is a copy if somebody has been given the record.
    mutating func withOwnRecords(_ change: (BucketIdentity, RecordRef?, RecordRef) -> Void) {
        for index in entries.indices where entries[index].new != nil {
            if !isKnownUniquelyReferenced(&entries[index].new) {
                entries[index].new = entries[index].new?.copy()
            }
            guard let new = entries[index].new else { continue }
            change(entries[index].bucket, entries[index].base, RecordRef(new))
        }
    }
}

/// Finds the entries of a large commit by their keys' hashes.
private final class PendingKeys {
    // Payloads are indexes + 1.
    private var trie = HashTrie()
    private var editor = Editor(stamp: 0, shared: -1)

    deinit {
        var disposal = Disposal(pinned: Disposal.none)
        disposal.dispose(editor.retired)
        if trie.root != 0 {
            disposal.dispose(
                Retired(
                    pointer: HashTrie.node(trie.root), stamp: 0, kind: .trie,
                    detail: UInt8(trie.root & 15), bytes: 0))
        }
    }

    func find(_ hash: UInt64, _ matches: (Int) -> Bool) -> Int? {
        trie.find(hash) { matches(Int($0) - 1) }.map { Int($0) - 1 }
    }

    func insert(_ hash: UInt64, _ index: Int) { trie.insert(hash, UInt64(index + 1), &editor) }

    func remove(_ hash: UInt64, _ index: Int) { trie.remove(hash, UInt64(index + 1), &editor) }
}
