// Edits of nodes that have one owner. An edit makes the nodes on its path owned on its way down.

extension OrderedTree.Node {
    /// Inserts an element below the node; the result is a new neighbour behind it if the node was full.
    func insert(_ element: Element, at path: OrderedTreePath) -> Node? {
        let slot = path[level]
        if level == 0 { return add(.element(element), at: slot) }
        let neighbour = ownedChild(slot).insert(element, at: path)
        refresh(slot)
        return neighbour.flatMap { add(.child($0), at: slot + 1) }
    }

    /// Removes an element below the node, which may have fewer slots in use than it should afterwards.
    func remove(at path: OrderedTreePath) -> Element {
        let slot = path[level]
        guard let links else { return take(slot) }
        let element = ownedChild(slot).remove(at: path)
        if links[slot].node.slots < OrderedTree<Element>.slotsMin, slots > 1 {
            balance(max(slot - 1, 0))
        } else {
            refresh(slot)
        }
        return element
    }

    /// Puts an element in the place of another below the node, which is the result.
    func replace(at path: OrderedTreePath, with element: Element) -> Element {
        let slot = path[level]
        if level == 0 {
            let old = elements[slot]
            elements[slot] = element
            return old
        }
        let old = ownedChild(slot).replace(at: path, with: element)
        refresh(slot)
        return old
    }

    /// Notes anew what a branch says of a child.
    private func refresh(_ slot: Int) {
        guard let links else { return }
        let child = links[slot].node
        header.total += child.total - links[slot].count
        links[slot].count = child.total
        (elements + slot).borrow(child.elements, count: 1)
    }
}

// MARK: - Slots

extension OrderedTree.Node {
    /// What a slot is filled with.
    enum Filling {
        case element(Element)
        case child(Node)
    }

    /// Fills the slot behind the last one; the node has room.
    func append(_ filling: Filling) {
        put(filling, at: slots)
    }

    /// Fills a slot; the result is a new neighbour behind the node if it was full.
    private func add(_ filling: Filling, at slot: Int) -> Node? {
        guard slots == OrderedTree<Element>.capacity else {
            put(filling, at: slot)
            return nil
        }
        // Elements that come in order leave full nodes behind.
        let cut =
            slot == slots
            ? OrderedTree<Element>.mergedMax
            : slot == 0 ? slots - OrderedTree<Element>.mergedMax : slots / 2
        let neighbour = Self.make(level: level, edition: edition)
        move(from: cut, count: slots - cut, to: neighbour, at: 0)
        if slot <= cut {
            put(filling, at: slot)
        } else {
            neighbour.put(filling, at: slot - cut)
        }
        return neighbour
    }

    private func put(_ filling: Filling, at slot: Int) {
        (elements + slot + 1).moveInitialize(from: elements + slot, count: slots - slot)
        switch filling {
        case .element(let element):
            (elements + slot).initialize(to: element)
            header.total += 1
        case .child(let child):
            guard let links else { preconditionFailure("a leaf has no children") }
            (links + slot + 1).moveInitialize(from: links + slot, count: slots - slot)
            (links + slot).initialize(to: Link(node: child, count: child.total))
            (elements + slot).borrow(child.elements, count: 1)
            header.total += child.total
        }
        header.slots += 1
    }

    /// Takes an element out of a leaf.
    private func take(_ slot: Int) -> Element {
        let element = (elements + slot).move()
        (elements + slot).moveInitialize(from: elements + slot + 1, count: slots - slot - 1)
        header.slots -= 1
        header.total -= 1
        return element
    }

    /// Moves slots to a place in a node of the same level, and closes the gap.
    private func move(from slot: Int, count: Int, to other: Node, at place: Int) {
        let rest = slots - slot - count
        (other.elements + place + count).moveInitialize(
            from: other.elements + place, count: other.slots - place)
        (other.elements + place).moveInitialize(from: elements + slot, count: count)
        (elements + slot).moveInitialize(from: elements + slot + count, count: rest)
        var moved = count
        if let links, let others = other.links {
            (others + place + count).moveInitialize(
                from: others + place, count: other.slots - place)
            (others + place).moveInitialize(from: links + slot, count: count)
            (links + slot).moveInitialize(from: links + slot + count, count: rest)
            moved = (place..<place + count).reduce(0) { $0 + others[$1].count }
        }
        header.slots -= count
        header.total -= moved
        other.header.slots += count
        other.header.total += moved
    }

    /// Merges the child in a slot with the next one, or evens them out if they are too many for one node.
    private func balance(_ slot: Int) {
        let left = ownedChild(slot)
        let right = ownedChild(slot + 1)
        let sum = left.slots + right.slots
        if sum <= OrderedTree<Element>.mergedMax {
            right.move(from: 0, count: right.slots, to: left, at: left.slots)
            drop(slot + 1)
        } else if left.slots < right.slots {
            right.move(from: 0, count: sum / 2 - left.slots, to: left, at: left.slots)
        } else {
            left.move(from: sum / 2, count: left.slots - sum / 2, to: right, at: 0)
        }
        refresh(slot)
        if slot + 1 < slots { refresh(slot + 1) }
    }

    /// Takes an empty child out of a branch.
    private func drop(_ slot: Int) {
        guard let links else { return }
        header.total -= links[slot].count
        (links + slot).deinitialize(count: 1)
        (links + slot).moveInitialize(from: links + slot + 1, count: slots - slot - 1)
        (elements + slot).borrow(elements + slot + 1, count: slots - slot - 1)
        header.slots -= 1
    }
}
