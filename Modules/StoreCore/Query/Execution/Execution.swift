/// Carries out a plan: finds the matching records and hands them on in order.
struct Execution {
    let view: BucketView
    let plan: Plan
    /// What the plan's residual predicate runs.
    private let program: PredicateProgram?
    /// The column that is read first of a record that matches, if the record is not kept.
    private var focus: Int?
    /// Whether so much is done with each record that the processor does not look ahead to the next.
    private var isWorkLong = false
    /// Records that have been looked at.
    private(set) var examined = 0
    /// Records that have been handed on.
    var shown = 0

    init(_ plan: Plan, in view: BucketView) {
        self.plan = plan
        program = plan.residual?.program
        self.view = view
    }

    /// The column at which records are touched before they are looked at one by one; -1 for
    /// their head.
    var touched: Int { program?.firstSlot ?? focus ?? -1 }

    /// Says that matching records are read at `slot` first, and not kept.
    mutating func expectReads(at slot: Int, isWorkLong: Bool = false) {
        focus = slot
        self.isWorkLong = isWorkLong
    }

    /// Hands the records of `window` on, in order, until `body` returns false.
    mutating func forEach(_ window: ResultWindow, _ body: (RecordRef) -> Bool) {
        let wanted = window.remaining
        guard wanted > 0 else { return }
        var window = window
        defer { shown &+= wanted &- window.remaining }
        switch plan.access {
        case .nothing: return
        case .keys(let keys):
            forEach(keys.compactMap { view.record(forKey: $0) }, &window, body)
        case .unique(let number, let values):
            forEach(view.unique(at: number, values: values).map { [$0] } ?? [], &window, body)
        case .rows:
            if case .direct = plan.delivery {
                scanRows(&window, body)
            } else {
                sort(&window, body) { execution, add in execution.addRows(add) }
            }
        case .index(let access):
            switch plan.delivery {
            case .direct: scan(access, &window, body)
            case .grouped(let columns, let isDescending, let isExact):
                let runs = IndexRuns(
                    access, in: view, columns: columns, isDescending: isDescending,
                    isExact: isExact)
                scan(runs, &window, body)
            case .byRow: scanByRow(access, &window, body)
            case .sorted:
                sort(&window, body) { execution, add in
                    _ = execution.feed(access.ranges, wanted: .max) { record in
                        add(record)
                        return true
                    }
                }
            }
        case .combined(let combined):
            let rows = view.rows(of: combined)
            guard case .sorted = plan.delivery else { return scan(rows: rows, &window, body) }
            sort(&window, body) { execution, add in
                execution.feed(rows[...], wanted: .max) { record in
                    add(record)
                    return true
                }
            }
        }
    }

    /// How many records `window` shows.
    mutating func count(_ window: ResultWindow) -> Int {
        if plan.residual == nil, plan.after == nil {
            switch plan.access {
            case .nothing: return 0
            case .rows: return window.clip(view.count)
            case .index(let access): return window.clip(access.count)
            case .combined(let combined): return window.clip(view.rows(of: combined).count)
            case .keys, .unique: break
            }
        }
        var count = 0
        forEach(window) { _ in
            count += 1
            return true
        }
        return count
    }

    /// How many records `window` is going to show at most, as far as is known; for reserving
    /// memory.
    func expected(_ window: ResultWindow) -> Int {
        switch plan.access {
        case .nothing: return 0
        case .keys(let keys): return min(keys.count, window.remaining)
        case .unique: return 1
        case .rows: return plan.residual == nil ? window.clip(view.count) : 0
        case .index(let access): return plan.residual == nil ? window.clip(access.count) : 0
        case .combined: return 0
        }
    }

    /// Whether a record satisfies what the access does not ensure.
    @inline(__always)
    mutating func passes(_ record: RecordRef) -> Bool {
        examined &+= 1
        return program?.matches(record) ?? true
    }

