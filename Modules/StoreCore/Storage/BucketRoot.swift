// A bucket's part of the versioned state
// ======================================
//
//     bucket root    the struct below | index trees, 8 × indexes | hash tries of unique values, 8 × uniques

/// One bucket's part of the state.
struct BucketRoot {
    var stamp: Int64
    /// Which life of which bucket this is.
    let generation: UInt64
    var count: Int
    var rows: RawNode?
    var rowsHeight: Int
    /// Records by key: payloads are pointers to records.
    var keys: UInt
    /// Records that have a deadline, by (deadline, row).
    var deadlines: RawNode?
    var layout: Unmanaged<BucketLayout>
    var indexCount: Int32
    var uniqueCount: Int32
}

/// A bucket root in memory.
struct BucketNode {
    let node: RawNode

    @inline(__always)
    init(_ node: RawNode) { self.node = node }

    @inline(__always)
    var root: UnsafeMutablePointer<BucketRoot> { node.assumingMemoryBound(to: BucketRoot.self) }

    @inline(__always)
    var rows: RowTree {
        get {
            var tree = RowTree()
            tree.root = root.pointee.rows
            tree.height = root.pointee.rowsHeight
            return tree
        }
        nonmutating set {
            root.pointee.rows = newValue.root
            root.pointee.rowsHeight = newValue.height
        }
    }

    @inline(__always)
    private var tail: RawNode { node + MemoryLayout<BucketRoot>.stride }

    @inline(__always)
    var indexes: UnsafeMutablePointer<RawNode?> { tail.assumingMemoryBound(to: RawNode?.self) }

    @inline(__always)
    var uniques: UnsafeMutablePointer<UInt> {
        (tail + Int(root.pointee.indexCount) * 8).assumingMemoryBound(to: UInt.self)
    }

    var bytes: Int {
        BucketNode.bytes(Int(root.pointee.indexCount), Int(root.pointee.uniqueCount))
    }

    static func bytes(_ indexes: Int, _ uniques: Int) -> Int {
        MemoryLayout<BucketRoot>.stride + 8 * (indexes + uniques)
    }

    static func make(_ layout: Unmanaged<BucketLayout>, indexes: Int, uniques: Int, stamp: Int64)
        -> BucketNode
    {
        let size = bytes(indexes, uniques)
        let node = RawNode.allocate(byteCount: size, alignment: 16)
        node.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        node.assumingMemoryBound(to: BucketRoot.self).initialize(
            to: BucketRoot(
                stamp: stamp, generation: layout._withUnsafeGuaranteedRef(\.reference.generation),
                count: 0, rows: nil, rowsHeight: 0, keys: 0, deadlines: nil,
                layout: layout, indexCount: Int32(indexes), uniqueCount: Int32(uniques)))
        return BucketNode(node)
    }
}
