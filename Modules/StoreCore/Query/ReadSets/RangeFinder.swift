/// Ranges that were read of records of one layout, and which of them a record may lie in.
///
/// Each range is entered at its footholds: where one says that a field equals a value, under the hash of this value;
/// where it says that it is in an interval, in a tree of the field's intervals. A record is looked up with the value of
/// each field at which anything is entered.
final class RangeFinder {
    typealias Range = ReadSetIndex.Range

    /// What is entered at one field.
    private struct Entries {
        var equal: [Value: Crowd<Range>] = [:]
        var within = IntervalTree<Range>()

        var isEmpty: Bool { equal.isEmpty && within.isEmpty }

        mutating func insert(_ range: Range, _ test: Foothold.Test) {
            switch test {
            case .equal(let value):
                equal[value, default: Crowd()].insert(range, number: range.number)
            case .within(let interval): within.insert(interval, range, number: range.number)
            }
        }

        mutating func remove(_ range: Range, _ test: Foothold.Test) {
            switch test {
            case .equal(let value):
                equal[value]?.remove(range.number)
                if equal[value]?.isEmpty == true { equal[value] = nil }
            case .within(let interval): within.remove(interval, number: range.number)
            }
        }
    }

    let layout: Layout
    private(set) var all: [UInt64: Range] = [:]
    /// Those without a foothold.
    private var always: [UInt64: Range] = [:]
    private var fields: [Foothold.Field: Entries] = [:]

    init(_ layout: Layout) { self.layout = layout }

    var isEmpty: Bool { all.isEmpty }

    func insert(_ range: Range) {
        all[range.number] = range
        guard let footholds = range.footholds else {
            always[range.number] = range
            return
        }
        for foothold in footholds {
            fields[foothold.field, default: Entries()].insert(range, foothold.test)
        }
    }

    func remove(_ range: Range) {
        all[range.number] = nil
        always[range.number] = nil
        for foothold in range.footholds ?? [] {
            fields[foothold.field]?.remove(range, foothold.test)
            if fields[foothold.field]?.isEmpty == true { fields[foothold.field] = nil }
        }
    }

    /// Calls `body` with each range in which one of the images of a record may lie, and perhaps more than once.
    func forEachCandidate(_ old: Record?, _ new: Record?, _ body: (Range) -> Void) {
        let images = [old, new].compactMap { $0 }
        guard images.allSatisfy({ $0.storage.header.layout.isShaped(as: layout) }) else {
            // Of records of another layout the places in an order say nothing, and the predicates have other fields.
            for range in all.values { body(range) }
            return
        }
        for range in always.values { body(range) }
        guard !fields.isEmpty else { return }
        for image in images { forEachCandidate(RecordRef(image.storage), body) }
    }

    private func forEachCandidate(_ record: RecordRef, _ body: (Range) -> Void) {
        var searches = FieldSearches(fields.count)
        for (field, entries) in fields {
            var value = field.operand.value(in: record, columns: layout.count, &searches)
            if field.isFolded { value = value.foldingCase }
            entries.equal[value]?.forEach(body)
            entries.within.forEach(containing: value, body)
        }
    }
}
