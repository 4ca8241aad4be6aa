/// What an index tree's words stand for: the columns, how to look at a record where words do not decide, and which
/// records have an entry at all.
final class IndexShape: Sendable {
    let slots: [Int]
    let kinds: [ColumnType]
    /// The columns whose texts are entered without their case: bit i stands for column i.
    let folded: UInt32
    /// Which records have an entry; nil for all.
    let condition: EntryCondition?

    init(
        slots: [Int], kinds: [ColumnType], folded: UInt32 = 0, condition: EntryCondition? = nil
    ) {
        self.slots = slots
        self.kinds = kinds
        self.folded = folded
        self.condition = condition
    }

    /// The shape of an index's entries, or of a unique constraint's.
    convenience init(_ content: IndexContent, in layout: Layout) {
        self.init(
            slots: content.slots, kinds: content.kinds,
            folded: content.columns.indices.reduce(0) {
                content.columns[$1].isFolded ? $0 | 1 << UInt32($1) : $0
            },
            condition: content.condition.map { EntryCondition($0, in: layout) })
    }

    /// The order of deadlines: one word, which says everything.
    static let deadline = IndexShape(slots: [], kinds: [.date])

    @inline(__always)
    var words: Int { kinds.count }
    @inline(__always)
    var stride: Int { kinds.count + 1 }

    /// Whether `record` has an entry.
    @inline(__always)
    func holds(_ record: RecordRef) -> Bool {
        guard let condition else { return true }
        return condition.holds(for: record)
    }

    /// The values that `record` must not share with another one under a unique constraint of this shape; nil if it may.
    func uniqueValues(of record: RecordRef) -> [Value]? {
        let values = values(of: record)
        return holds(record) && !values.contains(where: \.isNull) ? values : nil
    }

    /// What is entered of a record.
    func values(of record: RecordRef) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(slots.count)
        for column in slots.indices {
            values.append(folding(record.values[slots[column]], column))
        }
        return values
    }

    /// What is entered of a column's value.
    @inline(__always)
    func folding(_ value: Value, _ column: Int) -> Value {
        isFolded(column) ? value.foldingCase : value
    }

    @inline(__always)
    func isFolded(_ column: Int) -> Bool { folded & 1 << UInt32(column) != 0 }

    /// The digest of a column's value, or nil if it is not of the column's kind.
    @inline(__always)
    func word(_ value: Value, _ column: Int) -> UInt64? {
        isFolded(column)
            ? IndexWord.encodeFolded(value, as: kinds[column])
            : IndexWord.encode(value, as: kinds[column])
    }

    /// Compares two values as the column is ordered.
    @inline(__always)
    func compare(_ column: Int, _ one: UnsafePointer<Value>, _ other: UnsafePointer<Value>) -> Int {
        isFolded(column)
            ? Value.compareIgnoringCase(one.pointee, other.pointee) : Value.compare(one, other)
    }

    /// Writes the entry of `record` to `words`.
    @inline(__always)
    func encode(_ record: RecordRef, into words: UnsafeMutablePointer<UInt64>) {
        for column in 0..<kinds.count {
            // A stored value always is of its column's kind, or null.
            words[column] =
                IndexWord.encode(record.values[slots[column]], as: kinds[column]) ?? IndexWord.null
        }
        if folded != 0 { encodeFolded(record, into: words) }
        words[kinds.count] = record.row
    }

    @inline(never)
    private func encodeFolded(_ record: RecordRef, into words: UnsafeMutablePointer<UInt64>) {
        for column in slots.indices where isFolded(column) {
            words[column] = word(record.values[slots[column]], column) ?? IndexWord.null
        }
    }

    /// Whether one record in the place of the other would certainly have the same entry, or none like it: they have equal
    /// values in every column of the index, their case included, and satisfy its condition both or neither.
    @inline(__always)
    func agrees(_ one: RecordRef, _ other: RecordRef) -> Bool {
        for index in slots.indices {
            let slot = slots[index]
            if !Value.isEqual(one.values + slot, other.values + slot) { return false }
        }
        guard let condition else { return true }
        return condition.holds(for: one) == condition.holds(for: other)
    }
}

/// An entry to be found, entered or taken out.
struct IndexProbe {
    let words: UnsafePointer<UInt64>
    let shape: IndexShape
    /// The record whose entry this is; its values decide where words do not.
    let record: RecordRef
    let rows: RowTree

    @inline(__always)
    var stride: Int { shape.stride }
    @inline(__always)
    var row: RowID { words[shape.words] }

    /// The number of entries of `node` that stand before this one.
    @inline(__always)
    func lowerBound(in node: IndexNode) -> Int {
        node.partition { entry in
            for column in 0..<shape.words {
                let word = entry[column]
                if word != words[column] { return word < words[column] }
                if IndexWord.isExact(word, shape.kinds[column]) { continue }
                let slot = shape.slots[column]
                let order = shape.compare(
                    column, stored(entry).values + slot, record.values + slot)
                if order != 0 { return order < 0 }
            }
            return entry[shape.words] < row
        }
    }

    /// The record behind an entry.
    @inline(never)
    private func stored(_ entry: UnsafePointer<UInt64>) -> RecordRef {
        let row = entry[shape.words]
        if row == self.row { return record }
        guard let found = rows.find(row) else {
            preconditionFailure("an index entry has no record")
        }
        return RecordRef(found)
    }
}
