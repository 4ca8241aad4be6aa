extension OrderedTree {
    /// A place in front of an element of a tree, which moves forwards by single elements or past whole nodes.
    ///
    /// It stands at a node that begins there, or within a leaf. Several nodes may begin at one place, each the first
    /// child of the one above it: the cursor comes to the highest one, and descends when it is told to.
    struct Cursor {
        private struct Frame {
            let node: Node
            /// The child that the next frame is about; in the last frame the one that comes next.
            var slot: Int
        }

        /// From the root down; empty at the end.
        private var frames: [Frame] = []
        /// How many elements are behind the cursor.
        private(set) var index = 0
        /// How many nodes the cursor has stood at.
        private(set) var visited = 0

        init(_ tree: OrderedTree) {
            if let root = tree.root { enter(root) }
        }

        /// The node at which, or in which, the cursor stands; nil at the end.
        var node: Node? { frames.last?.node }

        /// Whether the cursor stands where a node begins, and not within a leaf.
        var isAtStart: Bool { frames.last?.slot == 0 }

        /// The element that comes next; nil at the end.
        var element: Element? {
            frames.last.map { $0.node.elements[$0.slot] }
        }

        /// Goes from a branch to its first child.
        mutating func descend() {
            if let links = node?.links { enter(links[0].node) }
        }

        /// Goes down to the leaf that begins here, or stays in the leaf; nil at the end.
        mutating func leaf() -> Node? {
            while let links = node?.links { enter(links[0].node) }
            return node
        }

        /// Goes past an element.
        mutating func step() {
            _ = leaf()
            guard let frame = frames.last else { return }
            index += 1
            if frame.slot + 1 < frame.node.slots {
                frames[frames.count - 1].slot += 1
            } else {
                leave()
            }
        }

        /// Goes past the node at whose start the cursor stands.
        mutating func skip() {
            guard let node else { return }
            index += node.total
            leave()
        }

        /// Goes to the highest node that begins behind the one in which the cursor stands.
        private mutating func leave() {
            frames.removeLast()
            while let frame = frames.last, let links = frame.node.links {
                if frame.slot + 1 < frame.node.slots {
                    frames[frames.count - 1].slot += 1
                    enter(links[frame.slot + 1].node)
                    return
                }
                frames.removeLast()
            }
        }

        private mutating func enter(_ node: Node) {
            frames.append(Frame(node: node, slot: 0))
            visited += 1
        }
    }
}
