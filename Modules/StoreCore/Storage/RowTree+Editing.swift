extension RowTree {
    /// Adds `record` under `row`, which must be new.
    mutating func insert(_ row: RowID, _ record: RawNode, _ editor: inout Editor) {
        guard let root else {
            height = 0
            while !covers(row) { height += 1 }
            self.root = RowTree.insert(nil, height, row, record, &editor)
            return
        }
        var top = root
        while !covers(row) {
            let parent = RowInner.make(stamp: editor.stamp)
            parent.children[0] = top
            parent.counts[0] = UInt32(truncatingIfNeeded: RowTree.rows(below: top, height: height))
            top = parent.node
            height += 1
        }
        self.root = RowTree.insert(top, height, row, record, &editor)
    }

    private static func insert(
        _ node: RawNode?, _ height: Int, _ row: RowID, _ record: RawNode, _ editor: inout Editor
    ) -> RawNode {
        if height == 0 { return insert(intoLeaf: node, row, record, &editor) }
        var inner: RowInner
        if let node {
            inner = RowInner(node)
            if !editor.isWritable(node) {
                inner = RowInner(editor.replace(node, bytes: innerBytes))
            }
        } else {
            inner = RowInner.make(stamp: editor.stamp)
        }
        let index = Int(truncatingIfNeeded: row >> RowID(shift(height))) & 63
        inner.children[index] = insert(inner.children[index], height - 1, row, record, &editor)
        inner.counts[index] += 1
        return inner.node
    }

    private static func insert(
        intoLeaf node: RawNode?, _ row: RowID, _ record: RawNode, _ editor: inout Editor
    ) -> RawNode {
        let bit = Int(truncatingIfNeeded: row) & 31
        guard let node else {
            let leaf = RowLeaf.make(capacity: 4, stamp: editor.stamp)
            leaf.bitmap = 1 << UInt32(bit)
            leaf.slots[0] = record
            return leaf.node
        }
        var leaf = RowLeaf(node)
        let count = leaf.count
        precondition(leaf.bitmap & (1 << UInt32(bit)) == 0, "a row id was used twice")
        if count == leaf.capacity {
            leaf = leaf.resized(to: leaf.capacity * 2, &editor)
        } else if !editor.isWritable(node) {
            leaf = RowLeaf(editor.replace(node, bytes: leafBytes(leaf.capacity)))
        }
        let place = leaf.rank(bit)
        let slots = leaf.slots
        if place < count { (slots + place + 1).update(from: slots + place, count: count - place) }
        slots[place] = record
        leaf.bitmap |= 1 << UInt32(bit)
        return leaf.node
    }

    /// Puts `record` in the place of the one that `row` has, and returns that one.
    @discardableResult
    mutating func replace(_ row: RowID, _ record: RawNode, _ editor: inout Editor) -> RawNode {
        guard var node = root, covers(row) else {
            preconditionFailure("replaced a row that is absent")
        }
        if !editor.isWritable(node) {
            let bytes = height == 0 ? RowTree.leafBytes(RowLeaf(node).capacity) : RowTree.innerBytes
            node = editor.replace(node, bytes: bytes)
            root = node
        }
        var level = height
        while level > 0 {
            let index = Int(truncatingIfNeeded: row >> RowID(RowTree.shift(level))) & 63
            let inner = RowInner(node)
            guard var child = inner.children[index] else {
                preconditionFailure("replaced a row that is absent")
            }
            if !editor.isWritable(child) {
                let bytes =
                    level == 1 ? RowTree.leafBytes(RowLeaf(child).capacity) : RowTree.innerBytes
                child = editor.replace(child, bytes: bytes)
                inner.children[index] = child
            }
            node = child
            level -= 1
        }
        let leaf = RowLeaf(node)
        let bit = Int(truncatingIfNeeded: row) & 31
        precondition(leaf.bitmap & (1 << UInt32(bit)) != 0, "replaced a row that is absent")
        let place = leaf.rank(bit)
        let old = leaf.slots[place]
        leaf.slots[place] = record
        return old
    }

    /// Takes `row`, which must exist, out of the tree and returns its record.
    @discardableResult
    mutating func remove(_ row: RowID, _ editor: inout Editor) -> RawNode {
        guard let top = root, covers(row) else {
            preconditionFailure("removed a row that is absent")
        }
        let (node, old) = RowTree.remove(top, height, row, &editor)
        root = node
        if node == nil { height = 0 }
        return old
    }

    private static func remove(
        _ node: RawNode, _ height: Int, _ row: RowID, _ editor: inout Editor
    ) -> (RawNode?, RawNode) {
        if height == 0 { return remove(fromLeaf: node, row, &editor) }
        var inner = RowInner(node)
        let index = Int(truncatingIfNeeded: row >> RowID(shift(height))) & 63
        guard let child = inner.children[index] else {
            preconditionFailure("removed a row that is absent")
        }
        if !editor.isWritable(node) { inner = RowInner(editor.replace(node, bytes: innerBytes)) }
        let (rest, old) = remove(child, height - 1, row, &editor)
        inner.children[index] = rest
        inner.counts[index] -= 1
        if rest == nil, inner.isEmpty {
            editor.retire(inner.node, bytes: innerBytes)
            return (nil, old)
        }
        return (inner.node, old)
    }

    private static func remove(
        fromLeaf node: RawNode, _ row: RowID, _ editor: inout Editor
    ) -> (RawNode?, RawNode) {
        var leaf = RowLeaf(node)
        let bit = Int(truncatingIfNeeded: row) & 31
        precondition(leaf.bitmap & (1 << UInt32(bit)) != 0, "removed a row that is absent")
        let count = leaf.count
        let place = leaf.rank(bit)
        let old = leaf.slots[place]
        if count == 1 {
            editor.retire(node, bytes: leafBytes(leaf.capacity))
            return (nil, old)
        }
        if !editor.isWritable(node) {
            leaf = RowLeaf(editor.replace(node, bytes: leafBytes(leaf.capacity)))
        }
        let slots = leaf.slots
        (slots + place).update(from: slots + place + 1, count: count - place - 1)
        leaf.bitmap &= ~(1 << UInt32(bit))
        if leaf.capacity > 4, (count - 1) * 4 <= leaf.capacity {
            leaf = leaf.resized(to: leaf.capacity / 2, &editor)
        }
        return (leaf.node, old)
    }
}
