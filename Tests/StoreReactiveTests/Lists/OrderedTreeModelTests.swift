import StoreTesting
import Testing

@testable import StoreReactive

/// Ordered trees against sorted arrays.
@Suite struct `Ordered trees against a model` {
    /// A tree, and what it should hold.
    private struct Version {
        var tree = OrderedTree<ListItem>()
        var model: [ListItem] = []
    }

    @Test(arguments: ListOrder.allCases, 1...4 as ClosedRange<UInt64>)
    func `agree through random edits, and copies stay as they were`(
        order: ListOrder, seed: UInt64
    ) {
        var random = SeededRandom(seed)
        var current = Version()
        var held: [Version] = []
        var highest = 0
        for step in 0..<9_000 {
            // Grow to several levels and shrink to nothing, by turns.
            edit(&current, order, grows: step % 4_500 < 3_500, &random)
            highest = max(highest, current.tree.root?.level ?? 0)
            if random.once(in: 150) { current.tree.seal() }
            if random.once(in: 100) { held.append(current) }
            if random.once(in: 120), !held.isEmpty { held.remove(at: random.below(held.count)) }
            let context = "\(order), seed \(seed), step \(step)"
            if step % 100 == 0 { expectAgreement(current, order, &random, context) }
        }
        #expect(highest == 2, "trees of several levels are what this is about")
        for (index, version) in held.enumerated() {
            expectAgreement(version, order, &random, "\(order), seed \(seed), held \(index)")
        }
    }

    @Test(arguments: [0, 1, 32, 33, 64, 900, 30_000], [1, 2, 3] as [UInt64])
    func `are built from what is in order, and can be edited`(count: Int, seed: UInt64) {
        var random = SeededRandom(seed)
        let items = (0..<count).map { ListItem(id: $0, rank: $0 * 2, content: 0) }
        var current = Version(tree: OrderedTree(sorted: items), model: items)
        expectAgreement(current, .ascending, &random, "\(count), seed \(seed)")
        for _ in 0..<100 { edit(&current, .ascending, grows: random.once(in: 2), &random) }
        expectAgreement(current, .ascending, &random, "\(count), seed \(seed), edited")
    }

    @Test(arguments: [true, false])
    func `stay low when elements come in order`(isAscending: Bool) {
        let order = isAscending ? ListOrder.ascending : .descending
        var tree = OrderedTree<ListItem>()
        for number in 0..<20_000 {
            tree.insert(ListItem(id: number, rank: number, content: 0), by: order.compare)
        }
        #expect(tree.checkInvariants(by: order.compare) == [])
        #expect(tree.count == 20_000)
        #expect(tree.root?.level == 3)
    }

    @Test(arguments: [0, 1, 31, 32, 33, 1_000, 4_999, 5_000])
    func `lose as many of the last ones as are asked for`(count: Int) {
        let items = (0..<5_000).map { ListItem(id: $0, rank: $0, content: 0) }
        let whole = OrderedTree(sorted: items)
        var tree = whole
        tree.removeLast(count)
        #expect(Array(tree) == items.dropLast(count))
        #expect(tree.checkInvariants(by: ListOrder.ascending.compare) == [])
        #expect(Array(whole) == items)
    }

    @Test(arguments: [false, true])
    func `write to a node of their own in place, until they are sealed`(isSealed: Bool) {
        let order = ListOrder.ascending.compare
        var tree = OrderedTree(sorted: (0..<100).map { ListItem(id: $0, rank: $0, content: 0) })
        weak var root = tree.root
        weak var leaf = tree.root?.links?[0].node
        #expect(leaf != nil)
        if isSealed { tree.seal() }
        tree.replace(ListItem(id: 1, rank: 1, content: 1), by: order)
        #expect((root != nil) == !isSealed && (leaf != nil) == !isSealed)
        (root, leaf) = (tree.root, tree.root?.links?[0].node)
        tree.replace(ListItem(id: 1, rank: 1, content: 2), by: order)
        #expect(root != nil && leaf != nil)
    }

