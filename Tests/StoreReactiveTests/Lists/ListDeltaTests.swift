import StoreTesting
import TestSupport
import Testing

@testable import StoreReactive

@Suite struct `Deltas of lists` {
    private typealias Tree = OrderedTree<ListItem>

    @Test(arguments: [0, 1, 30, 300, 3_000], Volume.seeds(few: 10, full: 60))
    func `say what is different in two windows, and lead from one to the other`(
        count: Int, seed: UInt64
    ) {
        var random = SeededRandom(seed)
        let old = ListPair.tree(of: count, &random)
        var new = old
        if random.once(in: 4) {
            ListPair.editRun(&new, length: random.below(60), &random)
        } else {
            ListPair.edit(&new, count: random.below(30), &random)
        }
        let oldWindow = window(of: old.count, &random)
        let newWindow =
            random.once(in: 2)
            ? window(of: new.count, &random) : oldWindow.clamped(to: 0..<new.count)
        let delta = delta(old, oldWindow, new, newWindow)
        let (oldShown, newShown) = (Array(Array(old)[oldWindow]), Array(Array(new)[newWindow]))
        let context: Comment = "\(count), seed \(seed), \(oldWindow) to \(newWindow)"
        #expect(delta == expected(oldShown, newShown), context)
        #expect(delta.isEmpty == (oldShown == newShown), context)
        // What has only been moved comes from the old list, with its rank there.
        let applied = delta.apply(to: oldShown, from: newShown)
        #expect(applied.map(\.id) == newShown.map(\.id), context)
        #expect(applied.map(\.content) == newShown.map(\.content), context)
    }

    @Test func `read as the example says`() {
        let (a, b, c, d, x) = (10, 20, 30, 40, 25)
        let old = tree([a, b, c, d].map { ListItem(id: $0, rank: $0, content: 0) })
        let new = tree([
            ListItem(id: d, rank: 5, content: 1), ListItem(id: a, rank: a, content: 0),
            ListItem(id: x, rank: x, content: 0), ListItem(id: c, rank: c, content: 1),
        ])
        let delta = delta(old, 0..<4, new, 0..<4)
        #expect(delta.removed == [1])
        #expect(delta.inserted == [2])
        #expect(delta.moved == [.init(from: 3, to: 0)])
        #expect(delta.updated == [0, 3])
    }

    @Test func `take what has not changed from the old list`() {
        let old = tree([1, 2, 3].map { ListItem(id: $0, rank: $0, content: 0) })
        var new = old
        new.replace(ListItem(id: 2, rank: 2, content: 1), by: ListOrder.ascending.compare)
        let delta = delta(old, 0..<3, new, 0..<3)
        #expect(delta.apply(to: ["a", "b", "c"], from: ["x", "y", "z"]) == ["a", "y", "c"])
    }

    @Test func `tell apart what is in one place and not the same thing`() {
        let order: (ListItem, ListItem) -> Int = { $0.rank - $1.rank }
        let delta = ListDelta.between(
            old: tree([ListItem(id: 1, rank: 1, content: 0)]), oldWindow: 0..<1,
            new: tree([ListItem(id: 2, rank: 1, content: 0)]), newWindow: 0..<1,
            by: order, same: ==, identity: \.id)
        #expect(delta.removed == [0] && delta.inserted == [0])
        #expect(delta.moved.isEmpty && delta.updated.isEmpty)
    }

    @Test(arguments: [10_000, 100_000])
    func `look at what enters and leaves a window alone`(count: Int) {
        let old = tree((0..<count).map { ListItem(id: $0, rank: $0, content: 0) })
        var new = old
        new.insert(ListItem(id: -1, rank: -1, content: 0), by: ListOrder.ascending.compare)
        var (looks, comparisons) = (0, 0)
        let window = 100..<count - 100
        let delta = ListDelta.between(
            old: old, oldWindow: window, new: new, newWindow: window,
            by: {
                comparisons += 1
                return ListOrder.ascending.compare($0, $1)
            }, same: ==
        ) {
            looks += 1
            return $0.id
        }
        #expect(delta.inserted == [0] && delta.removed == [window.count - 1])
        #expect(looks == 0 && comparisons < 4 * Tree.capacity)
    }

    @Test func `ask for sameness with the old element first`() {
        let old = tree([1, 2].map { ListItem(id: $0, rank: $0, content: 0) })
        var new = old
        let order = ListOrder.ascending.compare
        new.replace(ListItem(id: 1, rank: 1, content: 1), by: order)
        new.remove(ListItem(id: 2, rank: 2, content: 0), by: order)
        new.insert(ListItem(id: 2, rank: 0, content: 1), by: order)
        let delta = ListDelta.between(
            old: old, oldWindow: 0..<2, new: new, newWindow: 0..<2, by: order,
            same: { old, new in
                #expect(old.content == 0 && new.content == 1)
                return false
            }, identity: \.id)
        #expect(delta.moved == [.init(from: 1, to: 0)])
        #expect(delta.updated == [0, 1])
    }

    // MARK: - What is compared

    private func tree(_ items: [ListItem]) -> Tree { Tree(sorted: items) }

    private func window(of count: Int, _ random: inout SeededRandom) -> Range<Int> {
        let start = random.once(in: 2) ? 0 : random.below(count + 1)
        let length = random.pick([0, 10, 40, count])
        return start..<min(count, start + length)
    }

    private func delta(
        _ old: Tree, _ oldWindow: Range<Int>, _ new: Tree, _ newWindow: Range<Int>
    ) -> ListDelta {
        .between(
            old: old, oldWindow: oldWindow, new: new, newWindow: newWindow,
            by: ListOrder.ascending.compare, same: { $0.content == $1.content }, identity: \.id)
    }

    private func expected(_ old: [ListItem], _ new: [ListItem]) -> ListDelta {
        let before = Dictionary(uniqueKeysWithValues: old.enumerated().map { ($1.id, $0) })
        let after = Set(new.map(\.id))
        var delta = ListDelta()
        delta.removed = old.indices.filter { !after.contains(old[$0].id) }
        for (index, item) in new.enumerated() {
            guard let from = before[item.id] else {
                delta.inserted.append(index)
                continue
            }
            if old[from].rank != item.rank { delta.moved.append(.init(from: from, to: index)) }
            if old[from].content != item.content { delta.updated.append(index) }
        }
        return delta
    }
}
