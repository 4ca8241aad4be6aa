import StoreCore

/// The result of a live query that is a list: a persistent collection.
///
/// It never changes. The next result shares with it all that has not changed, so that holding on to one costs little, and
/// what has changed from one to another is found at the cost of the changes:
///
/// ```swift
/// for try await update in orders.order(by: \.total, .descending).limit(20).live() {
///     let delta = update.delta()
///     table.apply(delta, update.value)
/// }
/// ```
public struct LiveList<Element: Sendable>: RandomAccessCollection, Sendable {
    let rows: OrderedTree<ListRow>
    let window: Range<Int>
    let order: ListOrder

    init(
        _ rows: OrderedTree<ListRow>, _ order: ListOrder,
        window: Range<Int>? = nil
    ) {
        self.rows = rows
        self.order = order
        self.window = window ?? 0..<rows.count
    }

    /// Always 0.
    public var startIndex: Int { 0 }
    /// The number of elements.
    public var endIndex: Int { window.count }

    /// The element at an index.
    ///
    /// - Complexity: O(log n).
    public subscript(index: Int) -> Element {
        precondition(index >= 0 && index < window.count, "there is no element \(index)")
        guard let element = rows[window.lowerBound + index].element(as: Element.self) else {
            preconditionFailure("a list is shown when its elements have been made")
        }
        return element
    }

    /// What has changed from an earlier result of the same query to this one.
    ///
    /// - Complexity: O(d log n) for d differences; O(n) for results of different queries, or where the bucket's schema has
    ///   changed in between.
    public func delta(from old: LiveList) -> ListDelta {
        ListDelta.between(
            old: old.rows, oldWindow: old.window, new: rows, newWindow: window, by: order.compare,
            same: order.isSame, identity: \.identity)
    }

    /// Whether nothing has changed from an earlier result.
    ///
    /// - Complexity: O(log n), but for where records have moved that a window leaves out.
    func isUnchanged(from old: LiveList) -> Bool {
        // Behind the end of the rows, the window is empty, and moves with them.
        if window.isEmpty, old.window.isEmpty { return true }
        if old.window != window { return false }
        var isUnchanged = true
        var mayBeShifted = false
        _ = OrderedTree.differ(old.rows, rows, by: order.compare, same: order.isSame) {
            let place =
                switch $0 {
                case .shared: window.upperBound
                case .removed(let index, _), .inserted(let index, _): index
                case .replaced(_, let index, _, _): index
                }
            switch $0 {
            case .shared(_, let index, _): return index < window.upperBound
            case .replaced where place < window.lowerBound: return true
            case .removed, .inserted: mayBeShifted = place < window.lowerBound
            case .replaced: break
            }
            isUnchanged = place >= window.upperBound
            return false
        }
        return mayBeShifted ? delta(from: old).isEmpty : isUnchanged
    }
}

extension LiveList: Equatable where Element: Equatable {
    /// Whether both have equal elements.
    public static func == (one: LiveList, other: LiveList) -> Bool { one.elementsEqual(other) }
}

extension LiveList: CustomStringConvertible {
    /// The elements.
    public var description: String { "\(Array(self))" }
}

extension LiveUpdate {
    /// What has changed since the result that the same subscriber was shown before; all is inserted in the first one.
    ///
    /// - Complexity: as ``LiveList/delta(from:)``.
    public func delta<Element>() -> ListDelta where Value == LiveList<Element> {
        value.delta(from: previous ?? LiveList(OrderedTree(), value.order))
    }
}
