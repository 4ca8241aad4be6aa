/// An element of the lists in these tests: a thing, where it stands, and what it says.
struct ListItem: Hashable, Sendable, CustomStringConvertible {
    let id: Int
    let rank: Int
    let content: Int

    var description: String { "\(rank)/\(id):\(content)" }
}

/// An order of items, total on their ranks and numbers.
enum ListOrder: CaseIterable {
    case ascending, descending, few

    func compare(_ one: ListItem, _ other: ListItem) -> Int {
        switch self {
        case .ascending: one.rank != other.rank ? one.rank - other.rank : one.id - other.id
        case .descending: Self.ascending.compare(other, one)
        // Most ranks are equal, and numbers count downwards.
        case .few:
            one.rank / 10 != other.rank / 10 ? one.rank / 10 - other.rank / 10 : other.id - one.id
        }
    }
}

extension Array {
    /// The first index from which on `isBehind` is true.
    func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
