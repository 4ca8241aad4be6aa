extension RowTree {
    /// Counts, bitmaps, places and stamps; `body` is called for every record in order of rows.
    func check(
        _ check: inout InvariantCheck, below parent: Int64,
        _ body: (inout InvariantCheck, RecordRef) -> Void
    ) {
        guard let root else {
            check.require(height == 0, "an empty row tree has height \(height)")
            return
        }
        _ = RowTree.check(root, height, 0, parent, &check, body)
    }

    /// Returns the number of rows below.
    private static func check(
        _ node: RawNode, _ height: Int, _ first: RowID, _ parent: Int64,
        _ check: inout InvariantCheck, _ body: (inout InvariantCheck, RecordRef) -> Void
    ) -> Int {
        check.meet(node, below: parent, "row node")
        if height == 0 { return self.check(leaf: RowLeaf(node), first, &check, body) }
        let inner = RowInner(node)
        let stamp = node.load(as: Int64.self)
        var total = 0
        for index in 0..<64 {
            let count = Int(inner.counts[index])
            guard let child = inner.children[index] else {
                check.require(count == 0, "\(count) rows are counted where there is no child")
                continue
            }
            let start = first | RowID(index) << RowID(shift(height))
            let found = self.check(child, height - 1, start, stamp, &check, body)
            check.require(found == count, "\(count) rows are counted, \(found) found")
            total += found
        }
        check.require(total > 0, "an inner row node is empty")
        return total
    }

    private static func check(
        leaf: RowLeaf, _ first: RowID, _ check: inout InvariantCheck,
        _ body: (inout InvariantCheck, RecordRef) -> Void
    ) -> Int {
        let stamp = leaf.node.load(as: Int64.self)
        check.require(leaf.count > 0, "a row leaf is empty")
        check.require(
            [4, 8, 16, 32].contains(leaf.capacity) && leaf.count <= leaf.capacity,
            "a row leaf has \(leaf.count) rows in room for \(leaf.capacity)")
        var place = 0
        for bit in 0..<32 where leaf.bitmap & (1 << UInt32(bit)) != 0 {
            let record = RecordRef(leaf.slots[place])
            place += 1
            check.meet(record.pointer, stamp: record.stamp, below: stamp, "record")
            let row = first | RowID(bit)
            check.require(record.row == row, "the record of row \(record.row) stands at \(row)")
            body(&check, record)
        }
        return place
    }
}
