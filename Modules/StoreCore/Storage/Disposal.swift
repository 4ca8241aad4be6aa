// Giving back what the current version no longer needs.

/// Sorts garbage into what is free now and what an older snapshot still needs.
struct Disposal {
    /// The newest live snapshot that may still see the garbage; below every stamp when there is none.
    let pinned: Int64
    /// What that snapshot still needs.
    private(set) var kept = ContiguousArray<Retired>()

    init(pinned: Int64) { self.pinned = pinned }

    /// A disposal for state that nobody else can see.
    static let none = Int64.min

    /// Frees everything and empties the list, keeping its room; nobody else sees any of it.
    @inline(__always)
    static func disposeAll(_ items: inout ContiguousArray<Retired>) {
        var disposal = Disposal(pinned: none)
        for index in items.indices { disposal.dispose(items[index]) }
        items.removeAll(keepingCapacity: true)
    }

    /// Frees trees that nobody else has ever seen, on the reaper's thread.
    static func disposeUnseen(_ items: ContiguousArray<Retired>) {
        let work = DisposalWork(items: items)
        Reaper.shared.enqueue {
            var items = work.items
            disposeAll(&items)
        }
    }

    mutating func dispose(_ items: ContiguousArray<Retired>) {
        for item in items { dispose(item) }
    }

    @inline(__always)
    mutating func dispose(_ item: Retired) {
        if item.stamp <= pinned {
            kept.append(item)
            return
        }
        switch item.kind {
        case .node: item.pointer.deallocate()
        case .record, .object: Unmanaged<AnyObject>.fromOpaque(item.pointer).release()
        case .rows: disposeRows(item.pointer, Int(item.detail))
        case .trie: disposeTrie(UInt(bitPattern: item.pointer) | UInt(item.detail))
        case .index: disposeIndex(IndexNode(item.pointer))
        }
    }

    private mutating func keepOrDispose(_ node: RawNode, _ kind: RetiredKind, _ detail: UInt8) {
        dispose(
            Retired(
                pointer: node, stamp: node.load(as: Int64.self), kind: kind, detail: detail,
                bytes: 0))
    }

    private mutating func disposeRows(_ node: RawNode, _ height: Int) {
        if height == 0 {
            let leaf = RowLeaf(node)
            for index in 0..<leaf.count {
                let record = RecordRef(leaf.slots[index])
                dispose(
                    Retired(
                        pointer: record.pointer, stamp: record.stamp, kind: .record, detail: 0,
                        bytes: record.byteCount))
            }
        } else {
            let inner = RowInner(node)
            for index in 0..<64 {
                if let child = inner.children[index] {
                    keepOrDispose(child, .rows, UInt8(height - 1))
                }
            }
        }
        node.deallocate()
    }

    private mutating func disposeTrie(_ tagged: UInt) {
        let node = HashTrie.node(tagged)
        if HashTrie.isBranch(tagged) {
            let children = HashTrie.children(node)
            var index = 0
            while index < 256 {
                let child = children[index]
                index = HashTrie.nextChild(children, after: index)
                keepOrDispose(HashTrie.node(child), .trie, UInt8(child & 15))
            }
        }
        node.deallocate()
    }

    private mutating func disposeIndex(_ node: IndexNode) {
        if !node.isLeaf {
            for index in 0..<node.count { keepOrDispose(node.children[index], .index, 0) }
        }
        node.node.deallocate()
    }
}

extension Editor {
    /// Gives up everything below a bucket root, and the root.
    ///
    /// O(1).
    mutating func retire(bucket: BucketNode) {
        retireContents(of: bucket)
        retireRoot(bucket)
    }

    /// Gives up a bucket root and its indexes, but for those with these numbers: they and all else go on under another
    /// root.
    ///
    /// O(1).
    mutating func retire(bucket: BucketNode, besideIndexes indexes: Set<Int>, uniques: Set<Int>) {
        retireIndexes(of: bucket, besides: indexes, uniques: uniques)
        retireRoot(bucket)
    }

    private mutating func retireRoot(_ bucket: BucketNode) {
        let layout = bucket.root.pointee.layout
        retire(bucket.node, bytes: bucket.bytes)
        retired.append(
            Retired(
                pointer: layout.toOpaque(), stamp: layout._withUnsafeGuaranteedRef { $0.stamp },
                kind: .object, detail: 0, bytes: 0))
    }

    /// Gives up the trees below a bucket root.
    ///
    /// O(1); the root still points to them.
    mutating func retireContents(of bucket: BucketNode) {
        let root = bucket.root.pointee
        give(root.rows, .rows, UInt8(root.rowsHeight), of: bucket)
        give(trie: root.keys, of: bucket)
        give(root.deadlines, .index, 0, of: bucket)
        retireIndexes(of: bucket)
    }

    private mutating func retireIndexes(
        of bucket: BucketNode, besides indexes: Set<Int> = [], uniques: Set<Int> = []
    ) {
        for index in 0..<Int(bucket.root.pointee.indexCount) where !indexes.contains(index) {
            give(bucket.indexes[index], .index, 0, of: bucket)
        }
        for index in 0..<Int(bucket.root.pointee.uniqueCount) where !uniques.contains(index) {
            give(trie: bucket.uniques[index], of: bucket)
        }
    }

    private mutating func give(trie: UInt, of bucket: BucketNode) {
        if trie != 0 { give(HashTrie.node(trie), .trie, UInt8(trie & 15), of: bucket) }
    }

    private mutating func give(
        _ node: RawNode?, _ kind: RetiredKind, _ detail: UInt8, of bucket: BucketNode
    ) {
        guard let node else { return }
        retiresTrees = true
        retired.append(
            Retired(
                pointer: node, stamp: node.load(as: Int64.self), kind: kind, detail: detail,
                bytes: UInt32(truncatingIfNeeded: bucket.root.pointee.count &* 64)))
    }
}
