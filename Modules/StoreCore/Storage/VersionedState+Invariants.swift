extension VersionedState {
    /// What is wrong with the current version; nobody may write meanwhile.
    func violations() -> [String] {
        let pins = pins.live.map(\.position)
        return read { current in
            var check = InvariantCheck(position: current.position, pins: pins)
            StoreNode(current.root).check(&check, seed)
            return check.violations
        }
    }

    /// What is wrong with who owns what, over all versions; nobody may write, pin or unpin meanwhile.
    ///
    /// Each node and record is owned once, by the current version or by one list of garbage; what a live snapshot can
    /// reach is owned; and garbage is what a live snapshot can reach. Waits for the reaper.
    func ownershipViolations() -> [String] {
        Reaper.shared.drain()
        let live = pins.live
        return read { current in
            var owner = InvariantCheck(position: current.position, gathering: true)
            StoreNode(current.root).check(&owner, seed)
            for pin in live {
                pin.garbage.forEach { owner.meet($0) }
            }
            let owned = owner.owned ?? []
            var current = InvariantCheck(position: current.position, gathering: true)
            StoreNode(self.current.pointee.root).check(&current, seed)
            var reachable = current.owned ?? []
            var violations = owner.violations
            for pin in live {
                var check = InvariantCheck(position: pin.position, gathering: true)
                pin.root.check(&check, seed)
                violations += check.violations.map { "snapshot \(pin.position): \($0)" }
                let seen = check.owned ?? []
                if !seen.isSubset(of: owned) {
                    violations.append("snapshot \(pin.position) sees what nobody owns")
                }
                reachable.formUnion(seen)
            }
            if !owned.isSubset(of: reachable) {
                violations.append("garbage is kept that nobody sees")
            }
            return violations
        }
    }
}

extension StoreNode {
    /// The buckets' trees, one by one.
    func check(_ check: inout InvariantCheck, _ seed: SeededHash) {
        check.meet(node, below: .max, "store root")
        forEach { page, parent in
            check.meet(page, below: parent.load(as: Int64.self), "page of a store root")
        } bucket: { _, bucket, parent in
            bucket.check(&check, below: parent.load(as: Int64.self), seed)
        }
    }
}

extension InvariantCheck {
    /// Notes garbage, and what lies below it.
    fileprivate mutating func meet(_ item: Retired) {
        switch item.kind {
        case .node, .record: meet(item.pointer, stamp: item.stamp, below: .max, "garbage")
        case .object: break
        case .rows:
            RowTree.forEachNode(item.pointer, Int(item.detail)) { node, record in
                if let record {
                    meet(record.pointer, stamp: record.stamp, below: .max, "garbage")
                } else {
                    meet(node, below: .max, "garbage")
                }
            }
        case .trie:
            let tagged = UInt(bitPattern: item.pointer) | UInt(item.detail)
            HashTrie.forEachNode(tagged) { meet($0, below: .max, "garbage") }
        case .index:
            IndexNode(item.pointer).forEachNode { meet($0, below: .max, "garbage") }
        }
    }
}

extension RowTree {
    /// Visits nodes and, with the leaf they stand in, records; the rows may be any part of a tree.
    fileprivate static func forEachNode(
        _ node: RawNode, _ height: Int, _ body: (RawNode, RecordRef?) -> Void
    ) {
        body(node, nil)
        if height == 0 {
            let leaf = RowLeaf(node)
            for place in 0..<leaf.count { body(node, RecordRef(leaf.slots[place])) }
        } else {
            for index in 0..<64 {
                guard let child = RowInner(node).children[index] else { continue }
                forEachNode(child, height - 1, body)
            }
        }
    }
}

extension HashTrie {
    fileprivate static func forEachNode(_ tagged: UInt, _ body: (RawNode) -> Void) {
        body(node(tagged))
        guard isBranch(tagged) else { return }
        let children = children(node(tagged))
        var index = 0
        while index < 256 {
            forEachNode(children[index], body)
            index = nextChild(children, after: index)
        }
    }
}

extension IndexNode {
    fileprivate func forEachNode(_ body: (RawNode) -> Void) {
        body(node)
        guard !isLeaf else { return }
        for index in 0..<count { IndexNode(children[index]).forEachNode(body) }
    }
}
