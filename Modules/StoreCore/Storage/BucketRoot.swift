// The top of the versioned state
// ==============================
//
//     store root     stamp 8 | slots 8 | bucket roots, 8 × slots
//     bucket root    the struct below | index trees, 8 × indexes | hash tries of unique values, 8 × uniques
//
// A bucket has one slot for as long as it lives, so that a handle needs no name to find it. The next bucket to be defined
// takes the slot of one that was dropped, and is told from it by its generation.

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

/// A store root in memory.
struct StoreNode {
    let node: RawNode

    @inline(__always)
    init(_ node: RawNode) { self.node = node }

    @inline(__always)
    var slotCount: Int { node.load(fromByteOffset: 8, as: Int.self) }
    @inline(__always)
    var slots: UnsafeMutablePointer<RawNode?> {
        (node + 16).assumingMemoryBound(to: RawNode?.self)
    }
    var bytes: Int { 16 + 8 * slotCount }

    @inline(__always)
    func bucket(_ slot: Int) -> BucketNode? {
        guard slot < slotCount, let node = slots[slot] else { return nil }
        return BucketNode(node)
    }

    /// The bucket of an identity; nil when it is gone, whatever stands in its slot now.
    @inline(__always)
    func bucket(_ identity: BucketIdentity) -> BucketNode? {
        guard let bucket = bucket(identity.slot),
            bucket.root.pointee.generation == identity.reference.generation
        else { return nil }
        return bucket
    }

    /// The first slot that no bucket is in, perhaps one behind the last.
    ///
    /// O(slots).
    var freeSlot: Int { (0..<slotCount).first { slots[$0] == nil } ?? slotCount }

    static func make(slots: Int, stamp: Int64) -> StoreNode {
        let node = RawNode.allocate(byteCount: 16 + 8 * slots, alignment: 16)
        node.initializeMemory(as: UInt8.self, repeating: 0, count: 16 + 8 * slots)
        node.storeBytes(of: stamp, as: Int64.self)
        node.storeBytes(of: slots, toByteOffset: 8, as: Int.self)
        return StoreNode(node)
    }

    /// A writable store root: this one, or a copy that takes its place.
    @inline(__always)
    func writable(_ editor: inout Editor) -> StoreNode {
        editor.isWritable(node) ? self : StoreNode(editor.replace(node, bytes: bytes))
    }

    /// The writable root of a bucket that exists; `self` is writable.
    @inline(__always)
    func writableBucket(_ slot: Int, _ editor: inout Editor) -> BucketNode {
        guard let node = slots[slot] else { preconditionFailure("wrote to a bucket that is gone") }
        guard !editor.isWritable(node) else { return BucketNode(node) }
        let copy = editor.replace(node, bytes: BucketNode(node).bytes)
        slots[slot] = copy
        return BucketNode(copy)
    }
}
