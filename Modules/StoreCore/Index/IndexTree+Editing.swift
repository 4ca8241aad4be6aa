extension IndexTree {
    /// Enters `probe`, which must be absent.
    ///
    /// O(log n).
    mutating func insert(_ probe: IndexProbe, _ editor: inout Editor) {
        guard let root else {
            let leaf = IndexNode.make(level: 0, stride: probe.stride, stamp: editor.stamp)
            leaf.entries.update(from: probe.words, count: probe.stride)
            leaf.count = 1
            self.root = leaf.node
            return
        }
        let (node, sibling) = IndexTree.insert(IndexNode(root), probe, &editor)
        guard let sibling else {
            self.root = node.node
            return
        }
        let top = IndexNode.make(level: node.level + 1, stride: probe.stride, stamp: editor.stamp)
        top.count = 2
        top.set(0, child: node)
        top.set(1, child: sibling)
        self.root = top.node
    }

    @inline(__always)
    private static func writable(_ node: IndexNode, _ editor: inout Editor) -> IndexNode {
        editor.isWritable(node.node)
            ? node : IndexNode(editor.replace(node.node, bytes: node.bytes))
    }

    private static func insert(
        _ node: IndexNode, _ probe: IndexProbe, _ editor: inout Editor
    ) -> (IndexNode, sibling: IndexNode?) {
        let node = writable(node, &editor)
        let place = probe.lowerBound(in: node)
        guard !node.isLeaf else { return insert(intoLeaf: node, at: place, probe, &editor) }
        let index = max(place - 1, 0)
        let (child, sibling) = insert(IndexNode(node.children[index]), probe, &editor)
        guard let sibling else {
            node.children[index] = child.node
            node.counts[index] += 1
            if place == 0 { node.entry(0).update(from: probe.words, count: probe.stride) }
            return (node, nil)
        }
        node.set(index, child: child)
        var target = node
        var right: IndexNode?
        var position = index + 1
        if node.count == innerCapacity {
            let half = position == innerCapacity ? innerCapacity - 1 : innerCapacity / 2
            let other = IndexNode.make(
                level: node.level, stride: node.stride, stamp: editor.stamp)
            node.move(from: half, to: other)
            right = other
            if position > half {
                target = other
                position -= half
            }
        }
        target.open(position)
        target.set(position, child: sibling)
        return (node, right)
    }

    private static func insert(
        intoLeaf node: IndexNode, at place: Int, _ probe: IndexProbe, _ editor: inout Editor
    ) -> (IndexNode, sibling: IndexNode?) {
        var target = node
        var right: IndexNode?
        var position = place
        if node.count == leafCapacity {
            let other = IndexNode.make(level: 0, stride: node.stride, stamp: editor.stamp)
            right = other
            let ascending = node.last + 1 == place && place > leafCapacity / 4
            let cut = ascending ? place : leafCapacity / 2
            node.move(from: cut, to: other)
            node.last = 0
            if position > cut || node.count == leafCapacity {
                target = other
                position -= cut
            }
        }
        target.open(position)
        target.entry(position).update(from: probe.words, count: probe.stride)
        target.last = position
        return (node, right)
    }

    /// Takes `probe`, which must be present, out of the tree.
    ///
    /// O(log n).
    mutating func remove(_ probe: IndexProbe, _ editor: inout Editor) {
        guard let root else { preconditionFailure("removed an index entry that is absent") }
        var node = IndexTree.remove(IndexNode(root), probe, &editor)
        while !node.isLeaf, node.count == 1 {
            let child = IndexNode(node.children[0])
            editor.retire(node.node, bytes: node.bytes)
            node = child
        }
        if node.count == 0 {
            editor.retire(node.node, bytes: node.bytes)
            self.root = nil
        } else {
            self.root = node.node
        }
    }

    private static func remove(
        _ node: IndexNode, _ probe: IndexProbe, _ editor: inout Editor
    ) -> IndexNode {
        let node = writable(node, &editor)
        let place = probe.lowerBound(in: node)
        if node.isLeaf {
            precondition(
                place < node.count && node.row(place) == probe.row,
                "removed an index entry that is absent")
            node.close(place)
            return node
        }
        // The entry may be the first of the child at `place`.
        let index =
            place < node.count && node.row(place) == probe.row ? place : max(place - 1, 0)
        let child = remove(IndexNode(node.children[index]), probe, &editor)
        if child.count == 0 {
            editor.retire(child.node, bytes: child.bytes)
            node.close(index)
            return node
        }
        node.children[index] = child.node
        node.counts[index] -= 1
        node.entry(index).update(from: child.entries, count: node.stride)
        if child.count < leafCapacity / 4 { join(index, in: node, &editor) }
        return node
    }

    /// Joins a small child with a neighbour if both fit well into one node.
    private static func join(_ index: Int, in node: IndexNode, _ editor: inout Editor) {
        for left in [index - 1, index] where left >= 0 && left + 1 < node.count {
            let first = IndexNode(node.children[left])
            let second = IndexNode(node.children[left + 1])
            guard first.count + second.count <= leafCapacity * 3 / 4 else { continue }
            let joined = writable(first, &editor)
            let rest = second.count
            joined.entry(joined.count).update(from: second.entries, count: rest * second.stride)
            if !joined.isLeaf {
                (joined.children + joined.count).update(from: second.children, count: rest)
                (joined.counts + joined.count).update(from: second.counts, count: rest)
            }
            joined.count += rest
            editor.retire(second.node, bytes: second.bytes)
            node.children[left] = joined.node
            node.counts[left] += node.counts[left + 1]
            node.close(left + 1)
            return
        }
    }
}
