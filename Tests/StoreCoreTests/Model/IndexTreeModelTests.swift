import StoreTesting
import TestSupport
import Testing

@testable import StoreCore

/// Index trees against sorted lists of records.
@Suite struct `Index trees against a model` {
    private struct Entry {
        let record: RawNode
        let values: [Value]
        let row: RowID
    }

    private struct Version {
        var rows = RowTree()
        var tree = IndexTree()
        var model: [RowID: Entry] = [:]
    }

    /// A column's type, and values that are hard to tell apart.
    enum Columns: String, CaseIterable, CustomTestStringConvertible {
        case text, numbers, whole, compound, bytesAndFlag, lists, anyCase, compoundOfAnyCase

        var testDescription: String { rawValue }

        var kinds: [ColumnType] {
            switch self {
            case .text, .anyCase: [.string]
            case .numbers: [.number]
            case .whole: [.integer]
            case .compound: [.string, .number, .date]
            case .bytesAndFlag: [.bytes, .boolean]
            case .lists: [.array]
            case .compoundOfAnyCase: [.number, .string, .string]
            }
        }

        /// The columns whose case is ignored, in bits.
        var folded: UInt32 {
            switch self {
            case .anyCase: 1
            case .compoundOfAnyCase: 0b010
            default: 0
            }
        }

        func draw(_ random: inout SeededRandom) -> [Value] {
            kinds.map { ModelValues.draw($0, &random) }
        }
    }

    @Test(arguments: Columns.allCases, Volume.seeds(few: 2, full: 6))
    func `agree through random edits, and old versions stay as they were`(
        columns: Columns, seed: UInt64
    ) throws {
        var random = SeededRandom(seed)
        let shape = IndexShape(
            slots: Array(columns.kinds.indices), kinds: columns.kinds, folded: columns.folded)
        let lab = try TreeLab<Version>(["id": .string, "b": .string, "c": .string])
        var current = Version()
        var next: RowID = 1
        // Few different values make long runs of equal ones, and ascending ones fill leaves at their ends.
        let pool = (0..<random.pick([3, 40, 400])).map { _ in columns.draw(&random) }
        for step in 0..<120 {
            let grows = step % 60 < 35
            lab.edit(aside: random.once(in: 4)) { stamp, editor in
                for _ in 0...random.below(20) {
                    let values = random.once(in: 6) ? columns.draw(&random) : random.pick(pool)
                    edit(&current, shape, values, grows, &next, lab, stamp, &editor, &random)
                }
            }
            if random.once(in: 8) { lab.hold(current) }
            if random.once(in: 9), !lab.held.isEmpty { lab.drop(at: random.below(lab.held.count)) }
            let context = "\(columns), seed \(seed), step \(step)"
            if step % 5 == 0 {
                expectAgreement(current, shape, lab.check(), pool, &random, context)
            }
            if random.once(in: 16) {
                for old in lab.held {
                    let check = InvariantCheck(position: old.pin.position)
                    expectAgreement(old.version, shape, check, pool, &random, context + ", old")
                }
            }
        }
        lab.end {
            $0.retire(current.tree)
            $0.retire(current.rows)
        }
        #expect(lab.liveRecords == 0, "records outlive their trees")
    }

    private func edit(
        _ current: inout Version, _ shape: IndexShape, _ values: [Value], _ grows: Bool,
        _ next: inout RowID, _ lab: TreeLab<Version>, _ stamp: Int64, _ editor: inout Editor,
        _ random: inout SeededRandom
    ) {
        let choice = random.below(10)
        let row = 1 + random.next() % next
        if let old = current.model[row], choice < (grows ? 4 : 9) {
            withProbe(old.record, shape, current.rows) { current.tree.remove($0, &editor) }
            editor.retire(record: old.record, stamp: RecordRef(old.record).stamp, bytes: 0)
            guard choice < 2 else {
                current.rows.remove(row, &editor)
                current.model[row] = nil
                return
            }
            let record = lab.record(row: row, stamp: stamp, values)
            current.rows.replace(row, record, &editor)
            current.model[row] = Entry(
                record: record, values: Self.told(values, shape), row: row)
            withProbe(record, shape, current.rows) { current.tree.insert($0, &editor) }
        } else if grows || choice < 2 {
            let record = lab.record(row: next, stamp: stamp, values)
            current.rows.insert(next, record, &editor)
            current.model[next] = Entry(
                record: record, values: Self.told(values, shape), row: next)
            withProbe(record, shape, current.rows) { current.tree.insert($0, &editor) }
            next += 1
        }
    }

