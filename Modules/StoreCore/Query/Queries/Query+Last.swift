extension Query {
    /// The last `count` records in the bucket's order, the first of them first.
    ///
    /// The query has no predicate and no order.
    func lastRecords(_ count: Int) throws -> [Record] {
        try source.withView { view, recorder in
            let ordering = try CompiledOrdering.make([], bucketOrder: true, for: view.layout)
            let records = count == 0 ? [] : view.lastRecords(Swift.min(count, view.count))
            if let recorder {
                var start: RowPlace?
                if records.count == count, let first = records.first {
                    // Just before the first of them.
                    start = ordering.place(of: RecordRef(first.storage))
                    start?.row &-= 1
                }
                let plan = Plan(.rows, .direct, ordering)
                try recorder.note(
                    predicate, plan, ordering, after: start, through: nil, reading: .all, in: view)
            }
            return records
        }
    }
}

extension BucketView {
    /// The last `count` records in the bucket's order; there are as many.
    fileprivate func lastRecords(_ count: Int) -> [Record] {
        var found: [RecordRef] = []
        found.reserveCapacity(count)
        if let number = layout.keyOrderIndex {
            let index = entries(of: number)
            index.scan(ranks: index.count - count..<index.count, ascending: true) { row in
                if let record = record(row: row) { found.append(record) }
                return true
            }
        } else {
            scanRows(skipping: self.count - count, ascending: true) { record in
                found.append(record)
                return true
            }
        }
        return found.map { Record($0.storage) }
    }
}
