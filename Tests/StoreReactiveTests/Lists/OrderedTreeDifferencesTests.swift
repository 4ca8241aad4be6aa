import StoreTesting
import TestSupport
import Testing

@testable import StoreReactive

@Suite struct `Differences of ordered trees` {
    private typealias Tree = OrderedTree<ListItem>
    private static let order = ListOrder.ascending

    /// How an old tree and a new one have come about.
    enum Kinship: CaseIterable {
        case edited, editedInRuns, unrelated
    }

    @Test(arguments: Kinship.allCases, Volume.seeds(few: 6, full: 30))
    func `are those of the sorted arrays`(kinship: Kinship, seed: UInt64) {
        var random = SeededRandom(seed)
        let old = ListPair.tree(of: random.pick([0, 1, 40, 700, 6_000]), &random)
        var new = old
        switch kinship {
        case .edited: ListPair.edit(&new, count: random.below(40), &random)
        case .editedInRuns: ListPair.editRun(&new, length: random.below(2_000), &random)
        case .unrelated: new = ListPair.tree(of: random.pick([0, 3, 90, 2_000]), &random)
        }
        #expect(
            differences(old, new) == expected(Array(old), Array(new)), "\(kinship), seed \(seed)")
        #expect(
            differences(new, old) == expected(Array(new), Array(old)),
            "\(kinship), seed \(seed), back")
    }

    @Test(arguments: [10_000, 100_000], Volume.seeds(few: 4, full: 20))
    func `are found without looking at what is shared`(count: Int, seed: UInt64) throws {
        var random = SeededRandom(seed)
        let old = Tree(sorted: (0..<count).map { ListItem(id: $0, rank: $0 * 10, content: 0) })
        var new = old
        // Enough in one place for a leaf to be split.
        let (place, changes) = (random.below(count) * 10, random.pick([1, 10]))
        for change in 1...changes {
            let item = ListItem(id: change, rank: place + 1, content: 0)
            new.insert(item, by: Self.order.compare)
        }
        let visited = Tree.differ(old, new, by: Self.order.compare, same: ==) { _ in true }
        let height = try #require(new.root).level + 1
        #expect(visited <= 2 * height * Tree.capacity, "seed \(seed)")
    }

    @Test func `are found without looking at what is shared, where a tree has grown higher`() throws
    {
        var (old, new) = (Tree(), Tree())
        for number in 0..<50_000 where new.root.map({ $0.level < 3 }) ?? true {
            old = new
            new.insert(ListItem(id: number, rank: number, content: 0), by: Self.order.compare)
        }
        #expect(try #require(old.root).level == 2 && new.root?.level == 3)
        for (one, other) in [(old, new), (new, old)] {
            let visited = Tree.differ(one, other, by: Self.order.compare, same: ==) { _ in true }
            #expect(visited <= 2 * 4 * Tree.capacity)
        }
    }

    @Test func `are shown until no more are wanted`() {
        let old = Tree(sorted: (0..<100).map { ListItem(id: $0, rank: $0, content: 0) })
        var shown = 0
        Tree.differ(old, Tree(), by: Self.order.compare, same: ==) { _ in
            shown += 1
            return shown < 7
        }
        #expect(shown == 7)
    }

    // MARK: - What is compared

    /// A difference as it can be compared.
    private enum Told: Equatable {
        case shared(Int, Int, count: Int)
        case removed(Int, ListItem)
        case inserted(Int, ListItem)
        case replaced(Int, Int, ListItem, ListItem)
    }

    private func differences(_ old: Tree, _ new: Tree) -> [Told] {
        var told: [Told] = []
        Tree.differ(old, new, by: Self.order.compare, same: ==) { difference in
            switch difference {
            case .shared(let old, let new, let count): told.append(.shared(old, new, count: count))
            case .removed(let old, let element): told.append(.removed(old, element))
            case .inserted(let new, let element): told.append(.inserted(new, element))
            case .replaced(let old, let new, let one, let other):
                told.append(.replaced(old, new, one, other))
            }
            return true
        }
        return told
    }

    private func expected(_ old: [ListItem], _ new: [ListItem]) -> [Told] {
        var told: [Told] = []
        var (one, other) = (0, 0)
        while one < old.count || other < new.count {
            let side =
                one == old.count
                ? 1 : other == new.count ? -1 : Self.order.compare(old[one], new[other])
            if side < 0 {
                told.append(.removed(one, old[one]))
            } else if side > 0 {
                told.append(.inserted(other, new[other]))
            } else if old[one] != new[other] {
                told.append(.replaced(one, other, old[one], new[other]))
            } else if case .shared(let start, let newStart, let count)? = told.last {
                told[told.count - 1] = .shared(start, newStart, count: count + 1)
            } else {
                told.append(.shared(one, other, count: 1))
            }
            if side <= 0 { one += 1 }
            if side >= 0 { other += 1 }
        }
        return told
    }
}
