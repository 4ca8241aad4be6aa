extension OrderedTree {
    /// A leaf or a branch, in one piece of memory.
    ///
    /// A leaf's slots are elements. A branch's slots are links to its children, each with a copy of the first element
    /// below it to search by. It counts as no reference to that element, which the child keeps alive: copying a
    /// branch touches its children and none of their elements. So whatever changes a child calls `refresh`, and
    /// elements hold no weak references, which alone cannot be copied as bits.
    ///
    /// Changed only in the edition that it was made in, and while it has one owner; `ownedChild` makes a copy of
    /// others.
    final class Node: ManagedBuffer<Header, Element> {
        deinit {
            guard let links else {
                elements.deinitialize(count: slots)
                return
            }
            links.deinitialize(count: slots)
            links.deallocate()
        }
    }

    struct Header {
        /// How many slots are in use.
        var slots: Int
        /// How many elements are in the node and below it.
        var total: Int
        /// The height above the leaves, which are at level 0.
        let level: Int
        let edition: Int
        /// The children of a branch; nil in a leaf.
        let links: UnsafeMutablePointer<Link>?
    }

    struct Link {
        var node: Node
        var count: Int
    }

    /// How many slots a node has.
    static var capacity: Int { 32 }
    /// How many slots of a node are in use at least, but for the root.
    static var slotsMin: Int { 8 }
    /// How many slots are in use in a node that two have been merged into, at most: the next insertions find room.
    static var mergedMax: Int { 24 }
}

extension OrderedTree.Node {
    typealias Node = OrderedTree<Element>.Node
    typealias Link = OrderedTree<Element>.Link

    var slots: Int { header.slots }
    var total: Int { header.total }
    var level: Int { header.level }
    var edition: Int { header.edition }
    var links: UnsafeMutablePointer<Link>? { header.links }

    /// A leaf's elements, or the first ones below each child of a branch.
    var elements: UnsafeMutablePointer<Element> {
        withUnsafeMutablePointerToElements { $0 }
    }

    /// A node without slots in use.
    static func make(level: Int, edition: Int) -> Node {
        let capacity = OrderedTree<Element>.capacity
        let buffer = Node.create(minimumCapacity: capacity) { _ in
            .init(
                slots: 0, total: 0, level: level, edition: edition,
                links: level == 0 ? nil : .allocate(capacity: capacity))
        }
        return unsafeDowncast(buffer, to: Node.self)
    }

    func copy(edition: Int) -> Node {
        let copy = Self.make(level: level, edition: edition)
        copy.header.slots = slots
        copy.header.total = total
        if let links, let copies = copy.links {
            for slot in 0..<slots { (copies + slot).initialize(to: links[slot]) }
            copy.elements.borrow(elements, count: slots)
        } else {
            let (elements, copies) = (elements, copy.elements)
            for slot in 0..<slots { (copies + slot).initialize(to: elements[slot]) }
        }
        return copy
    }

    /// A child of a branch that may be changed: exchanged for a copy unless it is the branch's alone.
    func ownedChild(_ slot: Int) -> Node {
        guard let links else { preconditionFailure("a leaf has no children") }
        if links[slot].node.edition != edition || !isKnownUniquelyReferenced(&links[slot].node) {
            links[slot].node = links[slot].node.copy(edition: edition)
        }
        return links[slot].node
    }

    /// The element at an index among those below the node.
    func element(at index: Int) -> Element {
        guard let links else { return elements[index] }
        var (slot, index) = (0, index)
        while index >= links[slot].count {
            index -= links[slot].count
            slot += 1
        }
        return links[slot].node.element(at: index)
    }
}

extension UnsafeMutablePointer {
    /// Copies values bit by bit, as no references to what they refer to.
    func borrow(_ source: UnsafeMutablePointer, count: Int) {
        UnsafeMutableRawPointer(self).copyMemory(
            from: source, byteCount: count * MemoryLayout<Pointee>.stride)
    }
}
