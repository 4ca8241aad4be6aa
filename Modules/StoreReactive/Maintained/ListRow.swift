import StoreCore

/// One element of a list result, and what says where it belongs.
struct ListRow<Element: Sendable>: Sendable {
    /// What is shown; nil where it could not be made, or not yet.
    let element: Element?
    /// What it was made of; nil where that is no single record.
    let record: Record?
    /// The values by which rows that are no records are told apart, in their order.
    let key: [Value]
    /// Tells what was made anew from what was not, where that cannot be seen from the record.
    let stamp: UInt64

    init(_ element: Element?, of record: Record, stamp: UInt64 = 0) {
        self.element = element
        self.record = record
        key = []
        self.stamp = stamp
    }

    init(_ element: Element, key: [Value], stamp: UInt64) {
        self.element = element
        record = nil
        self.key = key
        self.stamp = stamp
    }

    /// What stays the same while a row changes and moves.
    var identity: [Value] { record.map { [$0.key.value] } ?? key }

    /// Whether nothing has changed from one row to another of the same identity.
    static func isSame(_ one: ListRow, _ other: ListRow) -> Bool {
        guard one.stamp == other.stamp else { return false }
        guard let old = one.record, let new = other.record else { return true }
        return old.version == new.version && old.updatedAt == new.updatedAt
            && old.createdAt == new.createdAt && old.expiresAt == new.expiresAt && old == new
    }
}

/// The order of a list's rows.
final class ListOrder<Element: Sendable>: Sendable {
    let compare: @Sendable (ListRow<Element>, ListRow<Element>) -> Int

    init(_ compare: @escaping @Sendable (ListRow<Element>, ListRow<Element>) -> Int) {
        self.compare = compare
    }

    /// The order of a query's records.
    convenience init(_ prepared: PreparedQuery) {
        self.init { one, other in
            guard let one = one.record, let other = other.record else { return 0 }
            return prepared.compare(one, other)
        }
    }

    /// The order of the values that tell rows apart.
    convenience init() { self.init { ListOrder.compare($0.key, $1.key) } }

    static func compare(_ one: [Value], _ other: [Value]) -> Int {
        for place in one.indices {
            let order = Value.compare(one[place], other[place])
            if order != 0 { return order }
        }
        return 0
    }
}
