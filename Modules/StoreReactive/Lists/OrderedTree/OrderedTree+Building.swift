extension OrderedTree {
    /// A tree of elements that are in order already.
    ///
    /// Nodes get some room for insertions. Complexity: O(n).
    init(sorted elements: some Collection<Element>) {
        guard !elements.isEmpty else { return }
        var iterator = elements.makeIterator()
        var nodes = Self.portions(of: elements.count).map { size in
            let leaf = Node.make(level: 0, edition: edition)
            for _ in 0..<size {
                guard let element = iterator.next() else {
                    preconditionFailure("the collection has fewer elements than it says")
                }
                leaf.append(.element(element))
            }
            return leaf
        }
        while nodes.count > 1 {
            var children = nodes.makeIterator()
            nodes = Self.portions(of: nodes.count).map { size in
                let branch = Node.make(level: nodes[0].level + 1, edition: edition)
                for _ in 0..<size {
                    if let child = children.next() { branch.append(.child(child)) }
                }
                return branch
            }
        }
        root = nodes.first
    }

    /// How many slots are filled in each of the nodes that hold `count` elements or children, as evenly as can be.
    private static func portions(of count: Int) -> [Int] {
        guard count > capacity else { return [count] }
        let filled = (capacity + mergedMax) / 2
        let nodes = (count + filled - 1) / filled
        return (0..<nodes).map { count * ($0 + 1) / nodes - count * $0 / nodes }
    }
}
