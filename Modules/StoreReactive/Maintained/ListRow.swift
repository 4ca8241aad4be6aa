import StoreCore

/// One element of a list result, and what says where it belongs.
struct ListRow<Element: Sendable>: Sendable {
    /// What is shown; nil where it could not be made, or not yet.
    let element: Element?
    /// What it was made of; nil where that is no single record.
    let record: Record?
    /// The values by which rows that are no records are told apart, in their order.
    let key: [Value]
    /// The records of other buckets that it was made of too.
    let related: [Record]

    init(_ element: Element?, of record: Record, with related: [Record] = []) {
        self.element = element
        self.record = record
        key = []
        self.related = related
    }

    init(_ element: Element, key: [Value]) {
        self.element = element
        record = nil
        self.key = key
        related = []
    }

    /// What stays the same while a row changes and moves.
    var identity: [Value] { record.map { [$0.key.value] } ?? key }

    /// Whether nothing has changed from one row to another of the same identity.
    static func isSame(_ one: ListRow, _ other: ListRow) -> Bool {
        guard let old = one.record, let new = other.record else { return true }
        return old.isSame(as: new)
            && one.related.elementsEqual(other.related) { $0.isSame(as: $1) }
    }
}

extension Record {
    /// Whether nothing that is known of the record has changed.
    func isSame(as other: Record) -> Bool {
        version == other.version && updatedAt == other.updatedAt && createdAt == other.createdAt
            && expiresAt == other.expiresAt && key == other.key && self == other
    }
}

/// The order of a list's rows, and what counts as a change of one.
final class ListOrder<Element: Sendable>: Sendable {
    let compare: @Sendable (ListRow<Element>, ListRow<Element>) -> Int
    /// Whether nothing has changed from one row to another of the same identity.
    let isSame: @Sendable (ListRow<Element>, ListRow<Element>) -> Bool

    private init(
        _ compare: @escaping @Sendable (ListRow<Element>, ListRow<Element>) -> Int,
        _ isSame: @escaping @Sendable (ListRow<Element>, ListRow<Element>) -> Bool
    ) {
        self.compare = compare
        self.isSame = isSame
    }

    /// The order of no rows, as long as there is none of a query's.
    convenience init() { self.init({ _, _ in 0 }, ListRow.isSame) }

    /// The order of a query's records.
    convenience init(_ prepared: PreparedQuery) {
        self.init(
            { one, other in
                guard let one = one.record, let other = other.record else { return 0 }
                return prepared.compare(one, other)
            }, ListRow.isSame)
    }

    /// The order of the values that tell rows apart, which have changed if their elements have.
    convenience init(_ isSame: @escaping @Sendable (Element, Element) -> Bool) {
        self.init({ ListOrder.compare($0.key, $1.key) }) { one, other in
            guard let one = one.element, let other = other.element else { return false }
            return isSame(one, other)
        }
    }

    static func compare(_ one: [Value], _ other: [Value]) -> Int {
        for place in one.indices {
            let order = Value.compare(one[place], other[place])
            if order != 0 { return order }
        }
        return 0
    }
}
