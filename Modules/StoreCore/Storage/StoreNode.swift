// The top of the versioned state
// ==============================
//
//     store root     stamp 8 | slots 8 | children, 8 each
//     page           stamp 8 | 64 children, 8 each
//
// A bucket has one slot for as long as it lives, so that a handle needs no name to find it. The next bucket to be defined
// takes the slot of one that was dropped, and is told from it by its generation.
//
// Up to 64 slots the root's children are bucket roots. Beyond that, pages of 64 stand between, in as many levels as it
// takes: a write copies one page of each, however many buckets there are.

/// A store root in memory.
struct StoreNode {
    let node: RawNode

    @inline(__always)
    init(_ node: RawNode) { self.node = node }

    /// How many slots there are, taken or free.
    @inline(__always)
    var slotCount: Int { node.load(fromByteOffset: 8, as: Int.self) }
    @inline(__always)
    private var children: UnsafeMutablePointer<RawNode?> {
        (node + 16).assumingMemoryBound(to: RawNode?.self)
    }
    private var childCount: Int { StoreNode.childCount(slotCount) }
    var bytes: Int { 16 + 8 * childCount }

    // MARK: Finding

    @inline(__always)
    func bucket(_ slot: Int) -> BucketNode? {
        guard slot < slotCount else { return nil }
        let node = slotCount <= StoreNode.fanout ? children[slot] : deepChild(slot)
        return node.map { BucketNode($0) }
    }

    private func deepChild(_ slot: Int) -> RawNode? {
        var children = children
        var level = StoreNode.height(slotCount)
        while level > 0 {
            guard let page = children[StoreNode.place(of: slot, at: level)] else { return nil }
            children = StoreNode.children(ofPage: page)
            level -= 1
        }
        return children[StoreNode.place(of: slot, at: 0)]
    }

    /// The bucket of an identity; nil when it is gone, whatever stands in its slot now.
    @inline(__always)
    func bucket(_ identity: BucketIdentity) -> BucketNode? {
        bucket(identity.slot, generation: identity.reference.generation)
    }

    /// The bucket of this generation, if it is the one in the slot.
    @inline(__always)
    func bucket(_ slot: Int, generation: UInt64) -> BucketNode? {
        guard let bucket = bucket(slot), bucket.root.pointee.generation == generation else {
            return nil
        }
        return bucket
    }

    // MARK: Making and changing

    static func make(slots: Int, stamp: Int64) -> StoreNode {
        let bytes = 16 + 8 * childCount(slots)
        let node = RawNode.allocate(byteCount: bytes, alignment: 16)
        node.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        node.storeBytes(of: stamp, as: Int64.self)
        node.storeBytes(of: slots, toByteOffset: 8, as: Int.self)
        return StoreNode(node)
    }

    /// A writable store root: this one, or a copy that takes its place.
    @inline(__always)
    func writable(_ editor: inout Editor) -> StoreNode {
        editor.isWritable(node) ? self : StoreNode(editor.replace(node, bytes: bytes))
    }

    /// This root, which is writable, with room for `slot`, which is at most one behind the last.
    func with(slot: Int, _ editor: inout Editor) -> StoreNode {
        guard slot >= slotCount else { return self }
        precondition(slot == slotCount, "slots are given out one by one")
        let larger = StoreNode.make(slots: slot + 1, stamp: editor.stamp)
        if StoreNode.height(slot + 1) == StoreNode.height(slotCount) {
            larger.children.update(from: children, count: childCount)
        } else {
            let page = StoreNode.makePage(stamp: editor.stamp)
            StoreNode.children(ofPage: page).update(from: children, count: childCount)
            larger.children[0] = page
        }
        editor.retire(node, bytes: bytes)
        return larger
    }

    /// Puts a bucket into a slot that there is, or takes it out; `self` is writable.
    func set(_ slot: Int, _ bucket: RawNode?, _ editor: inout Editor) {
        child(slot, &editor).pointee = bucket
    }

    /// The writable root of a bucket that exists; `self` is writable.
    @inline(__always)
    func writableBucket(_ slot: Int, _ editor: inout Editor) -> BucketNode {
        let child = child(slot, &editor)
        guard let node = child.pointee else {
            preconditionFailure("wrote to a bucket that is gone")
        }
        guard !editor.isWritable(node) else { return BucketNode(node) }
        let copy = editor.replace(node, bytes: BucketNode(node).bytes)
        child.pointee = copy
        return BucketNode(copy)
    }

    /// Where a slot's bucket stands, in a page that is writable.
    @inline(__always)
    private func child(_ slot: Int, _ editor: inout Editor) -> UnsafeMutablePointer<RawNode?> {
        slotCount <= StoreNode.fanout ? children + slot : deepChild(slot, &editor)
    }