    private func withProbe(
        _ record: RawNode, _ shape: IndexShape, _ rows: RowTree, _ body: (IndexProbe) -> Void
    ) {
        var words = [UInt64](repeating: 0, count: shape.stride)
        words.withUnsafeMutableBufferPointer { words in
            shape.encode(RecordRef(record), into: words.baseAddress!)
            let probe = IndexProbe(
                words: words.baseAddress!, shape: shape, record: RecordRef(record), rows: rows)
            body(probe)
        }
    }

    private func expectAgreement(
        _ version: Version, _ shape: IndexShape, _ check: InvariantCheck, _ pool: [[Value]],
        _ random: inout SeededRandom, _ context: String
    ) {
        var check = check
        let (rows, tree) = (version.rows, version.tree)
        tree.check(&check, below: .max, shape, rows, encode: shape.encode) { _, _ in }
        #expect(check.violations == [], "\(context)")
        let sorted = version.model.values.sorted {
            let order = order(of: $0, $1.values)
            return order != 0 ? order < 0 : $0.row < $1.row
        }
        #expect(tree.count == sorted.count, "\(context)")
        let low = random.below(sorted.count + 1)
        let range = low..<low + random.below(sorted.count + 1 - low)
        for (ranks, ascending) in [(0..<sorted.count, true), (range, true), (range, false)] {
            var found: [RowID] = []
            tree.scan(ranks, ascending: ascending) {
                found.append($0)
                return true
            }
            let wanted = sorted[ranks].map(\.row)
            #expect(found == (ascending ? wanted : wanted.reversed()), "\(context), \(ranks)")
        }
        let view = IndexView(tree: tree, shape: shape, definition: nil, rows: rows)
        for _ in 0..<6 {
            let values = Array(random.pick(pool).prefix(1 + random.below(shape.words)))
            let told = Self.told(values, shape)
            let lower = sorted.count { order(of: $0, told) < 0 }
            let upper = sorted.count { order(of: $0, told) <= 0 }
            #expect(view.rank(of: .before(values)) == lower, "\(context), before \(values)")
            #expect(view.rank(of: .after(values)) == upper, "\(context), after \(values)")
            expectPrefix(view, sorted, values, &random, context)
        }
        if let some = sorted.randomElement(using: &random) {
            let rank = sorted.firstIndex { $0.row == some.row }!
            #expect(view.rank(of: .before(some.values, row: some.row)) == rank, "\(context)")
            #expect(view.rank(of: .after(some.values, row: some.row)) == rank + 1, "\(context)")
            #expect(view.row(at: rank) == some.row, "\(context)")
        }
    }

    /// The values without the case of those whose case is ignored.
    private static func told(_ values: [Value], _ shape: IndexShape) -> [Value] {
        values.enumerated().map { column, value in
            guard shape.isFolded(column), let text = value.string else { return value }
            return .string(text.lowercased())
        }
    }

    /// The order of an entry's first values against `values`.
    private func order(of entry: Entry, _ values: [Value]) -> Int {
        for (one, other) in zip(entry.values, values) where one != other {
            return one < other ? -1 : 1
        }
        return 0
    }

    private func expectPrefix(
        _ view: IndexView, _ sorted: [Entry], _ values: [Value], _ random: inout SeededRandom,
        _ context: String
    ) {
        guard case .string(let string)? = values.last else { return }
        let prefix = String(string.prefix(random.below(string.count + 1)))
        let head = Array(values.dropLast())
        let column = head.count
        let told = Self.told(head + [.string(prefix)], view.shape)
        func isIn(_ entry: Entry) -> Bool {
            guard case .string(let string) = entry.values[column] else { return false }
            return Array(entry.values[..<column]) == told.dropLast()
                && string.utf8.starts(with: (told[column].string ?? "").utf8)
        }
        let lower = view.rank(of: .beforePrefix(head, stringPrefix: prefix))
        let upper = view.rank(of: .afterPrefix(head, stringPrefix: prefix))
        let wanted = sorted.filter(isIn).map(\.row)
        #expect(upper - lower == wanted.count, "\(context), prefix \(prefix)")
        guard lower <= upper, upper <= sorted.count else { return }
        #expect(sorted[lower..<upper].map(\.row) == wanted, "\(context), prefix \(prefix)")
    }
}
