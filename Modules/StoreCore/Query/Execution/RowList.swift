// Rows of several indexes
// =======================
//
// Entries of an index give rows in the order of its values. To put the rows of several together
// they are gathered as plain numbers and brought into ascending order, which is that of insertion:
// by a bitmap over the span of the rows where they lie close enough together, by sorting otherwise.
// No record is looked at.

/// Rows as bits over the span that they lie in.
///
/// A class: of a struct that cannot be copied the compiler makes code that ThreadSanitizer's pass
/// refuses.
private final class RowBits {
    private let least: RowID
    private let words: UnsafeMutableBufferPointer<UInt64>

    /// No bits; nil if the span is too wide for `count` rows.
    init?(_ least: RowID, _ greatest: RowID, count: Int) {
        let needed = (greatest - least) >> 6 + 1
        guard needed <= RowID(2_048 + 8 * count) else { return nil }
        self.least = least
        words = .allocate(capacity: Int(needed))
        words.initialize(repeating: 0)
    }

    deinit { words.deallocate() }

    @inline(__always)
    func insert(_ row: RowID) {
        let place = row &- least
        words[Int(truncatingIfNeeded: place >> 6)] |= 1 &<< (place & 63)
    }

    /// Takes out a row, which may lie beyond the span.
    @inline(__always)
    func remove(_ row: RowID) {
        let place = row &- least
        let word = place >> 6
        guard word < RowID(words.count) else { return }
        words[Int(truncatingIfNeeded: word)] &= ~(1 &<< (place & 63))
    }

    /// Whether a row of the span is in.
    @inline(__always)
    func contains(_ row: RowID) -> Bool {
        let place = row &- least
        return words[Int(truncatingIfNeeded: place >> 6)] & 1 &<< (place & 63) != 0
    }

    /// The rows in ascending order.
    func rows(_ count: Int) -> [RowID] {
        var rows: [RowID] = []
        rows.reserveCapacity(count)
        for number in words.indices {
            var word = words[number]
            let base = least &+ RowID(number) << 6
            while word != 0 {
                rows.append(base &+ RowID(word.trailingZeroBitCount))
                word &= word &- 1
            }
        }
        return rows
    }
}

extension [RowID] {
    /// The rows in ascending order, each once.
    func inOrder() -> [RowID] {
        guard var greatest = first, count > 1 else { return self }
        var least = greatest
        var ascends = true
        for row in dropFirst() {
            if row <= greatest { ascends = false } else { greatest = row }
            least = Swift.min(least, row)
        }
        if ascends { return self }
        if let bits = RowBits(least, greatest, count: count) {
            for row in self { bits.insert(row) }
            return bits.rows(count)
        }
        var rows: [RowID] = []
        for row in sorted() where row != rows.last { rows.append(row) }
        return rows
    }

    /// Those of the rows, which ascend, that `scan` meets.
    fileprivate func met(by scan: ((RowID) -> Bool) -> Void) -> [RowID] {
        guard let least = first, let greatest = last else { return [] }
        if let bits = RowBits(least, greatest, count: count) {
            for row in self { bits.insert(row) }
            scan { row in
                bits.remove(row)
                return true
            }
            return filter { !bits.contains($0) }
        }
        var isMet = [Bool](repeating: false, count: count)
        scan { row in
            if let place = place(of: row) { isMet[place] = true }
            return true
        }
        return indices.filter { isMet[$0] }.map { self[$0] }
    }

    /// Where a row stands among the rows, which ascend.
    private func place(of row: RowID) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) >> 1
            if self[middle] < row { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == row ? low : nil
    }
}

extension BucketView {
    /// The rows of an access's entries, in their order.
    func rows(of access: IndexAccess) -> [RowID] {
        var rows: [RowID] = []
        rows.reserveCapacity(access.count)
        scan(access) { row in
            rows.append(row)
            return true
        }
        return rows
    }

    /// The rows of several accesses together, in ascending order.
    func rows(of combined: CombinedAccess) -> [RowID] {
        switch combined.kind {
        case .union:
            var rows: [RowID] = []
            rows.reserveCapacity(combined.entries)
            for part in combined.parts { scan(part) { rows.append($0) } }
            return rows.inOrder()
        case .intersection:
            var rows: [RowID]?
            for part in combined.parts {
                guard case .index(let access) = part else { continue }
                if let known = rows {
                    rows = known.met { scan(access, $0) }
                } else {
                    rows = self.rows(of: access).inOrder()
                }
            }
            return rows ?? []
        }
    }

    private func scan(_ part: CombinedAccess.Part, _ body: (RowID) -> Void) {
        switch part {
        case .row(let row, _):
            if let row { body(row) }
        case .index(let access):
            scan(access) { row in
                body(row)
                return true
            }
        }
    }

    private func scan(_ access: IndexAccess, _ body: (RowID) -> Bool) {
        let index = entries(of: access.number)
        for range in access.ranges { index.scan(ranks: range, ascending: true, body) }
    }
}
