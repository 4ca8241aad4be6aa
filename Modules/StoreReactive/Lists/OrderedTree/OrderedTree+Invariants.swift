extension OrderedTree {
    /// What is wrong with the tree; empty if nothing is.
    ///
    /// Complexity: O(n).
    func checkInvariants(by order: (Element, Element) -> Int) -> [String] {
        guard let root else { return [] }
        var violations: [String] = []
        if root.slots < (root.level == 0 ? 1 : 2) { violations.append("a root of \(root.slots)") }
        root.check(isRoot: true, &violations) { order($0, $1) == 0 }
        for (one, next) in zip(self, dropFirst()) where order(one, next) >= 0 {
            violations.append("\(one) is before \(next)")
        }
        var shown = 0
        forEach(in: 0..<count) { _ in
            shown += 1
            return true
        }
        if shown != count { violations.append("\(shown) elements, counted as \(count)") }
        return violations
    }
}

extension OrderedTree.Node {
    fileprivate func check(
        isRoot: Bool, _ violations: inout [String], same: (Element, Element) -> Bool
    ) {
        if !isRoot, slots < OrderedTree<Element>.slotsMin {
            violations.append("\(slots) slots at level \(level)")
        }
        if slots > OrderedTree<Element>.capacity {
            violations.append("\(slots) slots at level \(level)")
        }
        guard let links else {
            if total != slots { violations.append("a leaf of \(slots) that counts \(total)") }
            return
        }
        var sum = 0
        for slot in 0..<slots {
            let child = links[slot].node
            sum += child.total
            if links[slot].count != child.total {
                violations.append(
                    "a child of \(child.total) that is counted as \(links[slot].count)")
            }
            if child.level != level - 1 {
                violations.append("a child of level \(child.level) at level \(level)")
            }
            if !same(elements[slot], child.element(at: 0)) {
                violations.append("\(elements[slot]) for \(child.element(at: 0))")
            }
            child.check(isRoot: false, &violations, same: same)
        }
        if sum != total { violations.append("a branch of \(sum) that counts \(total)") }
    }
}
