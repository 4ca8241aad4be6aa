extension RowTree {
    /// Visits records in order of their rows, from the one after (before, when descending)
    /// `bound`; nil means from the end.
    ///
    /// Stops when `body` returns false.
    @inline(__always)
    func scan(after bound: RowID?, ascending: Bool, _ body: (RawNode) -> Bool) {
        if ascending {
            ascend(after: bound) { records in
                for record in records where !body(record) { return false }
                return true
            }
        } else {
            descend(before: bound) { records in
                for record in records.reversed() where !body(record) { return false }
                return true
            }
        }
    }

    /// Visits the records after `bound` in order of their rows, a leaf at a time.
    ///
    /// A closure for each record would cost more than most of what is asked of a record.
    func ascend(after bound: RowID?, _ body: (UnsafeBufferPointer<RawNode>) -> Bool) {
        guard let root, bound != .max else { return }
        let first = bound.map { $0 + 1 } ?? 0
        if covers(first) { _ = RowTree.ascend(root, height, first, body) }
    }

    /// Visits the records before `bound`, the last leaf first; within a leaf they are in ascending order.
    func descend(before bound: RowID?, _ body: (UnsafeBufferPointer<RawNode>) -> Bool) {
        guard let root, bound != 0 else { return }
        let last = bound.map { $0 - 1 } ?? .max
        _ = RowTree.descend(root, height, covers(last) ? last : .max, body)
    }

    private static func ascend(
        _ node: RawNode, _ height: Int, _ first: RowID,
        _ body: (UnsafeBufferPointer<RawNode>) -> Bool
    ) -> Bool {
        if height == 0 {
            let leaf = RowLeaf(node)
            return body(leaf.records(leaf.rank(Int(truncatingIfNeeded: first) & 31)..<leaf.count))
        }
        let inner = RowInner(node)
        let start = Int(truncatingIfNeeded: first >> RowID(shift(height))) & 63
        for index in start..<64 {
            guard let child = inner.children[index] else { continue }
            if !ascend(child, height - 1, index == start ? first : 0, body) { return false }
        }
        return true
    }

    private static func descend(
        _ node: RawNode, _ height: Int, _ last: RowID,
        _ body: (UnsafeBufferPointer<RawNode>) -> Bool
    ) -> Bool {
        if height == 0 {
            let leaf = RowLeaf(node)
            let bit = Int(truncatingIfNeeded: last) & 31
            let end = leaf.rank(bit) + Int((leaf.bitmap >> UInt32(bit)) & 1)
            return body(leaf.records(0..<end))
        }
        let inner = RowInner(node)
        let start = Int(truncatingIfNeeded: last >> RowID(shift(height))) & 63
        for index in (0...start).reversed() {
            guard let child = inner.children[index] else { continue }
            if !descend(child, height - 1, index == start ? last : .max, body) { return false }
        }
        return true
    }

    /// The number of rows whose id is less than `row`.
    ///
    /// O(log n).
    func rank(of row: RowID) -> Int {
        guard let root else { return 0 }
        guard covers(row) else { return count }
        var node = root
        var level = height
        var before = 0
        while level > 0 {
            let inner = RowInner(node)
            let index = Int(truncatingIfNeeded: row >> RowID(RowTree.shift(level))) & 63
            for earlier in 0..<index { before += Int(inner.counts[earlier]) }
            guard let child = inner.children[index] else { return before }
            node = child
            level -= 1
        }
        return before + RowLeaf(node).rank(Int(truncatingIfNeeded: row) & 31)
    }

    /// The record that has `rank` rows before it.
    ///
    /// O(log n).
    func record(at rank: Int) -> RawNode? {
        guard let root, rank >= 0 else { return nil }
        var node = root
        var level = height
        var rest = rank
        descent: while level > 0 {
            let inner = RowInner(node)
            for index in 0..<64 {
                let rows = Int(inner.counts[index])
                if rest < rows, let child = inner.children[index] {
                    node = child
                    level -= 1
                    continue descent
                }
                rest -= rows
            }
            return nil
        }
        let leaf = RowLeaf(node)
        return rest < leaf.count ? leaf.slots[rest] : nil
    }

    /// Calls `body` once for every row whose record differs between two trees of one history, in order of rows.
    ///
    /// Subtrees that both share are not visited, so the cost follows what changed.
    static func difference(
        _ old: RowTree, _ new: RowTree, _ body: (_ old: RawNode?, _ new: RawNode?) -> Void
    ) {
        _ = everyDifference(old, new) { old, new in
            body(old, new)
            return true
        }
    }

    /// The same until `body` returns false; returns whether it never did.
    static func everyDifference(
        _ old: RowTree, _ new: RowTree, _ body: (_ old: RawNode?, _ new: RawNode?) -> Bool
    ) -> Bool {
        difference(old.root, old.height, new.root, new.height, body)
    }

    // The lower tree is wrapped until both have the same height; the wrapping is only of the walk.
    private static func difference(
        _ old: RawNode?, _ oldHeight: Int, _ new: RawNode?, _ newHeight: Int,
        _ body: (RawNode?, RawNode?) -> Bool
    ) -> Bool {
        if old == new, oldHeight == newHeight { return true }
        let height = max(oldHeight, newHeight)
        if height == 0 { return leafDifference(old, new, body) }
        for index in 0..<64 {
            let before = child(index, of: old, oldHeight, at: height)
            let after = child(index, of: new, newHeight, at: height)
            if before == nil, after == nil { continue }
            let goesOn = difference(
                before, min(oldHeight, height - 1), after, min(newHeight, height - 1), body)
            if !goesOn { return false }
        }
        return true
    }

    /// Child `index` of a node that stands in for one of `height`: a lower node is its own first child.
    @inline(__always)
    private static func child(
        _ index: Int, of node: RawNode?, _ nodeHeight: Int, at height: Int
    ) -> RawNode? {
        guard let node else { return nil }
        if nodeHeight < height { return index == 0 ? node : nil }
        return RowInner(node).children[index]
    }

    private static func leafDifference(
        _ old: RawNode?, _ new: RawNode?, _ body: (RawNode?, RawNode?) -> Bool
    ) -> Bool {
        for bit in 0..<32 {
            let before = old.flatMap { RowLeaf($0).find(bit) }
            let after = new.flatMap { RowLeaf($0).find(bit) }
            if before != after, !body(before, after) { return false }
        }
        return true
    }
}
