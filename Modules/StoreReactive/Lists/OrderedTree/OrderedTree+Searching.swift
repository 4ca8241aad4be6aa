extension OrderedTree {
    /// Where in the tree something is, or would be.
    struct Place {
        /// How many elements come before it.
        var rank = 0
        /// Whether an element is there.
        var isTaken = false
        var path = OrderedTreePath()
    }

    /// The index of the element that is in the place of `element`.
    ///
    /// Complexity: O(log n).
    func index(of element: Element, by order: (Element, Element) -> Int) -> Int? {
        let place = place { order($0, element) }
        return place.isTaken ? place.rank : nil
    }

    /// How many elements come before `element`.
    ///
    /// Complexity: O(log n).
    func rank(of element: Element, by order: (Element, Element) -> Int) -> Int {
        place { order($0, element) }.rank
    }

    /// How many elements come before a place; `side` tells on which side of it an element is.
    ///
    /// Complexity: O(log n).
    func rank(where side: (Element) -> Int) -> Int {
        place(where: side).rank
    }

    /// The element that is in the place of `element`.
    ///
    /// Complexity: O(log n).
    func find(_ element: Element, by order: (Element, Element) -> Int) -> Element? {
        find { order($0, element) }
    }

    /// The element in a place; `side` tells on which side of it an element is.
    ///
    /// Complexity: O(log n).
    func find(where side: (Element) -> Int) -> Element? {
        guard var node = root else { return nil }
        while let links = node.links { node = links[node.child(where: side)].node }
        let (slot, isTaken) = node.slot(where: side)
        return isTaken ? node.elements[slot] : nil
    }

    /// A place; `side` tells on which side of it an element is: negative before it, positive after it, 0 in it.
    func place(where side: (Element) -> Int) -> Place {
        var place = Place()
        guard var node = root else { return place }
        while let links = node.links {
            let slot = node.child(where: side)
            for before in 0..<slot { place.rank += links[before].count }
            place.path[node.level] = slot
            node = links[slot].node
        }
        let (slot, isTaken) = node.slot(where: side)
        place.path[0] = slot
        place.rank += slot
        place.isTaken = isTaken
        return place
    }
}

extension OrderedTree.Node {
    /// The slot of the child that a place is in.
    fileprivate func child(where side: (Element) -> Int) -> Int {
        let elements = elements
        var (low, high) = (1, slots)
        while low < high {
            let middle = (low + high) / 2
            if side(elements[middle]) <= 0 { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// The slot of a leaf for what is in a place, and whether it is there.
    fileprivate func slot(where side: (Element) -> Int) -> (slot: Int, isTaken: Bool) {
        let elements = elements
        var (low, high) = (0, slots)
        while low < high {
            let middle = (low + high) / 2
            let found = side(elements[middle])
            if found == 0 { return (middle, true) }
            if found < 0 { low = middle + 1 } else { high = middle }
        }
        return (low, false)
    }
}
