/// One bucket at one position, to be read while something keeps the state alive.
struct BucketView {
    let bucket: BucketNode
    let seed: SeededHash
    /// Whether several records may have the same unique value: in the midst of a commit, where values are swapped.
    let mayRepeatUniques: Bool

    @inline(__always)
    init(_ bucket: BucketNode, _ seed: SeededHash, mayRepeatUniques: Bool = false) {
        self.bucket = bucket
        self.seed = seed
        self.mayRepeatUniques = mayRepeatUniques
    }

    @inline(__always)
    private var bucketLayout: BucketLayout {
        bucket.root.pointee.layout.takeUnretainedValue()
    }

    var layout: Layout { bucketLayout.layout }
    var reference: BucketReference { bucketLayout.reference }

    /// The number of records.
    ///
    /// O(1).
    @inline(__always)
    var count: Int { bucket.root.pointee.count }

    @inline(__always)
    var rows: RowTree { bucket.rows }

    /// The record under `key`.
    ///
    /// O(log n).
    @inline(__always)
    func record(forKey key: Key) -> RecordRef? {
        record(forKey: key.value, hash: seed.hash(key.value))
    }

    @inline(__always)
    func record(forKey key: Value, hash: UInt64) -> RecordRef? {
        let slot = bucket.root.pointee.layout._withUnsafeGuaranteedRef {
            $0.keySlots.count == 1 ? $0.keySlot : -1
        }
        let payload = withUnsafePointer(to: key) { key in
            HashTrie(root: bucket.root.pointee.keys).find(hash) { payload in
                let record = RecordRef(RawNode(bitPattern: UInt(payload)).unsafelyUnwrapped)
                return slot >= 0
                    ? Value.isEqual(record.values + slot, key) : isComposite(record, key.pointee)
            }
        }
        return payload.map { RecordRef(RawNode(bitPattern: UInt($0)).unsafelyUnwrapped) }
    }

    @inline(never)
    private func isComposite(_ record: RecordRef, _ key: Value) -> Bool {
        guard case .array(let parts) = key else { return false }
        let slots = bucketLayout.keySlots
        return parts.count == slots.count
            && zip(slots, parts).allSatisfy { record.values[$0] == $1 }
    }

    @inline(__always)
    func record(row: RowID) -> RecordRef? { rows.find(row).map(RecordRef.init) }

    /// Visits records in order of insertion, from the one after (before) `row`; nil means from the end.
    @inline(__always)
    func scanRows(from row: RowID?, ascending: Bool, _ body: (RecordRef) -> Bool) {
        rows.scan(after: row, ascending: ascending) { body(RecordRef($0)) }
    }

    /// The same from a rank on: `skipping` records are passed over in O(log n).
    @inline(__always)
    func scanRows(skipping: Int, ascending: Bool, _ body: (RecordRef) -> Bool) {
        let rank = ascending ? skipping : count - 1 - skipping
        guard skipping >= 0, rank >= 0, let first = rows.record(at: rank) else { return }
        let row = RecordRef(first).row
        if ascending {
            rows.scan(after: row == 0 ? nil : row - 1, ascending: true) { body(RecordRef($0)) }
        } else {
            rows.scan(after: row == .max ? nil : row + 1, ascending: false) { body(RecordRef($0)) }
        }
    }

    func rank(ofRow row: RowID) -> Int { rows.rank(of: row) }

    /// The ordered index at place `index` of the layout's indexes.
    @inline(__always)
    func index(at index: Int) -> IndexView {
        IndexView(
            tree: IndexTree(root: bucket.indexes[index]), shape: bucketLayout.shapes[index],
            definition: layout.indexes[index], rows: rows)
    }

    /// The record that has `values` in the unique fields at place `index` of the layout's uniques; one of them, where
    /// several may.
    func unique(at index: Int, values: [Value]) -> RecordRef? {
        var found: RecordRef?
        findUnique(at: index, values: values) { record in
            found = record
            return false
        }
        return found
    }

    /// The rows of all records that have these values, in ascending order.
    func uniqueRows(at index: Int, values: [Value]) -> [RowID] {
        var rows: [RowID] = []
        findUnique(at: index, values: values) { record in
            rows.append(record.row)
            return true
        }
        return rows.sorted()
    }

    /// Passes records that have these values to `body`, until it returns false.
    @inline(__always)
    private func findUnique(at index: Int, values: [Value], _ body: (RecordRef) -> Bool) {
        let shape = bucketLayout.uniqueShapes[index]
        guard values.count == shape.slots.count, !values.contains(where: \.isNull) else { return }
        let values =
            shape.folded == 0 ? values : values.indices.map { shape.folding(values[$0], $0) }
        let trie = HashTrie(root: bucket.uniques[index])
        let rows = rows
        _ = trie.find(seed.hash(values)) { row in
            guard let node = rows.find(row) else { return false }
            let record = RecordRef(node)
            for (column, value) in values.enumerated() {
                let stored = shape.folding(record.values[shape.slots[column]], column)
                if Value.compare(stored, value) != 0 { return false }
            }
            return !body(record)
        }
    }

    /// The records with deadlines, by deadline.
    var deadlines: IndexView {
        IndexView(
            tree: IndexTree(root: bucket.root.pointee.deadlines), shape: .deadline,
            definition: nil, rows: rows)
    }

    /// The earliest deadline of any record, in microseconds; `Int64.max` when there is none.
    var nextDeadline: Int64 { nextDeadline(after: nil) }

    /// The earliest deadline after an instant.
    func nextDeadline(after instant: Int64?) -> Int64 {
        guard bucket.root.pointee.deadlines != nil,
            let row = deadlines.row(
                at: instant.map { deadlines.rank(ofDeadlinesThrough: $0) } ?? 0),
            let record = record(row: row)
        else { return .max }
        return record.expiresAt
    }
}

/// One ordered index at one position.
struct IndexView {
    let tree: IndexTree
    let shape: IndexShape
    /// Nil for the order of deadlines.
    let definition: CompiledIndex?
    let rows: RowTree

    var count: Int { tree.count }

    /// The number of entries before `bound`.
    ///
    /// O(log n).
    func rank(of bound: IndexBound) -> Int {
        let probe = IndexBoundProbe(bound, shape)
        return tree.rank { probe.isAfter($0, shape, rows) }
    }

    /// The number of deadlines that are not after `instant`.
    func rank(ofDeadlinesThrough instant: Int64) -> Int {
        let word = IndexWord.encode(deadline: instant)
        return tree.rank { $0[0] <= word }
    }

    /// Visits the rows of the entries with these ranks.
    @inline(__always)
    func scan(ranks: Range<Int>, ascending: Bool, _ body: (RowID) -> Bool) {
        tree.scan(ranks, ascending: ascending, body)
    }

    /// The row of the entry with `rank` entries before it.
    ///
    /// O(log n).
    func row(at rank: Int) -> RowID? { tree.row(at: rank) }
}
