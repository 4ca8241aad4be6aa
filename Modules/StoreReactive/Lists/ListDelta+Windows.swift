extension ListDelta {
    /// The delta between what is shown of two trees, each of which shows a window.
    ///
    /// An element outside of its window counts as not there. One that is removed in a place and inserted in another
    /// with an equal identity, which only one element of a tree has, is moved. `same` is asked with the old element
    /// first.
    ///
    /// Complexity: O(d log n + w) for d differences of the trees, and w elements that enter or leave a window because
    /// those in front of them have become more or fewer.
    static func between<Element, Identity: Hashable>(
        old: OrderedTree<Element>, oldWindow: Range<Int>,
        new: OrderedTree<Element>, newWindow: Range<Int>,
        by order: (Element, Element) -> Int, same: (Element, Element) -> Bool,
        identity: (Element) -> Identity
    ) -> ListDelta {
        var shown = ShownDifferences<Element>(oldWindow: oldWindow, newWindow: newWindow)
        OrderedTree.differ(old, new, by: order, same: same) { difference in
            shown.add(difference) { identity($0) == identity($1) }
            return !shown.isComplete
        }
        return shown.delta(same: same, identity: identity)
    }
}

/// The differences of two trees, as far as they show in two windows.
private struct ShownDifferences<Element: Sendable> {
    let oldWindow: Range<Int>
    let newWindow: Range<Int>
    /// How far the trees have been compared.
    private var oldEnd = 0
    private var newEnd = 0
    /// What goes, by index in the old window; without the element where it has only left the window.
    private var leaving: [(index: Int, element: Element?)] = []
    private var entering: [(index: Int, element: Element?)] = []
    private var updated: [Int] = []

    init(oldWindow: Range<Int>, newWindow: Range<Int>) {
        self.oldWindow = oldWindow
        self.newWindow = newWindow
    }

    /// Whether what is still to come is outside of both windows.
    var isComplete: Bool {
        oldEnd >= oldWindow.upperBound && newEnd >= newWindow.upperBound
    }

    mutating func add(
        _ difference: OrderedTree<Element>.Difference, isOne: (Element, Element) -> Bool
    ) {
        switch difference {
        case .shared(let old, let new, let count): addShared(old: old, new: new, count: count)
        case .removed(let old, let element): addRemoved(old, element)
        case .inserted(let new, let element): addInserted(new, element)
        case .replaced(let old, let new, let oldElement, let newElement):
            if oldWindow.contains(old), newWindow.contains(new), isOne(oldElement, newElement) {
                updated.append(new - newWindow.lowerBound)
                (oldEnd, newEnd) = (old + 1, new + 1)
            } else {
                addRemoved(old, oldElement)
                addInserted(new, newElement)
            }
        }
    }

    private mutating func addRemoved(_ old: Int, _ element: Element) {
        oldEnd = old + 1
        if oldWindow.contains(old) { leaving.append((old - oldWindow.lowerBound, element)) }
    }

    private mutating func addInserted(_ new: Int, _ element: Element) {
        newEnd = new + 1
        if newWindow.contains(new) { entering.append((new - newWindow.lowerBound, element)) }
    }

    /// Takes in what is in one window and not in the other, without looking at what is in both.
    private mutating func addShared(old: Int, new: Int, count: Int) {
        (oldEnd, newEnd) = (old + count, new + count)
        let oldShown = oldWindow.shifted(by: -old).clamped(to: 0..<count)
        let newShown = newWindow.shifted(by: -new).clamped(to: 0..<count)
        for part in oldShown.without(newShown) {
            for offset in part { leaving.append((old + offset - oldWindow.lowerBound, nil)) }
        }
        for part in newShown.without(oldShown) {
            for offset in part { entering.append((new + offset - newWindow.lowerBound, nil)) }
        }
    }

    func delta<Identity: Hashable>(
        same: (Element, Element) -> Bool, identity: (Element) -> Identity
    ) -> ListDelta {
        var delta = ListDelta()
        delta.updated = updated
        var left: [Identity: (index: Int, element: Element)] = [:]
        if entering.contains(where: { $0.element != nil }) {
            for case (let index, let element?) in leaving {
                left[identity(element)] = (index, element)
            }
        }
        for (index, element) in entering {
            guard let element, let old = left.removeValue(forKey: identity(element)) else {
                delta.inserted.append(index)
                continue
            }
            delta.moved.append(.init(from: old.index, to: index))
            if !same(old.element, element) { delta.updated.append(index) }
        }
        delta.updated.sort()
        let moved = Set(delta.moved.map(\.from))
        delta.removed = leaving.map(\.index).filter { !moved.contains($0) }
        return delta
    }
}

extension Range<Int> {
    fileprivate func shifted(by offset: Int) -> Range {
        lowerBound + offset..<upperBound + offset
    }

    /// What is in the range and not in the other: a part in front of that one, and a part behind it.
    fileprivate func without(_ other: Range) -> [Range] {
        [
            lowerBound..<Swift.min(upperBound, Swift.max(lowerBound, other.lowerBound)),
            Swift.max(lowerBound, Swift.min(upperBound, other.upperBound))..<upperBound,
        ]
    }
}
