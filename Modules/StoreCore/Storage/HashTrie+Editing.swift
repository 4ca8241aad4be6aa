extension HashTrie {
    /// Adds an entry; the caller knows that its key is absent.
    mutating func insert(_ hash: UInt64, _ payload: UInt64, _ editor: inout Editor) {
        if root == 0 {
            let leaf = HashLeaf.make(power: 3, depth: 0, stamp: editor.stamp)
            leaf.add(hash, payload)
            root = leaf.tagged
        } else if HashTrie.isBranch(root) {
            root = HashTrie.insert(intoBranch: root, 0, hash, payload, &editor)
        } else {
            var leaf = HashLeaf(HashTrie.node(root))
            if leaf.isFull, leaf.power == HashTrie.splitPower {
                root = HashTrie.branch(over: root, editor)
                root = HashTrie.insert(intoBranch: root, 0, hash, payload, &editor)
            } else {
                leaf = HashTrie.roomy(leaf, &editor)
                leaf.add(hash, payload)
                root = leaf.tagged
            }
        }
    }

    /// A new branch whose places all hold `leaf`.
    private static func branch(over leaf: UInt, _ editor: Editor) -> UInt {
        let node = RawNode.allocate(byteCount: branchBytes, alignment: 16)
        node.initializeMemory(as: UInt8.self, repeating: 0, count: 16)
        node.storeBytes(of: editor.stamp, as: Int64.self)
        children(node).initialize(repeating: leaf, count: 256)
        return UInt(bitPattern: node) | 1
    }

    /// A writable form of `leaf` with room for one more.
    private static func roomy(_ leaf: HashLeaf, _ editor: inout Editor) -> HashLeaf {
        if leaf.isFull {
            let larger = HashLeaf.make(
                power: leaf.power + 1, depth: leaf.depth, stamp: editor.stamp)
            leaf.forEach { larger.add($0, $1) }
            editor.retire(leaf.node, bytes: leaf.bytes)
            return larger
        }
        if editor.isWritable(leaf.node) { return leaf }
        return HashLeaf(editor.replace(leaf.node, bytes: leaf.bytes))
    }

    private static func insert(
        intoBranch tagged: UInt, _ level: Int, _ hash: UInt64, _ payload: UInt64,
        _ editor: inout Editor
    ) -> UInt {
        let branch = writableBranch(tagged, &editor)
        let children = children(branch)
        let place = index(hash, level)
        while true {
            let child = children[place]
            if isBranch(child) {
                children[place] = insert(intoBranch: child, level + 1, hash, payload, &editor)
                break
            }
            let leaf = HashLeaf(node(child))
            if !leaf.isFull || leaf.power < splitPower || leaf.depth == 64 {
                let roomy = roomy(leaf, &editor)
                roomy.add(hash, payload)
                if roomy.tagged != child { put(roomy, in: children, level, hash) }
                break
            }
            if leaf.depth == 8 * (level + 1) {
                children[place] = self.branch(over: child, editor)
            } else {
                split(leaf, in: children, level, hash, &editor)
            }
        }
        return UInt(bitPattern: branch) | 1
    }

    @inline(__always)
    private static func writableBranch(_ tagged: UInt, _ editor: inout Editor) -> RawNode {
        let branch = node(tagged)
        return editor.isWritable(branch) ? branch : editor.replace(branch, bytes: branchBytes)
    }

    /// Puts a leaf, whose entries begin like `hash`, into all the places it stands in.
    private static func put(
        _ leaf: HashLeaf, in children: UnsafeMutablePointer<UInt>, _ level: Int, _ hash: UInt64
    ) {
        let span = 1 << (8 * (level + 1) - leaf.depth)
        let first = index(hash, level) & ~(span - 1)
        (children + first).update(repeating: leaf.tagged, count: span)
    }

    private static func split(
        _ leaf: HashLeaf, in children: UnsafeMutablePointer<UInt>, _ level: Int, _ hash: UInt64,
        _ editor: inout Editor
    ) {
        let depth = leaf.depth + 1
        let low = HashLeaf.make(power: splitPower, depth: depth, stamp: editor.stamp)
        let high = HashLeaf.make(power: splitPower, depth: depth, stamp: editor.stamp)
        let bit = UInt64(1) << UInt64(64 - depth)
        leaf.forEach { hash, payload in (hash & bit == 0 ? low : high).add(hash, payload) }
        put(low, in: children, level, hash & ~bit)
        put(high, in: children, level, hash | bit)
        editor.retire(leaf.node, bytes: leaf.bytes)
    }

    /// Puts `payload` in the place of `old`, which stands under the same hash.
    mutating func replace(
        _ hash: UInt64, _ old: UInt64, with payload: UInt64, _ editor: inout Editor
    ) {
        var parent: UnsafeMutablePointer<UInt>?
        var level = 0
        var tagged = root
        while HashTrie.isBranch(tagged) {
            let branch = HashTrie.writableBranch(tagged, &editor)
            let writable = UInt(bitPattern: branch) | 1
            if writable != tagged {
                if let parent {
                    parent[HashTrie.index(hash, level - 1)] = writable
                } else {
                    root = writable
                }
            }
            parent = HashTrie.children(branch)
            tagged = HashTrie.children(branch)[HashTrie.index(hash, level)]
            level += 1
        }
        var leaf = HashLeaf(HashTrie.node(tagged))
        if !editor.isWritable(leaf.node) {
            leaf = HashLeaf(editor.replace(leaf.node, bytes: leaf.bytes))
            if let parent {
                HashTrie.put(leaf, in: parent, level - 1, hash)
            } else {
                root = leaf.tagged
            }
        }
        guard let place = leaf.place(hash, old) else {
            preconditionFailure("replaced an entry that is absent")
        }
        leaf.entries[place * 2 + 1] = payload
    }

    /// Takes an entry, which must exist, out of the trie.
    mutating func remove(_ hash: UInt64, _ payload: UInt64, _ editor: inout Editor) {
        precondition(root != 0, "removed an entry that is absent")
        if HashTrie.isBranch(root) {
            root = HashTrie.remove(fromBranch: root, 0, hash, payload, &editor)
        } else {
            let leaf = HashTrie.removing(
                hash, payload, from: HashLeaf(HashTrie.node(root)), &editor)
            root = leaf.tagged
        }
        if !HashTrie.isBranch(root), HashLeaf(HashTrie.node(root)).count == 0 {
            let leaf = HashLeaf(HashTrie.node(root))
            editor.retire(leaf.node, bytes: leaf.bytes)
            root = 0
        }
    }

    private static func removing(
        _ hash: UInt64, _ payload: UInt64, from leaf: HashLeaf, _ editor: inout Editor
    ) -> HashLeaf {
        var leaf = leaf
        if !editor.isWritable(leaf.node) {
            leaf = HashLeaf(editor.replace(leaf.node, bytes: leaf.bytes))
        }
        guard let place = leaf.place(hash, payload) else {
            preconditionFailure("removed an entry that is absent")
        }
        leaf.remove(at: place)
        // A leaf that grew past the splitting size, or one that stands alone, gives its room back.
        guard leaf.power > 3, leaf.count * 5 < leaf.capacity else { return leaf }
        let smaller = HashLeaf.make(power: leaf.power - 1, depth: leaf.depth, stamp: editor.stamp)
        leaf.forEach { smaller.add($0, $1) }
        editor.retire(leaf.node, bytes: leaf.bytes)
        return smaller
    }

    /// Returns what takes the branch's place: the branch, or its only leaf.
    private static func remove(
        fromBranch tagged: UInt, _ level: Int, _ hash: UInt64, _ payload: UInt64,
        _ editor: inout Editor
    ) -> UInt {
        let branch = writableBranch(tagged, &editor)
        let children = children(branch)
        let place = index(hash, level)
        let child = children[place]
        if isBranch(child) {
            let rest = remove(fromBranch: child, level + 1, hash, payload, &editor)
            children[place] = rest
            guard !isBranch(rest) else { return UInt(bitPattern: branch) | 1 }
        } else {
            let leaf = removing(hash, payload, from: HashLeaf(node(child)), &editor)
            if leaf.tagged != child { put(leaf, in: children, level, hash) }
        }
        merge(children, level, hash, &editor)
        let rest = children[place]
        if !isBranch(rest), HashLeaf(node(rest)).depth == 8 * level {
            editor.retire(branch, bytes: branchBytes)
            return rest
        }
        return UInt(bitPattern: branch) | 1
    }

    /// Joins the leaf that `hash` leads to with its neighbour while both together stay well below a full leaf.
    private static func merge(
        _ children: UnsafeMutablePointer<UInt>, _ level: Int, _ hash: UInt64,
        _ editor: inout Editor
    ) {
        while true {
            let leaf = HashLeaf(node(children[index(hash, level)]))
            guard leaf.depth > 8 * level else { return }
            let bit = UInt64(1) << UInt64(64 - leaf.depth)
            let other = children[index(hash ^ bit, level)]
            guard !isBranch(other) else { return }
            let neighbour = HashLeaf(node(other))
            guard neighbour.depth == leaf.depth, leaf.count + neighbour.count <= 26 else { return }
            let joined = HashLeaf.make(
                power: leaf.count + neighbour.count <= 12 ? 4 : 5,
                depth: leaf.depth - 1, stamp: editor.stamp)
            leaf.forEach { joined.add($0, $1) }
            neighbour.forEach { joined.add($0, $1) }
            editor.retire(leaf.node, bytes: leaf.bytes)
            editor.retire(neighbour.node, bytes: neighbour.bytes)
            put(joined, in: children, level, hash)
        }
    }
}
