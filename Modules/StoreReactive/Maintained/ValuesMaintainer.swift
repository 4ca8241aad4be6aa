import StoreCore

/// Equal values as records spell them, 1 or 1.0: the one in the lowest row stands for the others.
struct Spellings<Spelling: Sendable>: Sendable {
    private struct Entry: Sendable {
        let row: UInt64
        let spelling: Spelling
    }

    private var entries = OrderedTree<Entry>()

    /// The spelling in the lowest row; nil where there is none.
    var first: Spelling? { entries.first?.spelling }

    /// Enters how the record in a row spells the value, or takes it out.
    mutating func count(_ spelling: Spelling, at row: UInt64, by change: Int) {
        let entry = Entry(row: row, spelling: spelling)
        let order = { (one: Entry, other: Entry) in
            one.row == other.row ? 0 : one.row < other.row ? -1 : 1
        }
        if change < 0 {
            entries.remove(entry, by: order)
        } else if entries.replace(entry, by: order) == nil {
            entries.insert(entry, by: order)
        }
    }
}

/// A value, and how many records have it.
struct ValueCount: Sendable {
    /// The value as its lowest row spells it.
    let value: Value
    let count: Int
    /// How the records spell it, where there are several ways.
    let spellings: Spellings<Value>
}

extension OrderedTree<ValueCount> {
    /// Counts one more record with `value`, or one less; null is no value.
    ///
    /// `row` is that of the record, and nil where equal values look the same.
    mutating func count(_ value: Value, at row: UInt64?, by change: Int) {
        if value.isNull { return }
        let order = { (one: ValueCount, other: ValueCount) in
            Value.compare(one.value, other.value)
        }
        let known = find(where: { Value.compare($0.value, value) })
        let count = (known?.count ?? 0) + change
        var spellings = known?.spellings ?? Spellings()
        if let row { spellings.count(value, at: row, by: change) }
        let entry = ValueCount(
            value: spellings.first ?? known?.value ?? value, count: count, spellings: spellings)
        if count <= 0 {
            _ = remove(entry, by: order)
        } else if known != nil {
            _ = replace(entry, by: order)
        } else {
            _ = insert(entry, by: order)
        }
    }
}

extension PreparedQuery {
    /// The row of `record`, if it matters to how `value` is shown, which is that of a field by its number.
    func row(of record: Record, spelling value: Value, of number: Int) -> UInt64? {
        hasSpellings(value, of: number) ? row(of: record) : nil
    }
}

/// The different values of a field in the records that match, and what is made of them: the least, the greatest.
final class ValuesMaintainer<Result: Sendable & Equatable>: Maintainer<Result>, @unchecked Sendable
{
    private let make: @Sendable (OrderedTree<ValueCount>) -> Result
    private var values = OrderedTree<ValueCount>()
    private var isTouched = false

    init(of field: String, _ make: @escaping @Sendable (OrderedTree<ValueCount>) -> Result) {
        self.make = make
        super.init(reading: [field])
    }

    override func read(
        _ query: Query, _ prepared: PreparedQuery, _ snapshot: Snapshot, _ recorder: ReadRecorder
    ) throws {
        var counts: [Value: (count: Int, spellings: Spellings<Value>)] = [:]
        try query.forEach(reading: fields) { record in
            let value = prepared.value(0, of: record)
            let row = prepared.row(of: record, spelling: value, of: 0)
            counts[value, default: (0, Spellings())].count += 1
            if let row { counts[value]?.spellings.count(value, at: row, by: 1) }
        }
        values = OrderedTree(
            sorted: counts.filter { !$0.key.isNull }
                .sorted { Value.compare($0.key, $1.key) < 0 }
                .map { value, known in
                    ValueCount(
                        value: known.spellings.first ?? value, count: known.count,
                        spellings: known.spellings)
                })
    }

    override func replace(_ old: Record?, by new: Record?, _ prepared: PreparedQuery) {
        if let old { count(old, by: -1, prepared) }
        if let new { count(new, by: 1, prepared) }
        isTouched = true
    }

    private func count(_ record: Record, by change: Int, _ prepared: PreparedQuery) {
        let value = prepared.value(0, of: record)
        let row = prepared.row(of: record, spelling: value, of: 0)
        values.count(value, at: row, by: change)
    }

    override func settle(_ prepared: PreparedQuery, _ snapshot: Snapshot) -> Bool? {
        defer { isTouched = false }
        return isTouched
    }

    override func value() -> Result { make(values) }

    override func isSame(_ one: Result, _ other: Result) -> Bool { isSameResult(one, other) }
}
