extension OrderedTree {
    /// A stretch of two trees, gone through side by side.
    enum Difference {
        /// Elements that are in both trees and the same.
        case shared(old: Int, new: Int, count: Int)
        case removed(old: Int, element: Element)
        case inserted(new: Int, element: Element)
        /// Two elements in one place that are not the same.
        case replaced(old: Int, new: Int, oldElement: Element, newElement: Element)
    }

    /// Shows to `visit`, in order, what makes one tree into another, until it returns false.
    ///
    /// Nodes that the trees share are passed as a whole, wherever they are. Two elements in one place are asked for
    /// by `same`, the old one first. Shared stretches are as long as can be.
    ///
    /// Complexity: O(d log n) for d differences between trees of which one was edited into the other; O(n) for
    /// others.
    ///
    /// - Returns: How many nodes were looked at.
    @discardableResult
    static func differ(
        _ old: OrderedTree, _ new: OrderedTree, by order: (Element, Element) -> Int,
        same: (Element, Element) -> Bool, visit: (Difference) -> Bool
    ) -> Int {
        var comparison = Comparison(old: Cursor(old), new: Cursor(new))
        while let difference = comparison.next(by: order, same: same), visit(difference) {}
        return comparison.old.visited + comparison.new.visited
    }

    private struct Comparison {
        var old: Cursor
        var new: Cursor

        mutating func next(
            by order: (Element, Element) -> Int, same: (Element, Element) -> Bool
        ) -> Difference? {
            let start = (old: old.index, new: new.index)
            while passShared(by: order, same: same) {}
            let shared = new.index - start.new
            guard shared == 0 else {
                return .shared(old: start.old, new: start.new, count: shared)
            }
            switch (old.element, new.element) {
            case (nil, nil): return nil
            case (let oldElement?, nil): return passRemoved(oldElement)
            case (nil, let newElement?): return passInserted(newElement)
            case (let oldElement?, let newElement?):
                let side = order(oldElement, newElement)
                if side < 0 { return passRemoved(oldElement) }
                if side > 0 { return passInserted(newElement) }
                old.step()
                new.step()
                return .replaced(
                    old: start.old, new: start.new, oldElement: oldElement, newElement: newElement)
            }
        }

        private mutating func passRemoved(_ element: Element) -> Difference {
            defer { old.step() }
            return .removed(old: old.index, element: element)
        }

        private mutating func passInserted(_ element: Element) -> Difference {
            defer { new.step() }
            return .inserted(new: new.index, element: element)
        }

        /// Goes past a node or an element that comes next in both trees; false if there is none.
        private mutating func passShared(
            by order: (Element, Element) -> Int, same: (Element, Element) -> Bool
        ) -> Bool {
            let isAtNodes = old.isAtStart && new.isAtStart
            if isAtNodes, old.node === new.node {
                old.skip()
                new.skip()
                return true
            }
            guard let oldElement = old.element, let newElement = new.element,
                order(oldElement, newElement) == 0
            else { return false }
            if isAtNodes, passSharedNode() { return true }
            guard same(oldElement, newElement) else { return false }
            old.step()
            new.step()
            return true
        }

        /// Goes past the highest node that begins here in both trees.
        ///
        /// Where there is none both cursors are in leaves; as their elements are in one place, both leave this one
        /// next, so that no node that begins here is missed later.
        private mutating func passSharedNode() -> Bool {
            while let oldNode = old.node, let newNode = new.node {
                if oldNode === newNode {
                    old.skip()
                    new.skip()
                    return true
                }
                if oldNode.level == 0, newNode.level == 0 { return false }
                if oldNode.level >= newNode.level { old.descend() }
                if newNode.level >= oldNode.level { new.descend() }
            }
            return false
        }
    }
}
