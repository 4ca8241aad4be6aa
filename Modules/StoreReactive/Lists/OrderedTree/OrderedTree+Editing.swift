extension OrderedTree {
    /// Inserts an element, in whose place there is none, and returns its index.
    ///
    /// Complexity: O(log n).
    @discardableResult
    mutating func insert(_ element: Element, by order: (Element, Element) -> Int) -> Int {
        let place = self.place { order($0, element) }
        precondition(!place.isTaken, "two elements of a list cannot be in one place")
        let root = ownedRoot() ?? .make(level: 0, edition: edition)
        if let neighbour = root.insert(element, at: place.path) {
            let branch = Node.make(level: root.level + 1, edition: edition)
            branch.append(.child(root))
            branch.append(.child(neighbour))
            self.root = branch
        } else {
            self.root = root
        }
        return place.rank
    }

    /// Removes the element that is in the place of `element`; nil if there is none.
    ///
    /// Complexity: O(log n).
    @discardableResult
    mutating func remove(
        _ element: Element, by order: (Element, Element) -> Int
    ) -> (index: Int, element: Element)? {
        let place = self.place { order($0, element) }
        guard place.isTaken, let removed = remove(at: place.path) else { return nil }
        return (place.rank, removed)
    }

    /// Puts an element in the place of another one, and returns that; nil, and no change, if there is none.
    ///
    /// Complexity: O(log n).
    @discardableResult
    mutating func replace(
        _ element: Element, by order: (Element, Element) -> Int
    ) -> (index: Int, old: Element)? {
        let place = self.place { order($0, element) }
        guard place.isTaken, let root = ownedRoot() else { return nil }
        return (place.rank, root.replace(at: place.path, with: element))
    }

    /// Removes the last `count` elements, of which there are as many at least.
    ///
    /// Complexity: O(count log n).
    mutating func removeLast(_ count: Int) {
        precondition(
            count >= 0 && count <= self.count,
            "a list of \(self.count) has no \(count) elements to remove")
        if count == self.count {
            root = nil
            return
        }
        for _ in 0..<count { _ = remove(at: pathToLast) }
    }

    private var pathToLast: OrderedTreePath {
        var path = OrderedTreePath()
        guard var node = root else { return path }
        while let links = node.links {
            path[node.level] = node.slots - 1
            node = links[node.slots - 1].node
        }
        path[0] = node.slots - 1
        return path
    }

    private mutating func remove(at path: OrderedTreePath) -> Element? {
        guard let root = ownedRoot() else { return nil }
        let element = root.remove(at: path)
        if root.slots == 0 {
            self.root = nil
        } else if root.slots == 1, let links = root.links {
            self.root = links[0].node
        }
        return element
    }

    /// The root, which may be changed; exchanged for a copy unless it is this tree's alone.
    private mutating func ownedRoot() -> Node? {
        guard root != nil else { return nil }
        if root?.edition != edition || !isKnownUniquelyReferenced(&root) {
            root = root?.copy(edition: edition)
        }
        return root
    }
}
