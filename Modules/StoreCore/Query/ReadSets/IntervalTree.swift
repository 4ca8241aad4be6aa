/// Intervals of values, and which of them contain a value.
///
/// A height-balanced tree in the order of lower limits. Each node knows the furthest upper limit beneath it, so that a
/// search turns away from every branch that ends before the value. No walk goes deeper than 1.5 log n.
struct IntervalTree<Element> {
    private struct Node {
        var interval: ValueInterval
        /// Tells apart who begins at the same limit.
        var number: UInt64
        /// Nil where the node is free.
        var element: Element?
        var left = -1
        var right = -1
        var height = 1
        /// The node from here down whose upper limit is the furthest.
        var furthest: Int
    }

    // Nodes are numbers, -1 for none: there is nothing to count on a walk, and no chain to be released.
    private var nodes: [Node] = []
    private var free: [Int] = []
    private var root = -1

    /// How many intervals there are.
    var count: Int { nodes.count - free.count }

    /// Whether there are none.
    var isEmpty: Bool { root < 0 }

    /// Levels of the tree.
    var height: Int { height(root) }

    /// Adds an interval.
    ///
    /// - Complexity: O(log n).
    mutating func insert(_ interval: ValueInterval, _ element: Element, number: UInt64) {
        let place = free.popLast() ?? nodes.count
        let node = Node(interval: interval, number: number, element: element, furthest: place)
        if place < nodes.count { nodes[place] = node } else { nodes.append(node) }
        root = inserting(place, under: root)
    }

    /// Takes out an interval that was added with this number, if there is one that begins at the same limit.
    ///
    /// - Complexity: O(log n).
    mutating func remove(_ interval: ValueInterval, number: UInt64) {
        root = removing(interval.lower, number, under: root)
    }

    /// Appends each element whose interval contains `value` to `found`.
    ///
    /// - Returns: how many nodes were looked at.
    /// - Complexity: O(log n) for each that is found, and once more.
    @discardableResult
    func find(_ value: Value, _ found: inout [Element]) -> Int {
        nodes.withUnsafeBufferPointer { nodes in
            nodes.baseAddress.map { visit($0, root, value, &found) } ?? 0
        }
    }

    /// In place: a look at a node through the array would count references.
    private func visit(
        _ nodes: UnsafePointer<Node>, _ index: Int, _ value: Value, _ found: inout [Element]
    ) -> Int {
        guard index >= 0 else { return 0 }
        let node = nodes + index
        guard nodes[node.pointee.furthest].interval.endsNotBefore(value) else { return 1 }
        let visited = 1 + visit(nodes, node.pointee.left, value, &found)
        guard node.pointee.interval.beginsNotAfter(value) else { return visited }
        if node.pointee.interval.endsNotBefore(value), let element = node.pointee.element {
            found.append(element)
        }
        return visited + visit(nodes, node.pointee.right, value, &found)
    }
}

// MARK: Editing

extension IntervalTree {
    private mutating func inserting(_ node: Int, under root: Int) -> Int {
        guard root >= 0 else { return node }
        if order(nodes[node].interval.lower, nodes[node].number, root) < 0 {
            nodes[root].left = inserting(node, under: nodes[root].left)
        } else {
            nodes[root].right = inserting(node, under: nodes[root].right)
        }
        return balanced(root)
    }

    private mutating func removing(
        _ lower: ValueInterval.Limit?, _ number: UInt64, under root: Int
    ) -> Int {
        guard root >= 0 else { return root }
        let order = order(lower, number, root)
        if order < 0 {
            nodes[root].left = removing(lower, number, under: nodes[root].left)
        } else if order > 0 {
            nodes[root].right = removing(lower, number, under: nodes[root].right)
        } else {
            let (left, right) = (nodes[root].left, nodes[root].right)
            release(root)
            guard left >= 0, right >= 0 else { return max(left, right) }
            var first = right
            let rest = removingFirst(&first, under: right)
            nodes[first].left = left
            nodes[first].right = rest
            return balanced(first)
        }
        return balanced(root)
    }

