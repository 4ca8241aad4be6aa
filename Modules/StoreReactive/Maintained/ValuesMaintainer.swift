import StoreCore

/// A value, and how many records have it.
struct ValueCount: Sendable {
    let value: Value
    let count: Int
}

extension OrderedTree<ValueCount> {
    /// Counts one more record with `value`, or one less; null is no value.
    mutating func count(_ value: Value, by change: Int) {
        if value.isNull { return }
        let order = { (one: ValueCount, other: ValueCount) in
            Value.compare(one.value, other.value)
        }
        let known = find(where: { Value.compare($0.value, value) })
        let count = (known?.count ?? 0) + change
        let entry = ValueCount(value: known?.value ?? value, count: count)
        if count <= 0 {
            _ = remove(entry, by: order)
        } else if known != nil {
            _ = replace(entry, by: order)
        } else {
            _ = insert(entry, by: order)
        }
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
        var counts: [Value: Int] = [:]
        try query.forEach(reading: fields) { counts[prepared.value(0, of: $0), default: 0] += 1 }
        values = OrderedTree(
            sorted: counts.filter { !$0.key.isNull }
                .sorted { Value.compare($0.key, $1.key) < 0 }
                .map { ValueCount(value: $0.key, count: $0.value) })
    }

    override func replace(_ old: Record?, by new: Record?, _ prepared: PreparedQuery) {
        if let old { values.count(prepared.value(0, of: old), by: -1) }
        if let new { values.count(prepared.value(0, of: new), by: 1) }
        isTouched = true
    }

    override func settle(_ prepared: PreparedQuery, _ snapshot: Snapshot) -> Bool? {
        defer { isTouched = false }
        return isTouched
    }

    override func value() -> Result { make(values) }

    override func isSame(_ one: Result, _ other: Result) -> Bool { isSameResult(one, other) }
}
