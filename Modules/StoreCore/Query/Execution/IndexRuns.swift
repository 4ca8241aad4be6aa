/// Entries of an index as runs that are equal in the columns that an order depends on.
///
/// An index orders equal values by row, upwards. Read backwards it gives the values of a descending
/// order, but the rows of equal values the wrong way round; and columns that the order does not
/// mention stand between the values and the rows. In both cases it is enough to put each run right.
struct IndexRuns {
    let access: IndexAccess
    let index: IndexView
    let isDescending: Bool
    /// Whether rows ascend within a run.
    let isExact: Bool
    /// How many leading columns the entries of a run are equal in.
    private let columns: Int
    /// Leading columns in which all entries are equal.
    private let constants: Int

    init(
        _ access: IndexAccess, in view: BucketView, columns: Int, isDescending: Bool, isExact: Bool
    ) {
        self.access = access
        index = view.entries(of: access.number)
        self.columns = columns
        constants = access.constants
        self.isDescending = isDescending
        self.isExact = isExact
    }

    /// Whether two records stand in one run.
    @inline(__always)
    func agree(_ one: RecordRef, _ other: RecordRef) -> Bool {
        for column in constants..<columns {
            let slot = index.shape.slots[column]
            if index.shape.compare(column, one.values + slot, other.values + slot) != 0 {
                return false
            }
        }
        return true
    }

    /// The ranks of the run that `record` stands in.
    func run(of record: RecordRef) -> Range<Int> {
        index.run(of: record, columns: columns)
    }

    /// What comes after `run`, as far as it lies in `ranges`.
    func rest(_ ranges: [Range<Int>], after run: Range<Int>) -> [Range<Int>] {
        ranges.clipped(to: isDescending ? 0..<run.lowerBound : run.upperBound..<Int.max)
    }
}

extension Execution {
    /// Runs longer than this are not turned round in memory but read forwards.
    private static let turnedMax = 32

    /// Hands on entries run by run.
    mutating func scan(
        _ runs: IndexRuns, _ window: inout ResultWindow, _ body: (RecordRef) -> Bool
    ) {
        var ranges = runs.access.ranges
        if let resume = runs.access.resume {
            let part = ranges.clipped(to: resume.run)
            guard emit(part, from: resume.start, runs, &window, body) else { return }
            ranges = runs.rest(ranges, after: resume.run)
        } else if runs.isExact {
            guard let rest = jump(ranges, runs, &window, body) else { return }
            ranges = rest
        }
        while !ranges.isEmpty {
            guard let run = turn(ranges, runs, &window, body) else { return }
            let part = ranges.clipped(to: run)
            guard emit(part, from: nil, runs, &window, body) else { return }
            ranges = runs.rest(ranges, after: run)
        }
    }

    /// Hands on one run whole.
    ///
    /// Returns false when no more is wanted.
    private mutating func emit(
        _ part: [Range<Int>], from start: Int?, _ runs: IndexRuns, _ window: inout ResultWindow,
        _ body: (RecordRef) -> Bool
    ) -> Bool {
        if runs.isExact {
            var part = start.map { part.clipped(to: rest(from: $0)) } ?? part
            if plan.residual == nil, !plan.isBackward {
                part.removeFirstEntries(window.skipUnseen(part.entryCount))
                part.keepFirstEntries(window.remaining)
            }
            return feed(part, ascending: !plan.isBackward, wanted: window.wanted) {
                window.admit($0, body)
            }
                && window.remaining > 0
        }
        var run: [RecordRef] = []
        let floor = plan.after?.row
        let isBackward = plan.isBackward
        _ = feed(part, wanted: .max) { record in
            if let floor, isBackward ? record.row >= floor : record.row <= floor {
                return true
            }
            run.append(record)
            return true
        }
        return emit(&run, runs, &window, body)
    }

    /// Hands on a run that has been read.
    private func emit(
        _ run: inout [RecordRef], _ runs: IndexRuns, _ window: inout ResultWindow,
        _ body: (RecordRef) -> Bool
    ) -> Bool {
        if runs.isExact {
            run.reverse()
        } else {
            let isBackward = plan.isBackward
            run.sort { ($0.row < $1.row) != isBackward }
        }
        for record in run where !window.admit(record, body) { return false }
        run.removeAll(keepingCapacity: true)
        return true
    }

    /// Hands on the run in which the skipping ends, found by rank, and returns what follows it.
    private mutating func jump(
        _ ranges: [Range<Int>], _ runs: IndexRuns, _ window: inout ResultWindow,
        _ body: (RecordRef) -> Bool
    ) -> [Range<Int>]? {
        let count = ranges.entryCount
        let skip = plan.residual == nil ? window.skip : 0
        guard skip < count,
            let row = runs.index.row(
                at: ranges.rank(runs.isDescending ? count - 1 - skip : skip)),
            let record = view.record(row: row)
        else { return nil }
        let run = runs.run(of: record)
        if skip > 0 {
            _ = window.skipUnseen(ranges.clipped(to: run.upperBound..<Int.max).entryCount)
        }
        let part = ranges.clipped(to: run)
        guard emit(part, from: nil, runs, &window, body) else { return nil }
        return runs.rest(ranges, after: run)
    }

    /// Reads entries and puts each run right in memory, up to one that is too long for that:
    /// returns its ranks, or nil when all has been handed on or no more is wanted.
    private mutating func turn(
        _ ranges: [Range<Int>], _ runs: IndexRuns, _ window: inout ResultWindow,
        _ body: (RecordRef) -> Bool
    ) -> Range<Int>? {
        var run: [RecordRef] = []
        var isTooLong = false
        let wanted = window.wanted
        let goesOn = feed(ranges, ascending: !runs.isDescending, wanted: wanted) {
            [self] record in
            if run.count == 1, !runs.agree(run[0], record) {
                // The usual case where values differ: nothing to put right.
                guard window.admit(run[0], body) else { return false }
                run[0] = record
                return true
            }
            if run.count > 1, !runs.agree(run[0], record) {
                guard emit(&run, runs, &window, body) else { return false }
            }
            run.append(record)
            isTooLong = runs.isExact && run.count > Execution.turnedMax
            return !isTooLong
        }
        if isTooLong { return runs.run(of: run[0]) }
        if goesOn { _ = emit(&run, runs, &window, body) }
        return nil
    }
}
