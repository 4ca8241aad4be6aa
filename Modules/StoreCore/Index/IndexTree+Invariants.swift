extension IndexTree {
    /// Order, first entries, counts, heights, sizes and stamps, and that each entry is its record's.
    ///
    /// `encode` writes the entry that a record has to have; `body` is called for every entry's record, in order.
    func check(
        _ check: inout InvariantCheck, below parent: Int64, _ shape: IndexShape, _ rows: RowTree,
        encode: (RecordRef, UnsafeMutablePointer<UInt64>) -> Void,
        _ body: (inout InvariantCheck, RecordRef) -> Void
    ) {
        guard let root else { return }
        let top = IndexNode(root)
        check.require(top.isLeaf || top.count > 1, "the root of an index has \(top.count) child")
        var previous: (words: [UInt64], record: RecordRef)?
        IndexTree.check(top, top.level, parent, &check, shape) { check, entry in
            let words = Array(UnsafeBufferPointer(start: entry, count: shape.stride))
            guard let found = rows.find(words[shape.words]) else {
                check.require(false, "an index entry has no record: row \(words[shape.words])")
                return
            }
            let record = RecordRef(found)
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: shape.stride) { expected in
                let base = expected.baseAddress.unsafelyUnwrapped
                encode(record, base)
                check.require(
                    words.elementsEqual(expected), "an index entry differs from row \(record.row)")
            }
            if let previous, !shape.ascends(previous.words, previous.record, words, record) {
                check.require(
                    false, "row \(record.row) stands after row \(previous.record.row) in an index")
            }
            previous = (words, record)
            body(&check, record)
        }
    }

    private static func check(
        _ node: IndexNode, _ level: Int, _ parent: Int64, _ check: inout InvariantCheck,
        _ shape: IndexShape, _ body: (inout InvariantCheck, UnsafePointer<UInt64>) -> Void
    ) {
        check.meet(node.node, below: parent, "index node")
        check.require(
            node.level == level, "an index node of level \(node.level) stands at \(level)")
        check.require(node.stride == shape.stride, "an index node has stride \(node.stride)")
        check.require(
            node.count > 0 && node.count <= (node.isLeaf ? leafCapacity : innerCapacity),
            "an index node of level \(level) has \(node.count) entries")
        guard node.level == level, node.stride == shape.stride else { return }
        if node.isLeaf {
            for index in 0..<node.count { body(&check, node.entry(index)) }
            return
        }
        let stamp = node.node.load(as: Int64.self)
        for index in 0..<node.count {
            let child = IndexNode(node.children[index])
            let first = UnsafeBufferPointer(start: child.entries, count: shape.stride)
            let noted = UnsafeBufferPointer(start: node.entry(index), count: shape.stride)
            check.require(first.elementsEqual(noted), "child \(index) of an index begins otherwise")
            check.require(
                child.total == Int(node.counts[index]),
                "\(node.counts[index]) entries are counted, \(child.total) found")
            self.check(child, level - 1, stamp, &check, shape, body)
        }
    }
}

extension IndexShape {
    /// Whether one entry stands before another, by words, then values, then rows.
    fileprivate func ascends(
        _ one: [UInt64], _ first: RecordRef, _ other: [UInt64], _ second: RecordRef
    ) -> Bool {
        for column in 0..<words {
            if one[column] != other[column] { return one[column] < other[column] }
            guard column < slots.count, !IndexWord.isExact(one[column], kinds[column]) else {
                continue
            }
            let slot = slots[column]
            let order = compare(column, first.values + slot, second.values + slot)
            if order != 0 { return order < 0 }
        }
        return one[words] < other[words]
    }
}
