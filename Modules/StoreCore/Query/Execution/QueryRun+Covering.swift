/// A field of which only the sum matters, or the mean.
///
/// An entry of an index does not tell a double from the equal integer. That matters to a sum, which
/// then is left to the records, and not to a mean.
struct Total {
    let path: FieldPath
    let isMean: Bool

    /// The column of the field, if the entries of some index say all there is to know.
    func coveredSlot(in layout: Layout) -> Int? {
        guard let slot = layout.slot(ofPath: path), isTold(by: layout.columns[slot].type),
            layout.indexes.contains(where: { $0.slots.contains(slot) })
        else { return nil }
        return slot
    }

    /// Whether the words of a column of this type say all there is to know.
    func isTold(by type: ColumnType) -> Bool { type == .integer || type == .number && isMean }
}

extension QueryRun {
    /// The sum of a column's numbers out of the entries of an index, without a look at records;
    /// nil if the plan does not find all that matches by an index with the column.
    func covered(_ total: Total, of slot: Int) -> ExactSum? {
        let plan = execution.plan
        guard plan.residual == nil, plan.after == nil, window.skip == 0, window.remaining == .max,
            case .index(let access) = plan.access,
            let column = view.layout.indexes[access.number].slots.firstIndex(of: slot)
        else { return nil }
        let index = view.entries(of: access.number)
        let kind = index.shape.kinds[column]
        guard total.isTold(by: kind) else { return nil }
        var sum = ExactSum()
        for range in access.ranges {
            index.tree.scanEntries(range) { entry in
                let word = entry[column]
                if word == IndexWord.null { return true }
                if !IndexWord.isExact(word, kind) {
                    // A number too large for its word.
                    if let record = view.record(row: entry[index.shape.words]) {
                        sum.add(record.values + slot)
                    }
                } else if kind == .integer {
                    sum.add(IndexWord.integer(word))
                } else {
                    sum.add(IndexWord.double(word))
                }
                return true
            }
        }
        return sum
    }
}
