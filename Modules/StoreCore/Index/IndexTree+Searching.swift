extension IndexTree {
    /// The number of entries before the place that `isBefore` describes: it holds for a prefix of
    /// the entries.
    ///
    /// O(log n).
    @inline(__always)
    func rank(_ isBefore: (UnsafePointer<UInt64>) -> Bool) -> Int {
        guard let root else { return 0 }
        var node = IndexNode(root)
        var rank = 0
        while true {
            let place = node.partition(isBefore)
            guard !node.isLeaf else { return rank + place }
            let index = max(place - 1, 0)
            for earlier in 0..<index { rank += Int(node.counts[earlier]) }
            node = IndexNode(node.children[index])
        }
    }

    /// Visits the rows of entries with ranks in `range`, up or down.
    ///
    /// Stops when `body` returns false.
    func scan(_ range: Range<Int>, ascending: Bool, _ body: (RowID) -> Bool) {
        guard let root, !range.isEmpty else { return }
        if ascending {
            _ = IndexTree.ascend(IndexNode(root), range.lowerBound, range.upperBound, body)
        } else {
            _ = IndexTree.descend(IndexNode(root), range.lowerBound, range.upperBound, body)
        }
    }

    private static func ascend(
        _ node: IndexNode, _ lower: Int, _ upper: Int, _ body: (RowID) -> Bool
    ) -> Bool {
        if node.isLeaf {
            let stride = node.stride
            var row = node.entries + lower * stride + stride - 1
            for _ in lower..<min(upper, node.count) {
                if !body(row.pointee) { return false }
                row += stride
            }
            return true
        }
        var start = 0
        for index in 0..<node.count {
            if start >= upper { return true }
            let below = Int(node.counts[index])
            if start + below > lower,
                !ascend(
                    IndexNode(node.children[index]), max(lower - start, 0),
                    min(upper - start, below), body)
            {
                return false
            }
            start += below
        }
        return true
    }

    private static func descend(
        _ node: IndexNode, _ lower: Int, _ upper: Int, _ body: (RowID) -> Bool
    ) -> Bool {
        if node.isLeaf {
            var index = min(upper, node.count) - 1
            while index >= lower {
                if !body(node.row(index)) { return false }
                index -= 1
            }
            return true
        }
        var end = node.total
        var index = node.count - 1
        while index >= 0, end > lower {
            let below = Int(node.counts[index])
            let start = end - below
            if start < upper,
                !descend(
                    IndexNode(node.children[index]), max(lower - start, 0),
                    min(upper - start, below), body)
            {
                return false
            }
            end = start
            index -= 1
        }
        return true
    }

    /// Visits the entries with ranks in `range`, upwards: their words, then their row.
    ///
    /// Stops when `body` returns false.
    func scanEntries(_ range: Range<Int>, _ body: (UnsafePointer<UInt64>) -> Bool) {
        guard let root, !range.isEmpty else { return }
        _ = IndexTree.visit(IndexNode(root), range.lowerBound, range.upperBound, body)
    }

    private static func visit(
        _ node: IndexNode, _ lower: Int, _ upper: Int, _ body: (UnsafePointer<UInt64>) -> Bool
    ) -> Bool {
        if node.isLeaf {
            for place in lower..<min(upper, node.count) where !body(node.entry(place)) {
                return false
            }
            return true
        }
        var start = 0
        for index in 0..<node.count {
            if start >= upper { return true }
            let below = Int(node.counts[index])
            if start + below > lower,
                !visit(
                    IndexNode(node.children[index]), max(lower - start, 0),
                    min(upper - start, below), body)
            {
                return false
            }
            start += below
        }
        return true
    }

    /// The row of the entry with `rank` entries before it.
    ///
    /// O(log n).
    func row(at rank: Int) -> RowID? {
        var found: RowID?
        guard rank >= 0, rank < .max else { return nil }
        scan(rank..<rank + 1, ascending: true) {
            found = $0
            return false
        }
        return found
    }
}

extension IndexNode {
    /// The number of this node's entries for which `isBefore` holds.
    @inline(__always)
    func partition(_ isBefore: (UnsafePointer<UInt64>) -> Bool) -> Int {
        var low = 0
        var high = count
        let entries = UnsafePointer(entries)
        let stride = stride
        while low < high {
            let middle = (low + high) >> 1
            if isBefore(entries + middle * stride) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
