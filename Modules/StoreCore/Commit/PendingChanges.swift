/// The net changes of a commit in the making: at most one for each record.
///
/// Lives under W. `base` points into the current version, which nobody else can change meanwhile.
struct PendingChanges {
    struct Entry {
        let bucket: BucketIdentity
        let hash: UInt64
        /// The record in the current version, or nil.
        let base: RecordRef?
        /// The base's row; 0 without a base.
        let row: RowID
        /// What the commit leaves: a record, or nothing.
        var new: RecordStorage?
        var reason: Change.Reason
        /// Set on an overdue record that gave way to another with its key: the key is no longer looked up here.
        var isSealed = false
        /// How much of the entry each policy has been shown.
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

        var isEffective: Bool { base != nil || new != nil }

        var key: Value {
            let record = new.map { RecordRef($0) } ?? base
            guard let record else { return .null }
            return record.key.value
        }
    }

    let seed: SeededHash
    private(set) var entries = ContiguousArray<Entry>()
    /// Entries by key, once there are many: payloads are indexes + 1.
    private var byKey: HashTrie?
    private var editor = Editor(stamp: 0, shared: -1)
    /// Net change of the number of records, by bucket slot.
    private(set) var revision = 0

    private static let linearMax = 8

    init(seed: SeededHash) { self.seed = seed }

    /// Frees the look-up structure; the entries stay.
    mutating func finish() {
        guard let trie = byKey else { return }
        var disposal = Disposal(pinned: Disposal.none)
        disposal.dispose(editor.retired)
        if trie.root != 0 {
            disposal.dispose(
                Retired(
                    pointer: HashTrie.node(trie.root), stamp: 0, kind: .trie,
                    detail: UInt8(trie.root & 15), bytes: 0))
        }
        editor.retired = []
        byKey = nil
    }

    /// The entry of a key, if the commit touches it.
    @inline(__always)
    func index(_ bucket: BucketIdentity, _ key: Value, _ hash: UInt64) -> Int? {
        if entries.isEmpty { return nil }
        return lookUp(bucket, key, hash)
    }

    @inline(never)
    private func lookUp(_ bucket: BucketIdentity, _ key: Value, _ hash: UInt64) -> Int? {
        func matches(_ index: Int) -> Bool {
            entries[index].hash == hash && !entries[index].isSealed
                && entries[index].bucket === bucket && entries[index].key == key
        }
        guard let byKey else { return entries.indices.first(where: matches) }
        return byKey.find(hash) { matches(Int($0) - 1) }.map { Int($0) - 1 }
    }

    mutating func append(_ entry: Entry) {
        entries.append(entry)
        revision += 1
        entries[entries.count - 1].revision = revision
        if byKey != nil {
            enter(entries.count - 1)
        } else if entries.count > PendingChanges.linearMax {
            byKey = HashTrie()
            for index in entries.indices { enter(index) }
        }
    }

    private mutating func enter(_ index: Int) {
        byKey?.insert(entries[index].hash, UInt64(index + 1), &editor)
    }

    @inline(__always)
    mutating func setNew(_ index: Int, _ record: RecordStorage?, _ reason: Change.Reason) {
        entries[index].new = record
        entries[index].reason = reason
        revision += 1
        entries[index].revision = revision
    }

    /// Takes an overdue record's entry out of the look-up by key.
    mutating func seal(_ index: Int) {
        entries[index].isSealed = true
        byKey?.remove(entries[index].hash, UInt64(index + 1), &editor)
    }

    /// The change in the number of a bucket's records.
    func growth(of bucket: BucketIdentity) -> Int {
        var growth = 0
        for entry in entries where entry.bucket === bucket {
            growth += (entry.new == nil ? 0 : 1) - (entry.base == nil ? 0 : 1)
        }
        return growth
    }
}