    private func deepChild(
        _ slot: Int, _ editor: inout Editor
    ) -> UnsafeMutablePointer<RawNode?> {
        var children = children
        for level in (1...StoreNode.height(slotCount)).reversed() {
            let child = children + StoreNode.place(of: slot, at: level)
            var page = child.pointee ?? StoreNode.makePage(stamp: editor.stamp)
            if !editor.isWritable(page) {
                page = editor.replace(page, bytes: StoreNode.pageBytes)
            }
            child.pointee = page
            children = StoreNode.children(ofPage: page)
        }
        return children + StoreNode.place(of: slot, at: 0)
    }
}

// MARK: Pages

extension StoreNode {
    private static var fanout: Int { 64 }
    private static var pageBytes: Int { 8 + 8 * fanout }

    private static func makePage(stamp: Int64) -> RawNode {
        let page = RawNode.allocate(byteCount: pageBytes, alignment: 16)
        page.initializeMemory(as: UInt8.self, repeating: 0, count: pageBytes)
        page.storeBytes(of: stamp, as: Int64.self)
        return page
    }

    private static func children(ofPage page: RawNode) -> UnsafeMutablePointer<RawNode?> {
        (page + 8).assumingMemoryBound(to: RawNode?.self)
    }

    /// How many levels of pages there are below the root.
    private static func height(_ slots: Int) -> Int {
        var height = 0
        var reach = fanout
        while reach < slots {
            reach *= fanout
            height += 1
        }
        return height
    }

    private static func childCount(_ slots: Int) -> Int {
        guard slots > fanout else { return slots }
        let reach = 1 << (6 * height(slots))
        return (slots + reach - 1) / reach
    }

    /// Which child of a node at `level` a slot lies below; bucket roots are the children at level 0.
    private static func place(of slot: Int, at level: Int) -> Int { slot >> (6 * level) & 63 }

    // MARK: All of them

    /// Visits every bucket, and every page before what lies below it.
    ///
    /// O(slots).
    func forEach(
        page: (_ page: RawNode, _ parent: RawNode) -> Void = { _, _ in },
        bucket: (_ slot: Int, _ bucket: BucketNode, _ parent: RawNode) -> Void
    ) {
        visit(node, children, childCount, StoreNode.height(slotCount), 0, page, bucket)
    }

    private func visit(
        _ parent: RawNode, _ children: UnsafeMutablePointer<RawNode?>, _ count: Int, _ level: Int,
        _ first: Int, _ page: (RawNode, RawNode) -> Void,
        _ bucket: (Int, BucketNode, RawNode) -> Void
    ) {
        for place in 0..<count {
            guard let child = children[place] else { continue }
            let slot = first + place << (6 * level)
            guard level > 0 else {
                bucket(slot, BucketNode(child), parent)
                continue
            }
            page(child, parent)
            visit(
                child, StoreNode.children(ofPage: child), StoreNode.fanout, level - 1, slot, page,
                bucket)
        }
    }

    /// Visits every slot that holds something else in another version, until `body` returns false.
    ///
    /// O(different · log slots): pages that both share are not visited.
    ///
    /// - Returns: whether it never did.
    func everyDifference(
        to other: StoreNode, _ body: (BucketNode?, BucketNode?) -> Bool
    ) -> Bool {
        let heights = (StoreNode.height(slotCount), StoreNode.height(other.slotCount))
        return StoreNode.everyDifference(
            Row(children, childCount, heights.0), Row(other.children, other.childCount, heights.1),
            max(heights.0, heights.1), body)
    }

    /// The children of a root or a page, and how many levels of pages lie below them.
    private struct Row {
        let children: UnsafeMutablePointer<RawNode?>?
        let count: Int
        let level: Int

        init(_ children: UnsafeMutablePointer<RawNode?>?, _ count: Int, _ level: Int) {
            self.children = children
            self.count = count
            self.level = level
        }

        func child(_ place: Int) -> RawNode? { place < count ? children?[place] : nil }

        /// The row at the next level below a place; all of this one lies below the first place of a greater level.
        func row(_ place: Int, below level: Int) -> Row {
            if level > self.level { return place == 0 ? self : Row(nil, 0, level - 1) }
            guard let page = child(place) else { return Row(nil, 0, level - 1) }
            return Row(StoreNode.children(ofPage: page), StoreNode.fanout, level - 1)
        }
    }

    private static func everyDifference(
        _ one: Row, _ other: Row, _ level: Int, _ body: (BucketNode?, BucketNode?) -> Bool
    ) -> Bool {
        for place in 0..<(level > 0 ? fanout : max(one.count, other.count)) {
            guard level > 0 else {
                let (before, after) = (one.child(place), other.child(place))
                if before == after { continue }
                guard body(before.map { BucketNode($0) }, after.map { BucketNode($0) }) else {
                    return false
                }
                continue
            }
            let (before, after) = (one.row(place, below: level), other.row(place, below: level))
            if before.children == after.children { continue }
            guard everyDifference(before, after, level - 1, body) else { return false }
        }
        return true
    }
}
