import StoreCore

/// The records that match, in order, or as many of the first as are asked for.
///
/// Where only some are asked for, some more are kept, so that one that goes makes room for the next without a look at the
/// bucket; when they are used up, as many again are read.
class ListMaintainer<Element: Sendable>: Maintainer<LiveList<Element>>, @unchecked Sendable {
    /// Makes an element of its record alone, where that is enough.
    private let make: (@Sendable (Record) throws -> Element)?
    private let limit: Int?
    private let offset: Int
    private(set) var rows = OrderedTree<ListRow>()
    private(set) var order: ListOrder
    /// All records that match, up to this one in their order, are in `rows`; nil: all of them are.
    private var last: Record?
    /// How many are kept beyond those that are asked for.
    var slack = 64
    private static var slackMax: Int { 4_096 }
    /// How many changes concern what is shown.
    private var touches = 0
    /// Whether a row was not where it must have been.
    private var hasLost = false
    /// How many rows have no element.
    private var failures = 0

    init(_ query: Query, _ make: (@Sendable (Record) throws -> Element)?) {
        limit = query.limitAsked
        offset = query.offsetAsked
        self.make = make
        order = ListOrder()
        super.init()
    }

    /// How many rows of those that match are asked for, those that are left out included.
    private var end: Int {
        guard let limit else { return .max }
        let (end, overflow) = max(offset, 0).addingReportingOverflow(max(limit, 0))
        return overflow ? .max : end
    }

    /// Whether rows may be kept that are not shown.
    var isLimited: Bool { limit != nil || offset > 0 }

    private var kept: Int { end > .max - slack ? .max : end + slack }

    override func read(
        _ query: Query, _ prepared: PreparedQuery, _ snapshot: Snapshot, _ recorder: ReadRecorder
    ) throws {
        // For what is wrong with limit and offset.
        if limit ?? 0 < 0 || offset < 0 { _ = try query.all() }
        // It has not lasted long.
        if last != nil { slack = min(2 * slack, ListMaintainer.slackMax) }
        let kept = kept
        let all = query.unlimited()
        let records = try kept == .max ? all.all() : all.limit(kept).all()
        last = records.count == kept ? records.last : nil
        order = ListOrder(prepared)
        let made = try made(records, query, snapshot, recorder)
        failures = made.count { !$0.hasElement }
        rows = OrderedTree(sorted: made)
        touches = 0
        hasLost = false
    }

    /// The rows of records that are read anew.
    func made(
        _ records: [Record], _ query: Query, _ snapshot: Snapshot, _ recorder: ReadRecorder
    ) throws -> [ListRow] {
        records.map(made)
    }

    /// The row of a record that has come.
    func made(_ record: Record) -> ListRow {
        guard let make, let element = try? make(record) else { return ListRow(of: record) }
        return ListRow(element, of: record)
    }

    /// A record has changed, and its row stays where it is.
    func stayed(_ old: Record, _ new: Record) { put(made(new)) }

    /// A record's row is there no longer.
    func left(_ record: Record) {}

    override func replace(_ old: Record?, by new: Record?, _ prepared: PreparedQuery) {
        let old = old.flatMap { isKept($0, prepared) ? $0 : nil }
        let new = new.flatMap { isKept($0, prepared) ? $0 : nil }
        if let old, let new, prepared.compare(old, new) == 0 { return stayed(old, new) }
        if let old {
            left(old)
            guard let (index, row) = rows.remove(ListRow(of: old), by: order.compare) else {
                hasLost = true
                return
            }
            if !row.hasElement { failures -= 1 }
            touch(index)
        }
        if let new {
            let row = made(new)
            if !row.hasElement { failures += 1 }
            touch(rows.insert(row, by: order.compare))
        }
    }

    /// Puts a row in the place of that of the same record.
    func put(_ row: ListRow) {
        guard let (index, old) = rows.replace(row, by: order.compare) else {
            hasLost = true
            return
        }
        if !old.hasElement { failures -= 1 }
        if !row.hasElement { failures += 1 }
        touch(index)
    }

    private func isKept(_ record: Record, _ prepared: PreparedQuery) -> Bool {
        last.map { prepared.compare(record, $0) <= 0 } ?? true
    }

    private func touch(_ index: Int) { if index < end { touches += 1 } }

    override func settle(_ prepared: PreparedQuery, _ snapshot: Snapshot) throws -> Bool? {
        if hasLost || last != nil && rows.count < end { return nil }
        if end < .max - 4 * slack, rows.count > end + 4 * slack {
            rows.forEach(in: kept..<rows.count) { row in
                if let record = row.record { left(record) }
                if !row.hasElement { failures -= 1 }
                return true
            }
            rows.removeLast(rows.count - kept)
            last = rows.last?.record
        }
        return touches > 0
    }

    override func value() throws -> LiveList<Element> {
        touches = 0
        let end = min(end, rows.count)
        let window = min(max(offset, 0), end)..<end
        try check(window)
        rows.seal()
        return LiveList(rows, order, window: window)
    }

    /// Looks for rows whose elements could not be made.
    ///
    /// - Throws: what making one throws.
    private func check(_ window: Range<Int>) throws {
        guard failures > 0 else { return }
        var failed: [Record] = []
        rows.forEach(in: window) { row in
            if !row.hasElement, let record = row.record { failed.append(record) }
            return true
        }
        for record in failed { try check(record) }
    }

    /// Makes the element of a record once more.
    ///
    /// - Throws: why it cannot be made.
    func check(_ record: Record) throws {
        if let make { put(ListRow(try make(record), of: record)) }
    }

    override func isSame(_ one: LiveList<Element>, _ other: LiveList<Element>) -> Bool {
        other.isUnchanged(from: one)
    }
}