    @Test func `keep no element that has been removed or replaced`() {
        final class Token: Sendable {}
        struct Entry: Sendable {
            let rank: Int
            let token: Token
        }
        let order: (Entry, Entry) -> Int = { $0.rank - $1.rank }
        var tree = OrderedTree<Entry>()
        weak var removed: Token?
        weak var replaced: Token?
        // First of their leaves and of branches too, which note them to search by.
        for rank in 0..<5_000 {
            let token = Token()
            if rank == 0 { removed = token }
            if rank == 1 { replaced = token }
            tree.insert(Entry(rank: rank, token: token), by: order)
        }
        #expect(removed != nil && replaced != nil)
        tree.remove(Entry(rank: 0, token: Token()), by: order)
        tree.replace(Entry(rank: 1, token: Token()), by: order)
        #expect(removed == nil && replaced == nil)
    }

    // MARK: - Edits

    private func edit(
        _ version: inout Version, _ order: ListOrder, grows: Bool, _ random: inout SeededRandom
    ) {
        let item = ListItem(
            id: random.below(4_000), rank: random.below(order == .ascending ? 8_000 : 40),
            content: 1)
        let index = version.model.partitioningIndex { order.compare($0, item) >= 0 }
        let old = index < version.model.count ? version.model[index] : nil
        let isThere = old.map { order.compare($0, item) == 0 } ?? false
        if !grows || random.once(in: 4) {
            remove(most: grows ? 1 : 60, orAbsent: item, &version, order, &random)
        } else if isThere {
            let replaced = version.tree.replace(item, by: order.compare)
            #expect(replaced?.index == index && replaced?.old == old)
            version.model[index] = item
        } else {
            #expect(version.tree.replace(item, by: order.compare) == nil)
            #expect(version.tree.insert(item, by: order.compare) == index)
            version.model.insert(item, at: index)
        }
    }

    /// Removes by the element, from the end, or what is not there.
    private func remove(
        most: Int, orAbsent item: ListItem, _ version: inout Version, _ order: ListOrder,
        _ random: inout SeededRandom
    ) {
        guard !version.model.isEmpty, !random.once(in: 20) else {
            let isThere = version.model.contains { order.compare($0, item) == 0 }
            if !isThere { #expect(version.tree.remove(item, by: order.compare) == nil) }
            return
        }
        if random.once(in: 10) {
            let count = min(random.below(4), version.model.count)
            version.tree.removeLast(count)
            version.model.removeLast(count)
            return
        }
        // Neighbours too, so that whole nodes empty.
        let start = random.below(version.model.count)
        for _ in 0..<min(random.pick([1, 1, 1, most]), version.model.count - start) {
            let gone = version.model.remove(at: start)
            let removed = version.tree.remove(gone, by: order.compare)
            #expect(removed?.index == start && removed?.element == gone)
        }
    }

    private func expectAgreement(
        _ version: Version, _ order: ListOrder, _ random: inout SeededRandom, _ context: String
    ) {
        let (tree, model) = (version.tree, version.model)
        #expect(tree.checkInvariants(by: order.compare) == [], "\(context)")
        #expect(tree.count == model.count && tree.isEmpty == model.isEmpty, "\(context)")
        #expect(tree.first == model.first && tree.last == model.last, "\(context)")
        #expect(Array(tree) == model, "\(context)")
        let low = random.below(model.count + 1)
        let range = low..<low + random.below(model.count + 1 - low)
        var shown: [ListItem] = []
        tree.forEach(in: range) {
            shown.append($0)
            return shown.count < 100
        }
        #expect(shown == Array(model[range].prefix(100)), "\(context), \(range)")
        for _ in 0..<5 {
            let item = ListItem(id: random.below(4_000), rank: random.below(40), content: 2)
            let rank = model.partitioningIndex { order.compare($0, item) >= 0 }
            let old = model.first { order.compare($0, item) == 0 }
            #expect(tree.rank(of: item, by: order.compare) == rank, "\(context), \(item)")
            #expect(tree.rank { order.compare($0, item) } == rank, "\(context), \(item)")
            #expect(tree.find(item, by: order.compare) == old, "\(context), \(item)")
            let index = tree.index(of: item, by: order.compare)
            #expect(index == (old == nil ? nil : rank), "\(context), \(item)")
            if !model.isEmpty {
                let index = random.below(model.count)
                #expect(tree[index] == model[index], "\(context), at \(index)")
                #expect(tree.index(of: model[index], by: order.compare) == index, "\(context)")
            }
        }
    }
}
