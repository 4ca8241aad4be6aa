extension OrderedTree: Sequence {
    /// Goes from leaf to leaf: O(1) for each element, on average.
    struct Iterator: IteratorProtocol {
        /// At the leaf that is being gone through, which it keeps alive.
        private var cursor: Cursor
        private var upcoming: UnsafeMutablePointer<Element>?
        /// How many elements of the leaf are left.
        private var rest = 0

        fileprivate init(_ tree: OrderedTree) {
            cursor = Cursor(tree)
            enterLeaf()
        }

        mutating func next() -> Element? {
            if rest == 0 {
                cursor.skip()
                enterLeaf()
            }
            guard let place = upcoming else { return nil }
            upcoming = place + 1
            rest -= 1
            return place.pointee
        }

        private mutating func enterLeaf() {
            let leaf = cursor.leaf()
            upcoming = leaf?.elements
            rest = leaf?.slots ?? 0
        }
    }

    func makeIterator() -> Iterator { Iterator(self) }

    var underestimatedCount: Int { count }

    /// Shows the elements of a range to `body`, until it returns false.
    ///
    /// Complexity: O(log n + range.count).
    func forEach(in range: Range<Int>, _ body: (Element) -> Bool) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count,
            "\(range) is not in a list of \(count)")
        guard let root, !range.isEmpty else { return }
        _ = root.forEach(in: range, body)
    }
}

extension OrderedTree.Node {
    /// Shows the elements of a range to `body`; false when that did not want to go on.
    fileprivate func forEach(in range: Range<Int>, _ body: (Element) -> Bool) -> Bool {
        guard let links else {
            for slot in range where !body(elements[slot]) { return false }
            return true
        }
        var start = 0
        for slot in 0..<slots where start < range.upperBound {
            let (child, count) = (links[slot].node, links[slot].count)
            let part = range.clamped(to: start..<start + count)
            if !part.isEmpty {
                let below = part.lowerBound - start..<part.upperBound - start
                guard child.forEach(in: below, body) else { return false }
            }
            start += count
        }
        return true
    }
}
