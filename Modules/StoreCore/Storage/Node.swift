// The nodes of the versioned state
// ================================
//
// The state is made of trees whose nodes are plain memory: no reference counts, no object headers. What Swift's
// copy-on-write asks of a reference count is asked of a *stamp* instead: the position of the commit that made the
// node. Positions only grow and history is one line, so
//
//  - a snapshot taken at position s sees exactly nodes with stamp ≤ s;
//  - a node may be written in place iff its stamp is greater than the position of the newest live snapshot;
//  - a node that was made at c and replaced at v is needed by a live snapshot s iff c ≤ s < v.
//
// Copying a node therefore copies bytes and touches nothing else: with reference counts, copying a leaf of 32 records
// would be 32 atomic increments on 32 cold cache lines. Reading through shared nodes writes nothing, so that
// two threads do not fight over counts. What has been replaced goes to the newest live snapshot's list of garbage
// (see `Pin`), and from there to older ones or to the allocator.
//
// Invariants
//  1. A live snapshot that sees a node (stamp ≤ its position) sees what lies below it, too. A child may be younger
//     than its parent, where the parent was written in place; then no live snapshot stands between the two stamps.
//  2. A node with stamp ≤ the newest live snapshot's position is never written.
//  3. Each node and each record is owned by exactly one list: the current version's trees, or one list of garbage.

/// The place of a record in a bucket's order of insertion; never used twice.
typealias RowID = UInt64

typealias RawNode = UnsafeMutableRawPointer

/// What an entry of a list of garbage points to.
enum RetiredKind: UInt8 {
    /// One node, without its children.
    case node
    /// One record: an object to release.
    case record
    /// A whole row tree that left the current version at once, of the given height.
    case rows
    /// A whole hash trie.
    case trie
    /// A whole index tree.
    case index
    /// Any other object that the state kept alive.
    case object
}

/// Something that the current version no longer needs.
struct Retired {
    let pointer: RawNode
    let stamp: Int64
    let kind: RetiredKind
    /// For a row tree its height, for a hash trie its pointer's tag.
    let detail: UInt8
    /// Approximate size, for statistics.
    let bytes: UInt32
}

/// The rules for one run of changes to the trees, and what the run replaced.
///
/// In place, `shared` is the position of the newest live snapshot. On a private copy it is the
/// position before the commit, so that every node that readers can reach is copied.
struct Editor {
    /// The position of the commit: the stamp of every node made here.
    let stamp: Int64
    /// Nodes whose stamp is not greater than this may be seen by others.
    let shared: Int64
    var retired = ContiguousArray<Retired>()
    /// Whether `retired` names whole trees, which may take long to free.
    var retiresTrees = false

    init(stamp: Int64, shared: Int64) {
        self.stamp = stamp
        self.shared = shared
    }

    @inline(__always)
    func isWritable(_ node: RawNode) -> Bool {
        node.load(as: Int64.self) > shared
    }

    /// Gives up one node; its children live on elsewhere.
    @inline(__always)
    mutating func retire(_ node: RawNode, bytes: Int) {
        retired.append(
            Retired(
                pointer: node, stamp: node.load(as: Int64.self), kind: .node, detail: 0,
                bytes: UInt32(truncatingIfNeeded: bytes)))
    }

    /// A writable copy of the first `bytes` of `node`, which is given up.
    @inline(__always)
    mutating func replace(_ node: RawNode, bytes: Int) -> RawNode {
        let copy = RawNode.allocate(byteCount: bytes, alignment: 16)
        copy.copyMemory(from: node, byteCount: bytes)
        copy.storeBytes(of: stamp, as: Int64.self)
        retire(node, bytes: bytes)
        return copy
    }

    /// Gives up a record.
    @inline(__always)
    mutating func retire(record: RawNode, stamp: Int64, bytes: UInt32) {
        retired.append(
            Retired(pointer: record, stamp: stamp, kind: .record, detail: 0, bytes: bytes))
    }
}
