// Rows in order of insertion
// ==========================
//
// A radix tree over row ids. Leaves stand for 32 consecutive ids: a bitmap says which exist, and the records' pointers
// are packed in order, in room for 4, 8, 16 or 32. Inner nodes have 64 children each and carry, for every child,
// the number of rows below it, so that rank, offset and count cost O(log n). Empty nodes are pruned.
//
//     leaf    stamp 8 | bitmap 4 | capacity 4 | record pointers 8 × capacity
//     inner   stamp 8 | unused 8 | rows below, 4 × 64 | children, 8 × 64

/// A row tree by its root; it owns nothing by itself.
struct RowTree {
    var root: RawNode?
    /// 0 when the root is a leaf; the tree covers ids below 32 × 64^height.
    var height: Int = 0

    static let leafBits = 5
    static let innerBits = 6
    static let innerBytes = 16 + 64 * 4 + 64 * 8

    init() {}

    @inline(__always)
    static func leafBytes(_ capacity: Int) -> Int { 16 + capacity * 8 }

    @inline(__always)
    static func shift(_ height: Int) -> Int { leafBits + innerBits * (height - 1) }

    /// Whether `row` lies within what the root covers.
    @inline(__always)
    func covers(_ row: RowID) -> Bool {
        let bits = RowTree.leafBits + RowTree.innerBits * height
        return bits >= 64 || row >> RowID(bits) == 0
    }

    /// The record of `row`.
    ///
    /// O(log n), no lock, no retain.
    @inline(__always)
    func find(_ row: RowID) -> RawNode? {
        guard var node = root, covers(row) else { return nil }
        var level = height
        while level > 0 {
            let index = Int(truncatingIfNeeded: row >> RowID(RowTree.shift(level))) & 63
            guard let child = RowInner(node).children[index] else { return nil }
            node = child
            level -= 1
        }
        return RowLeaf(node).find(Int(truncatingIfNeeded: row) & 31)
    }

    /// The number of rows.
    ///
    /// O(64).
    var count: Int {
        guard let root else { return 0 }
        return RowTree.rows(below: root, height: height)
    }

    static func rows(below node: RawNode, height: Int) -> Int {
        if height == 0 { return RowLeaf(node).count }
        let inner = RowInner(node)
        var total = 0
        for index in 0..<64 { total += Int(inner.counts[index]) }
        return total
    }
}

/// A view of a leaf's memory.
struct RowLeaf {
    let node: RawNode
    @inline(__always)
    init(_ node: RawNode) { self.node = node }

    @inline(__always)
    var bitmap: UInt32 {
        get { node.load(fromByteOffset: 8, as: UInt32.self) }
        nonmutating set { node.storeBytes(of: newValue, toByteOffset: 8, as: UInt32.self) }
    }
    @inline(__always)
    var capacity: Int { Int(node.load(fromByteOffset: 12, as: UInt32.self)) }
    @inline(__always)
    var slots: UnsafeMutablePointer<RawNode> {
        (node + 16).assumingMemoryBound(to: RawNode.self)
    }
    @inline(__always)
    var count: Int { bitmap.nonzeroBitCount }

    /// The packed pointers at these places.
    @inline(__always)
    func records(_ places: Range<Int>) -> UnsafeBufferPointer<RawNode> {
        UnsafeBufferPointer(start: slots + places.lowerBound, count: places.count)
    }

    /// The place of bit `bit` among the packed pointers.
    @inline(__always)
    func rank(_ bit: Int) -> Int {
        let bits = bitmap
        return bits == .max ? bit : (bits & ((1 << UInt32(bit)) &- 1)).nonzeroBitCount
    }

    @inline(__always)
    func find(_ bit: Int) -> RawNode? {
        guard bitmap & (1 << UInt32(bit)) != 0 else { return nil }
        return slots[rank(bit)]
    }

    static func make(capacity: Int, stamp: Int64) -> RowLeaf {
        let node = RawNode.allocate(byteCount: RowTree.leafBytes(capacity), alignment: 16)
        node.storeBytes(of: stamp, as: Int64.self)
        node.storeBytes(of: 0, toByteOffset: 8, as: UInt32.self)
        node.storeBytes(of: UInt32(capacity), toByteOffset: 12, as: UInt32.self)
        return RowLeaf(node)
    }

    /// A leaf of another capacity with the same rows; this one is given up.
    func resized(to capacity: Int, _ editor: inout Editor) -> RowLeaf {
        let copy = RowLeaf.make(capacity: capacity, stamp: editor.stamp)
        copy.bitmap = bitmap
        copy.slots.update(from: slots, count: count)
        editor.retire(node, bytes: RowTree.leafBytes(self.capacity))
        return copy
    }
}

/// A view of an inner node's memory.
struct RowInner {
    let node: RawNode
    @inline(__always)
    init(_ node: RawNode) { self.node = node }

    @inline(__always)
    var counts: UnsafeMutablePointer<UInt32> {
        (node + 16).assumingMemoryBound(to: UInt32.self)
    }
    @inline(__always)
    var children: UnsafeMutablePointer<RawNode?> {
        (node + 16 + 64 * 4).assumingMemoryBound(to: RawNode?.self)
    }

    static func make(stamp: Int64) -> RowInner {
        let node = RawNode.allocate(byteCount: RowTree.innerBytes, alignment: 16)
        node.initializeMemory(as: UInt8.self, repeating: 0, count: RowTree.innerBytes)
        node.storeBytes(of: stamp, as: Int64.self)
        return RowInner(node)
    }

    var isEmpty: Bool {
        for index in 0..<64 where children[index] != nil { return false }
        return true
    }
}
