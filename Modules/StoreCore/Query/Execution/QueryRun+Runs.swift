extension QueryRun {
    /// The entries that answer the whole predicate and come in the order asked for, and how many
    /// leading columns decide that order; nil if the plan is another.
    var indexRuns: (access: IndexAccess, columns: Int)? {
        let plan = execution.plan
        guard plan.residual == nil, plan.after == nil, case .index(let access) = plan.access else {
            return nil
        }
        let slots = view.layout.indexes[access.number].slots
        if plan.ordering.isByRow {
            // All records are equal in what was asked for, and the index knows in what.
            return access.constants > 0 && access.ranges.count <= 1
                ? (access, access.constants) : nil
        }
        switch plan.delivery {
        case .direct: return (access, slots.count)
        case .grouped(let columns, _, _): return (access, columns)
        case .byRow, .sorted: return nil
        }
    }

    /// Passes one record of each run of entries that are equal in the leading columns to `body`, with their number.
    ///
    /// A value may come in more than one run. Where equal values may look different, it is the record in the lowest row
    /// of the run.
    ///
    /// - Complexity: O(min(m, r log n)) for m entries in r runs; one record of each run is looked
    ///   at, and more only where values are too long for their words. O(m) where equal values may
    ///   look different and further columns stand between them and their rows.
    func forEachRun(
        _ runs: (access: IndexAccess, columns: Int), _ body: (RecordRef, Int) -> Void
    ) {
        let index = view.entries(of: runs.access.number)
        for range in runs.access.ranges {
            var start = range.lowerBound
            while start < range.upperBound {
                start = walk(start..<range.upperBound, index, runs.columns, body)
            }
        }
    }

    /// Entries of a run that are met one by one before the rest of it is leapt over.
    private static let walkedMax = 32

    /// Walks through short runs, up to the end of the first long one, which it returns.
    private func walk(
        _ range: Range<Int>, _ index: IndexView, _ columns: Int,
        _ body: (RecordRef, Int) -> Void
    ) -> Int {
        var rank = range.lowerBound
        var start = rank
        var first: UnsafePointer<UInt64>?
        let isMixed =
            columns < index.shape.slots.count && index.shape.hasSpellings(columns: columns)
        func hand(_ record: RecordRef, _ run: Range<Int>) {
            guard isMixed else { return body(record, run.count) }
            let row = index.lowestRow([run], like: record, columns: columns)
            body(view.record(row: row) ?? record, run.count)
        }
        index.tree.scanEntries(range) { entry in
            guard let known = first else {
                first = entry
                rank += 1
                return true
            }
            if !index.agree(known, entry, columns: columns) {
                if let record = view.record(row: known[index.shape.words]) {
                    hand(record, start..<rank)
                }
                first = entry
                start = rank
            }
            rank += 1
            return rank - start < QueryRun.walkedMax
        }
        guard let known = first, let record = view.record(row: known[index.shape.words]) else {
            return range.upperBound
        }
        let end =
            rank < range.upperBound
            ? min(max(rank, index.run(of: record, columns: columns).upperBound), range.upperBound)
            : rank
        hand(record, start..<end)
        return end
    }
}

extension IndexShape {
    /// Whether entries that are equal in the first columns may be of values that look different.
    func hasSpellings(columns: Int) -> Bool {
        kinds.prefix(columns).contains(where: \.hasSpellings)
    }
}

extension IndexView {
    /// The lowest row among the entries of a run, all equal to `record` in the first columns.
    ///
    /// - Complexity: O(log n) if the index has no further columns, otherwise O(number of entries).
    func lowestRow(_ run: [Range<Int>], like record: RecordRef, columns: Int) -> RowID {
        var lowest = record.row
        for range in run {
            // Entries that are equal in all columns stand in the order of their rows.
            let range = columns < shape.slots.count ? range : range.prefix(1)
            tree.scanEntries(range) { entry in
                lowest = min(lowest, entry[shape.words])
                return true
            }
        }
        return lowest
    }

    /// Whether two entries are equal in their first columns.
    @inline(__always)
    fileprivate func agree(
        _ one: UnsafePointer<UInt64>, _ other: UnsafePointer<UInt64>, columns: Int
    ) -> Bool {
        for column in 0..<columns {
            if one[column] != other[column] { return false }
            if !IndexWord.isExact(one[column], shape.kinds[column]) {
                return recordsAgree(one, other, columns: columns)
            }
        }
        return true
    }

    @inline(never)
    private func recordsAgree(
        _ one: UnsafePointer<UInt64>, _ other: UnsafePointer<UInt64>, columns: Int
    ) -> Bool {
        guard let one = rows.find(one[shape.words]), let other = rows.find(other[shape.words])
        else { return false }
        return (0..<columns).allSatisfy {
            let slot = shape.slots[$0]
            return shape.compare(
                $0, RecordRef(one).values + slot, RecordRef(other).values + slot) == 0
        }
    }
}
