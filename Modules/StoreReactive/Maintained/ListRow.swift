import StoreCore

/// One element of a list result, and what says where it belongs.
///
/// Of one type for elements of all types: the trees of rows are the same code for all, known where it is compiled.
struct ListRow: Sendable {
    /// What is shown, in an `ElementBox`; nil where it could not be made, or not yet.
    private let box: (any AnyObject & Sendable)?
    /// What it was made of; nil where that is no single record.
    let record: Record?
    /// The values by which rows that are no records are told apart, in their order.
    let key: [Value]
    /// The records of other buckets that it was made of too.
    let related: [Record]

    /// A row of a record that has no element, or none yet.
    init(of record: Record) {
        box = nil
        self.record = record
        key = []
        related = []
    }

    init<Element: Sendable>(_ element: Element, of record: Record, with related: [Record] = []) {
        box = ElementBox(element)
        self.record = record
        key = []
        self.related = related
    }

    init<Element: Sendable>(_ element: Element, key: [Value]) {
        box = ElementBox(element)
        record = nil
        self.key = key
        related = []
    }

    var hasElement: Bool { box != nil }

    /// What is shown, which is of this type.
    func element<Element: Sendable>(as type: Element.Type) -> Element? {
        box.map { unsafeDowncast($0, to: ElementBox<Element>.self).element }
    }

    /// What stays the same while a row changes and moves.
    var identity: [Value] { record.map { [$0.key.value] } ?? key }

    /// Whether nothing has changed from one row to another of the same identity.
    static func isSame(_ one: ListRow, _ other: ListRow) -> Bool {
        guard let old = one.record, let new = other.record else { return true }
        return old.isIdentical(to: new)
            && one.related.elementsEqual(other.related) { $0.isIdentical(to: $1) }
    }
}

/// An element of a list.
private final class ElementBox<Element: Sendable>: Sendable {
    let element: Element

    init(_ element: Element) { self.element = element }
}

/// The order of a list's rows, and what counts as a change of one.
final class ListOrder: Sendable {
    let compare: @Sendable (ListRow, ListRow) -> Int
    /// Whether nothing has changed from one row to another of the same identity.
    let isSame: @Sendable (ListRow, ListRow) -> Bool

    private init(
        _ compare: @escaping @Sendable (ListRow, ListRow) -> Int,
        _ isSame: @escaping @Sendable (ListRow, ListRow) -> Bool
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
    convenience init<Element: Sendable>(
        _ isSame: @escaping @Sendable (Element, Element) -> Bool
    ) {
        self.init({ ListOrder.compare($0.key, $1.key) }) { one, other in
            guard let one = one.element(as: Element.self),
                let other = other.element(as: Element.self)
            else { return false }
            return isSame(one, other)
        }
    }

    static func compare(_ one: [Value], _ other: [Value]) -> Int {
        for (one, other) in zip(one, other) {
            let order = Value.compare(one, other)
            if order != 0 { return order }
        }
        // Keys of different queries may differ in length.
        return one.count - other.count
    }
}
