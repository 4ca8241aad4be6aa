extension Execution {
    /// Looks up the records of the entries in `ranges`, batch by batch, and hands on those that
    /// match, in the order of the entries.
    ///
    /// Returns false if `body` did.
    mutating func feed(
        _ ranges: [Range<Int>], ascending: Bool = true, wanted: Int, _ body: (RecordRef) -> Bool
    ) -> Bool {
        guard case .index(let access) = plan.access else { return true }
        let index = view.entries(of: access.number)
        if ranges.count == 1, ranges[0].count == 1 {
            guard let row = index.row(at: ranges[0].lowerBound), let record = view.record(row: row)
            else { return true }
            return !passes(record) || body(record)
        }
        return RecordBatch.with(wanted: wanted, touching: touched) { batch in
            var goesOn = true
            for number in ranges.indices {
                let range = ranges[ascending ? number : ranges.count - 1 - number]
                index.scan(ranks: range, ascending: ascending) { row in
                    gather(row, &batch, &goesOn, body)
                }
                guard goesOn else { return false }
            }
            return batch.drain { !passes($0) || body($0) }
        }
    }

    /// The same for rows.
    mutating func feed(
        _ rows: ArraySlice<RowID>, wanted: Int, _ body: (RecordRef) -> Bool
    ) {
        RecordBatch.with(wanted: wanted, touching: touched) { batch in
            var goesOn = true
            for row in rows {
                guard gather(row, &batch, &goesOn, body) else { return }
            }
            _ = batch.drain { !passes($0) || body($0) }
        }
    }

    @inline(__always)
    private mutating func gather(
        _ row: RowID, _ batch: inout RecordBatch, _ goesOn: inout Bool, _ body: (RecordRef) -> Bool
    ) -> Bool {
        guard let record = view.record(row: row), batch.append(record) else { return true }
        goesOn = batch.drain { !passes($0) || body($0) }
        return goesOn
    }

    /// Entries that are in order as they are.
    mutating func scan(
        _ access: IndexAccess, _ window: inout ResultWindow, _ body: (RecordRef) -> Bool
    ) {
        var ranges = access.ranges
        if let resume = access.resume { ranges = ranges.clipped(to: rest(from: resume.start)) }
        if plan.residual == nil, !plan.isBackward {
            ranges.removeFirstEntries(window.skipUnseen(access.count))
            ranges.keepFirstEntries(window.remaining)
        }
        _ = feed(ranges, ascending: !plan.isBackward, wanted: window.wanted) {
            window.admit($0, body)
        }
    }

    /// The ranks from the one at which reading goes on.
    func rest(from start: Int) -> Range<Int> {
        plan.isBackward ? 0..<start : start..<Int.max
    }

    /// Entries whose rows have to be sorted.
    mutating func scanByRow(
        _ access: IndexAccess, _ window: inout ResultWindow, _ body: (RecordRef) -> Bool
    ) {
        scan(rows: view.rows(of: access).inOrder(), &window, body)
    }

    /// Rows in ascending order.
    mutating func scan(
        rows: [RowID], _ window: inout ResultWindow, _ body: (RecordRef) -> Bool
    ) {
        let rows = plan.isBackward ? rows.reversed() : rows
        var wanted = rows[...]
        if let start = plan.after?.row {
            wanted = rows.drop { plan.isBackward ? $0 >= start : $0 <= start }
        }
        if plan.residual == nil {
            wanted = wanted.dropFirst(window.skipUnseen(wanted.count)).prefix(window.remaining)
        }
        feed(wanted, wanted: window.wanted) { window.admit($0, body) }
    }
}

extension [Range<Int>] {
    /// What lies in `bounds`.
    func clipped(to bounds: Range<Int>) -> [Range<Int>] {
        // Mostly there is one range, and it stays as it is or nothing stays.
        if count == 1 {
            let clipped = self[0].clamped(to: bounds)
            return clipped == self[0] ? self : clipped.isEmpty ? [] : [clipped]
        }
        return compactMap { range in
            let clipped = range.clamped(to: bounds)
            return clipped.isEmpty ? nil : clipped
        }
    }

    /// Entries in all ranges.
    var entryCount: Int { reduce(0) { $0 + $1.count } }

    /// The rank of the entry that has `place` entries before it in these ranges; there is one.
    func rank(_ place: Int) -> Int {
        var rest = place
        for range in self {
            if rest < range.count { return range.lowerBound + rest }
            rest -= range.count
        }
        preconditionFailure("an entry beyond all ranges")
    }

    mutating func removeFirstEntries(_ count: Int) {
        var rest = count
        while rest > 0, let first {
            if first.count <= rest {
                removeFirst()
                rest -= first.count
            } else {
                self[0] = first.lowerBound + rest..<first.upperBound
                rest = 0
            }
        }
    }

    mutating func keepFirstEntries(_ count: Int) {
        var rest = count
        for index in indices {
            if self[index].count == rest, index == self.count - 1 { return }
            if self[index].count >= rest {
                self[index] = self[index].lowerBound..<self[index].lowerBound + rest
                removeSubrange((rest > 0 ? index + 1 : index)...)
                return
            }
            rest -= self[index].count
        }
    }
}
