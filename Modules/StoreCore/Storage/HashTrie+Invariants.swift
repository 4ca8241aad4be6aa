extension HashTrie {
    /// Placement by hash, depths and spans, tags, counts and stamps; `body` is called for every entry.
    func check(
        _ check: inout InvariantCheck, below parent: Int64,
        _ body: (inout InvariantCheck, _ hash: UInt64, _ payload: UInt64) -> Void
    ) {
        guard root != 0 else { return }
        if HashTrie.isBranch(root) {
            HashTrie.check(branch: root, 0, 0, parent, &check, body)
        } else {
            let leaf = HashLeaf(HashTrie.node(root))
            check.require(leaf.count > 0, "a hash trie of one leaf is empty")
            check.require(leaf.depth == 0, "the only leaf of a hash trie has depth \(leaf.depth)")
            HashTrie.check(leaf: root, 0, parent, &check, body)
        }
    }

    private static func check(
        branch tagged: UInt, _ level: Int, _ prefix: UInt64, _ parent: Int64,
        _ check: inout InvariantCheck, _ body: (inout InvariantCheck, UInt64, UInt64) -> Void
    ) {
        let node = node(tagged)
        check.meet(node, below: parent, "hash branch")
        check.require(tagged & 15 == 1, "a hash branch has tag \(tagged & 15)")
        check.require(level < 8, "a hash branch stands at level \(level)")
        let stamp = node.load(as: Int64.self)
        let children = children(node)
        var index = 0
        while index < 256 {
            let child = children[index]
            let start = index
            index = nextChild(children, after: index)
            guard child != 0 else {
                check.require(false, "a hash branch has an empty place")
                continue
            }
            let below = prefix | UInt64(start) << UInt64(56 - 8 * level)
            if isBranch(child) {
                check.require(index - start == 1, "a hash branch stands in \(index - start) places")
                self.check(branch: child, level + 1, below, stamp, &check, body)
                continue
            }
            let depth = HashLeaf(self.node(child)).depth
            guard depth > 8 * level, depth <= 8 * (level + 1) else {
                check.require(false, "a hash leaf of depth \(depth) stands at level \(level)")
                continue
            }
            let span = 1 << (8 * (level + 1) - depth)
            check.require(
                index - start == span && start % span == 0,
                "a hash leaf of span \(span) stands in places \(start)..<\(index)")
            self.check(leaf: child, below, stamp, &check, body)
        }
    }

    private static func check(
        leaf tagged: UInt, _ prefix: UInt64, _ parent: Int64, _ check: inout InvariantCheck,
        _ body: (inout InvariantCheck, UInt64, UInt64) -> Void
    ) {
        let leaf = HashLeaf(node(tagged))
        check.meet(leaf.node, below: parent, "hash leaf")
        check.require(leaf.tagged == tagged, "a hash leaf of power \(leaf.power) has another tag")
        check.require(
            leaf.power >= 3 && (leaf.power <= splitPower || leaf.depth == 64),
            "a hash leaf of depth \(leaf.depth) has power \(leaf.power)")
        check.require(
            leaf.count * 16 <= leaf.capacity * 13,
            "a hash leaf has \(leaf.count) entries in room for \(leaf.capacity)")
        let mask = leaf.depth == 0 ? 0 : ~UInt64(0) << UInt64(64 - leaf.depth)
        var count = 0
        leaf.forEach { hash, payload in
            count += 1
            check.require(hash & mask == prefix & mask, "an entry stands in another hash's leaf")
            check.require(leaf.place(hash, payload) != nil, "probing does not reach an entry")
            body(&check, hash, payload)
        }
        check.require(count == leaf.count, "a hash leaf counts \(leaf.count) of \(count) entries")
    }
}
