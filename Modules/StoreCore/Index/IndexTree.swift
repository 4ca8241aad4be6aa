// Ordered indexes
// ===============
//
// A counted B+tree of entries (word per column, row id). A *word* is an order-preserving 64-bit digest of a value: if
// two words differ, the values differ the same way; if they are equal, the values are equal too unless the word says
// that it could not hold the whole value (see `IndexShape.isExact`). Only then are the records looked at. Entries are
// therefore plain numbers of fixed size: no strings, no reference counts, and copying a node is copying bytes.
//
//     leaf    stamp 8 | count 2 | level 1 | words 1 | last 2 | unused 2 | entries
//     inner   the same | children 8 × 64 | entries below 4 × 64 | first entry of each child
//
// Invariants
//  1. Entries are unique and ascend by (values, row).
//  2. `firsts[i]` is the first entry of child i, so that every entry in an inner node belongs to a row that exists.
//  3. While the tree is searched, the rows of all its entries are in the row tree with the values they were entered
//     with: an update takes its old entries out before it replaces the record, and enters the new ones after.
//
// A leaf that is full splits where the last insertion was, if entries arrive in ascending order there (`last`), which
// keeps runs of equal values that grow at their end nearly full; otherwise in the middle.

/// An index tree by its root; it owns nothing by itself.
struct IndexTree {
    var root: RawNode?

    static let leafCapacity = 64
    static let innerCapacity = 64

    init() {}
    init(root: RawNode?) { self.root = root }

    @inline(__always)
    var count: Int { root.map { IndexNode($0).total } ?? 0 }
}

/// A view of a node's memory.
struct IndexNode {
    let node: RawNode
    @inline(__always)
    init(_ node: RawNode) { self.node = node }

    @inline(__always)
    var count: Int {
        get { Int(node.load(fromByteOffset: 8, as: UInt16.self)) }
        nonmutating set { node.storeBytes(of: UInt16(newValue), toByteOffset: 8, as: UInt16.self) }
    }
    @inline(__always)
    var level: Int { Int(node.load(fromByteOffset: 10, as: UInt8.self)) }
    @inline(__always)
    var isLeaf: Bool { level == 0 }
    /// Words of an entry, row included.
    @inline(__always)
    var stride: Int { Int(node.load(fromByteOffset: 11, as: UInt8.self)) }
    /// Where the last insertion into this leaf went.
    @inline(__always)
    var last: Int {
        get { Int(node.load(fromByteOffset: 12, as: UInt16.self)) }
        nonmutating set { node.storeBytes(of: UInt16(newValue), toByteOffset: 12, as: UInt16.self) }
    }

    @inline(__always)
    var children: UnsafeMutablePointer<RawNode> {
        (node + 16).assumingMemoryBound(to: RawNode.self)
    }
    @inline(__always)
    var counts: UnsafeMutablePointer<UInt32> {
        (node + 16 + IndexTree.innerCapacity * 8).assumingMemoryBound(to: UInt32.self)
    }
    /// The entries of a leaf, or the first entries of an inner node's children.
    @inline(__always)
    var entries: UnsafeMutablePointer<UInt64> {
        (node + (isLeaf ? 16 : 16 + IndexTree.innerCapacity * 12))
            .assumingMemoryBound(to: UInt64.self)
    }
    @inline(__always)
    func entry(_ index: Int) -> UnsafeMutablePointer<UInt64> { entries + index * stride }

    @inline(__always)
    func row(_ index: Int) -> RowID { entries[index * stride + stride - 1] }

    /// The number of entries below.
    var total: Int {
        guard !isLeaf else { return count }
        var total = 0
        for index in 0..<count { total += Int(counts[index]) }
        return total
    }

    static func bytes(level: Int, stride: Int) -> Int {
        level == 0
            ? 16 + IndexTree.leafCapacity * stride * 8
            : 16 + IndexTree.innerCapacity * (12 + stride * 8)
    }
    @inline(__always)
    var bytes: Int { IndexNode.bytes(level: level, stride: stride) }

    static func make(level: Int, stride: Int, stamp: Int64) -> IndexNode {
        let node = RawNode.allocate(byteCount: bytes(level: level, stride: stride), alignment: 16)
        node.storeBytes(of: stamp, as: Int64.self)
        node.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
        node.storeBytes(of: UInt8(level), toByteOffset: 10, as: UInt8.self)
        node.storeBytes(of: UInt8(stride), toByteOffset: 11, as: UInt8.self)
        return IndexNode(node)
    }

    /// Moves everything from `start` on to the end of `other`.
    func move(from start: Int, to other: IndexNode) {
        let moved = count - start
        let target = other.count
        other.entry(target).update(from: entry(start), count: moved * stride)
        if !isLeaf {
            (other.children + target).update(from: children + start, count: moved)
            (other.counts + target).update(from: counts + start, count: moved)
        }
        other.count = target + moved
        count = start
    }

    /// Opens a gap at `index`.
    @inline(__always)
    func open(_ index: Int) {
        let moved = count - index
        if moved > 0 {
            entry(index + 1).update(from: entry(index), count: moved * stride)
            if !isLeaf {
                (children + index + 1).update(from: children + index, count: moved)
                (counts + index + 1).update(from: counts + index, count: moved)
            }
        }
        count += 1
    }

    /// Closes the gap at `index`.
    @inline(__always)
    func close(_ index: Int) {
        let moved = count - index - 1
        if moved > 0 {
            entry(index).update(from: entry(index + 1), count: moved * stride)
            if !isLeaf {
                (children + index).update(from: children + index + 1, count: moved)
                (counts + index).update(from: counts + index + 1, count: moved)
            }
        }
        count -= 1
    }

    /// Enters a child into the gap at `index`.
    func set(_ index: Int, child: IndexNode) {
        children[index] = child.node
        counts[index] = UInt32(truncatingIfNeeded: child.total)
        entry(index).update(from: child.entries, count: stride)
    }
}
