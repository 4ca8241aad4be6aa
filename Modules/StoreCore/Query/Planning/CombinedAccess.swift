/// Rows that several accesses find: those that all of them have, or those that any has.
final class CombinedAccess {
    /// One of the accesses.
    enum Part {
        case index(IndexAccess)
        /// The row of one record, at most, and the fields that lead to it.
        case row(RowID?, fields: [String])
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

    /// The fields by which each part is found, each list once.
    func fields(in layout: Layout) -> [[String]] {
        var fields: [[String]] = []
        for part in parts {
            let names: [String]
            switch part {
            case .index(let access): names = layout.indexes[access.number].definition.fields
            case .row(_, let keys): names = keys
            }
            if !fields.contains(names) { fields.append(names) }
        }
        return fields
    }
}