    /// Hands on those of a few records that match, in order.
    private mutating func forEach(
        _ records: [RecordRef], _ window: inout ResultWindow, _ body: (RecordRef) -> Bool
    ) {
        if records.count <= 1 {
            for record in records where passes(record) && isAfterStart(record) {
                _ = window.admit(record, body)
            }
            return
        }
        sort(&window, body) { execution, add in
            for record in records where execution.passes(record) { add(record) }
        }
    }

    /// Whether `record` stands after the place that records are wanted after.
    @inline(__always)
    private func isAfterStart(_ record: RecordRef) -> Bool {
        guard let after = plan.after else { return true }
        return plan.ordering.order(record, after) > 0
    }

    /// Hands on what `source` adds, sorted.
    private mutating func sort(
        _ window: inout ResultWindow, _ body: (RecordRef) -> Bool,
        _ source: (inout Execution, (RecordRef) -> Void) -> Void
    ) {
        var sorter = RecordSorter(plan.ordering, wanted: window.wanted)
        if let after = plan.after {
            let ordering = plan.ordering
            source(&self) { record in
                if ordering.order(record, after) > 0 { sorter.add(record) }
            }
        } else {
            source(&self) { sorter.add($0) }
        }
        for record in sorter.sorted() where !window.admit(record, body) { return }
    }

    private mutating func scanRows(_ window: inout ResultWindow, _ body: (RecordRef) -> Bool) {
        var examined = 0
        if plan.isBackward {
            view.scanRows(from: plan.after?.row, ascending: false) { record in
                !passes(record) || window.admit(record, body)
            }
        } else if let residual = plan.residual {
            examined = scanRows(residual, from: plan.after?.row) { window.admit($0, body) }
        } else if focus != nil, !isWorkLong {
            scanRows(skipping: window.skipUnseen(skippable)) { record in
                examined &+= 1
                return window.admit(record, body)
            }
        } else {
            // What is kept is counted up, which waits for memory each time unless it was touched; so
            // does long work on a record.
            let skipped = window.skipUnseen(skippable)
            examined = RecordBatch.with(wanted: window.remaining, touching: touched) { batch in
                var goesOn = true
                scanRows(skipping: skipped) { record in
                    guard batch.append(record) else { return true }
                    goesOn = batch.drain { window.admit($0, body) }
                    return goesOn
                }
                if goesOn { _ = batch.drain { window.admit($0, body) } }
                return batch.drained
            }
        }
        self.examined += examined
    }

    /// Visits the records that match, and returns how many were looked at.
    @inline(__always)
    private func scanRows(
        _ residual: CompiledPredicate, from row: RowID?, _ body: (RecordRef) -> Bool
    ) -> Int {
        let program = residual.program
        var examined = 0
        view.rows.ascend(after: row) { records in
            let (matching, open) = program.glance(at: records)
            var places = matching | open
            while places != 0 {
                let place = places.trailingZeroBitCount
                places &= places &- 1
                let record = RecordRef(records[place])
                if open & 1 << UInt32(place) != 0, !program.matches(record) { continue }
                if !body(record) {
                    examined &+= place &+ 1
                    return false
                }
            }
            examined &+= records.count
            return true
        }
        withExtendedLifetime(residual) {}
        return examined
    }

    /// Adds every record that matches.
    private mutating func addRows(_ add: (RecordRef) -> Void) {
        guard let residual = plan.residual else {
            view.scanRows(from: nil, ascending: true) { record in
                examined &+= 1
                add(record)
                return true
            }
            return
        }
        examined += scanRows(residual, from: nil) { record in
            add(record)
            return true
        }
    }

    /// How many records may be skipped by rank.
    private var skippable: Int { plan.after == nil ? view.count : 0 }

    /// Visits all records that are wanted but the first `skipped`.
    @inline(__always)
    private func scanRows(skipping skipped: Int, _ body: (RecordRef) -> Bool) {
        if let after = plan.after {
            view.scanRows(from: after.row, ascending: true, body)
        } else {
            view.scanRows(skipping: skipped, ascending: true, body)
        }
    }
}

extension ResultWindow {
    /// How many of `count` records the window shows.
    func clip(_ count: Int) -> Int { min(max(count - skip, 0), remaining) }
}