    /// Takes the first node out of the order, but keeps it.
    private mutating func removingFirst(_ first: inout Int, under root: Int) -> Int {
        guard nodes[root].left >= 0 else {
            first = root
            return nodes[root].right
        }
        nodes[root].left = removingFirst(&first, under: nodes[root].left)
        return balanced(root)
    }

    private mutating func release(_ node: Int) {
        nodes[node] = Node(interval: ValueInterval(), number: 0, element: nil, furthest: node)
        free.append(node)
    }

    /// The order of a lower limit and number against a node's.
    private func order(_ lower: ValueInterval.Limit?, _ number: UInt64, _ node: Int) -> Int {
        let order = ValueInterval.orderOfLower(lower, nodes[node].interval.lower)
        if order != 0 { return order }
        return number < nodes[node].number ? -1 : number == nodes[node].number ? 0 : 1
    }

    // MARK: Balance

    private func height(_ node: Int) -> Int { node < 0 ? 0 : nodes[node].height }

    /// The root of the same subtree after one of its sides has grown or shrunk by one level.
    private mutating func balanced(_ root: Int) -> Int {
        let (left, right) = (nodes[root].left, nodes[root].right)
        let lean = height(left) - height(right)
        if lean > 1 {
            if height(nodes[left].left) < height(nodes[left].right) {
                nodes[root].left = turnedLeft(left)
            }
            return turnedRight(root)
        }
        if lean < -1 {
            if height(nodes[right].right) < height(nodes[right].left) {
                nodes[root].right = turnedRight(right)
            }
            return turnedLeft(root)
        }
        refresh(root)
        return root
    }

    private mutating func turnedRight(_ root: Int) -> Int {
        let top = nodes[root].left
        nodes[root].left = nodes[top].right
        nodes[top].right = root
        refresh(root)
        refresh(top)
        return top
    }

    private mutating func turnedLeft(_ root: Int) -> Int {
        let top = nodes[root].right
        nodes[root].right = nodes[top].left
        nodes[top].left = root
        refresh(root)
        refresh(top)
        return top
    }

    /// Works out what a node says of those beneath it.
    private mutating func refresh(_ node: Int) {
        let sides = (nodes[node].left, nodes[node].right)
        nodes[node].height = max(height(sides.0), height(sides.1)) + 1
        var furthest = node
        for side in [sides.0, sides.1] where side >= 0 {
            let other = nodes[side].furthest
            if ValueInterval.orderOfUpper(
                nodes[furthest].interval.upper, nodes[other].interval.upper) < 0
            {
                furthest = other
            }
        }
        nodes[node].furthest = furthest
    }
}

extension ValueInterval {
    /// Compares two lower limits by what begins first; nil begins before everything.
    fileprivate static func orderOfLower(_ one: Limit?, _ other: Limit?) -> Int {
        guard let one else { return other == nil ? 0 : -1 }
        guard let other else { return 1 }
        let order = Value.compare(one.value, other.value)
        if order != 0 || one.isIncluded == other.isIncluded { return order }
        return one.isIncluded ? -1 : 1
    }

    /// Compares two upper limits by what ends first; nil ends after everything.
    fileprivate static func orderOfUpper(_ one: Limit?, _ other: Limit?) -> Int {
        guard let one else { return other == nil ? 0 : 1 }
        guard let other else { return -1 }
        let order = Value.compare(one.value, other.value)
        if order != 0 || one.isIncluded == other.isIncluded { return order }
        return one.isIncluded ? 1 : -1
    }

    /// Whether the lower limit allows `value`.
    @inline(__always)
    fileprivate func beginsNotAfter(_ value: Value) -> Bool {
        guard let lower else { return true }
        let order = Value.compare(lower.value, value)
        return order < 0 || order == 0 && lower.isIncluded
    }

    /// Whether the upper limit allows `value`.
    @inline(__always)
    fileprivate func endsNotBefore(_ value: Value) -> Bool {
        guard let upper else { return true }
        let order = Value.compare(upper.value, value)
        return order > 0 || order == 0 && upper.isIncluded
    }
}
