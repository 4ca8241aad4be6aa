/// Rows that several accesses find: those that all of them have, or those that any has.
final class CombinedAccess {
    /// One of the accesses.
    enum Part {
        case index(IndexAccess)
        /// The row of one record, at most, and what leads to it: the key, or a unique value.
        case row(RowID?, by: IndexDefinition)
    }

    enum Kind { case intersection, union }

    let kind: Kind
    let parts: [Part]
    /// Entries of all parts.
    let entries: Int
    /// How many rows are likely to be found.
    let expected: Double
    /// The terms of the predicate that the access answers.
    let answered: [Int]

    init(
        _ kind: Kind, _ parts: [Part], entries: Int, expected: Double, answered: [Int]
    ) {
        self.kind = kind
        self.parts = parts
        self.entries = entries
        self.expected = expected
        self.answered = answered
    }

    /// The indexes, keys and unique values by which the parts are found, each once.
    func indexes(in layout: Layout) -> [IndexDefinition] {
        var indexes: [IndexDefinition] = []
        for part in parts {
            let index: IndexDefinition
            switch part {
            case .index(let access): index = layout.indexes[access.number].definition
            case .row(_, let key): index = key
            }
            if !indexes.contains(index) { indexes.append(index) }
        }
        return indexes
    }
}
