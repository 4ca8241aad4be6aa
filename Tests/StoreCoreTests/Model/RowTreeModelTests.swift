import StoreTesting
import TestSupport
import Testing

@testable import StoreCore

/// The row tree against a sorted list of pairs.
@Suite struct `Row trees against a model` {
    private struct Version {
        var tree = RowTree()
        var model: [RowID: RawNode] = [:]

        var sorted: [(row: RowID, record: RawNode)] {
            model.map { (row: $0.key, record: $0.value) }.sorted { $0.row < $1.row }
        }
    }

    @Test(arguments: Volume.seeds(few: 8, full: 40))
    func `agree through random edits, and old versions stay as they were`(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let lab = try TreeLab<Version>()
        var current = Version()
        var next: RowID = 1
        let jump = random.pick([1, 2, 40, 5_000, 1 << 20, 1 << 40])
        for step in 0..<250 {
            lab.edit(aside: random.once(in: 4)) { stamp, editor in
                for _ in 0...random.below(random.once(in: 8) ? 40 : 3) {
                    edit(&current, lab, stamp, &editor, &next, jump, &random)
                }
            }
            if random.once(in: 6) { lab.hold(current) }
            if random.once(in: 7), !lab.held.isEmpty { lab.drop(at: random.below(lab.held.count)) }
            var check = lab.check()
            current.tree.check(&check, below: .max) { _, _ in }
            #expect(check.violations == [], "seed \(seed), step \(step)")
            expectAgreement(current, &random, "seed \(seed), step \(step)")
            if random.once(in: 10) {
                for old in lab.held {
                    expectAgreement(old.version, &random, "seed \(seed), step \(step), old")
                    expectDifference(old.version, current, "seed \(seed), step \(step)")
                }
            }
        }
        lab.end { $0.retire(current.tree) }
        #expect(lab.liveRecords == 0, "seed \(seed): records outlive their trees")
    }

    private func edit(
        _ current: inout Version, _ lab: TreeLab<Version>, _ stamp: Int64, _ editor: inout Editor,
        _ next: inout RowID, _ jump: Int, _ random: inout SeededRandom
    ) {
        let choice = random.below(10)
        guard choice > 3, let row = current.model.keys.sorted().randomElement(using: &random) else {
            let record = lab.record(row: next, stamp: stamp)
            current.tree.insert(next, record, &editor)
            current.model[next] = record
            next += RowID(1 + random.below(jump))
            return
        }
        let old = RecordRef(current.model[row]!)
        if choice < 7 {
            let record = lab.record(row: row, stamp: stamp)
            #expect(current.tree.replace(row, record, &editor) == old.pointer)
            current.model[row] = record
        } else {
            #expect(current.tree.remove(row, &editor) == old.pointer)
            current.model[row] = nil
        }
        editor.retire(record: old.pointer, stamp: old.stamp, bytes: old.byteCount)
    }

    private func expectAgreement(
        _ version: Version, _ random: inout SeededRandom, _ context: @autoclosure () -> String
    ) {
        let tree = version.tree
        let sorted = version.sorted
        #expect(tree.count == sorted.count, "\(context())")
        let bound = sorted.randomElement(using: &random).map { $0.row + RowID(random.below(3)) - 1 }
        for from in [nil, bound, 0, .max] {
            for ascending in [true, false] {
                var found: [RawNode] = []
                tree.scan(after: from, ascending: ascending) {
                    found.append($0)
                    return true
                }
                let wanted = sorted.filter {
                    from.map { bound in { ascending ? $0 > bound : $0 < bound } }?($0.row) ?? true
                }.map(\.record)
                #expect(
                    found == (ascending ? wanted : wanted.reversed()),
                    "\(context()), from \(from ?? 0)")
            }
        }
        guard let bound else { return }
        #expect(tree.rank(of: bound) == sorted.count { $0.row < bound }, "\(context())")
        #expect(tree.find(bound) == version.model[bound], "\(context())")
        let rank = random.below(sorted.count)
        #expect(tree.record(at: rank) == sorted[rank].record, "\(context())")
        #expect(tree.record(at: sorted.count) == nil, "\(context())")
    }

    private func expectDifference(
        _ old: Version, _ new: Version, _ context: @autoclosure () -> String
    ) {
        let rows = Set(old.model.keys).union(new.model.keys).sorted()
        let wanted = rows.filter { old.model[$0] != new.model[$0] }
        var found: [RowID] = []
        RowTree.difference(old.tree, new.tree) { before, after in
            let row = RecordRef((after ?? before)!).row
            #expect(before == old.model[row] && after == new.model[row], "\(context())")
            found.append(row)
        }
        #expect(found == wanted, "\(context())")
    }
}
