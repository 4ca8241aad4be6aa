import StoreTesting

@testable import StoreReactive

/// Random trees in ascending order, in which each number stands for one thing, and what may become of them.
enum ListPair {
    static func tree(of count: Int, _ random: inout SeededRandom) -> OrderedTree<ListItem> {
        var tree = OrderedTree<ListItem>()
        for id in 0..<count {
            let item = ListItem(id: id, rank: random.below(3 * count), content: 0)
            tree.insert(item, by: ListOrder.ascending.compare)
        }
        return tree
    }

    /// Single edits anywhere: removals, insertions, new contents, new ranks.
    static func edit(
        _ tree: inout OrderedTree<ListItem>, count: Int, _ random: inout SeededRandom
    ) {
        for number in 0..<count {
            let order = ListOrder.ascending.compare
            let rank = random.below(3 * tree.count + 10)
            guard !tree.isEmpty, !random.once(in: 4) else {
                tree.insert(ListItem(id: 100_000 + number, rank: rank, content: 0), by: order)
                continue
            }
            // Near the beginning by preference, where windows are.
            let item = tree[random.below(random.once(in: 2) ? min(tree.count, 30) : tree.count)]
            let content = item.content + random.below(2)
            switch random.below(3) {
            case 0: tree.remove(item, by: order)
            case 1:
                tree.replace(
                    ListItem(id: item.id, rank: item.rank, content: item.content + 1), by: order)
            default:
                tree.remove(item, by: order)
                tree.insert(ListItem(id: item.id, rank: rank, content: content), by: order)
            }
        }
    }

    /// Removes neighbours, and inserts as many others somewhere.
    static func editRun(
        _ tree: inout OrderedTree<ListItem>, length: Int, _ random: inout SeededRandom
    ) {
        let order = ListOrder.ascending.compare
        let start = random.below(tree.count + 1)
        for _ in 0..<min(length, tree.count - start) { tree.remove(tree[start], by: order) }
        let rank = random.below(3 * tree.count + 10)
        for number in 0..<length {
            tree.insert(ListItem(id: 100_000 + number, rank: rank, content: 0), by: order)
        }
    }
}
