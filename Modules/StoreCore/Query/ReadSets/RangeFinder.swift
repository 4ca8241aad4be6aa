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

        func find(_ value: Value, _ found: inout [Range]) {
            if !equal.isEmpty { equal[value]?.forEach { found.append($0) } }
            if !within.isEmpty { within.find(value, &found) }
        }

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

    /// The ranges in which one of the images of a record may lie, some of them perhaps more than once.
    func candidates(_ old: Record?, _ new: Record?) -> [Range] {
        guard isShaped(old), isShaped(new) else {
            // Of records of another layout the places in an order say nothing, and the predicates have other fields.
            return Array(all.values)
        }
        // Most changes concern nobody: nothing is allocated for them.
        var found = always.isEmpty ? [] : Array(always.values)
        var (olds, news) = (FieldSearches(fields.count), FieldSearches(fields.count))
        for (field, entries) in fields {
            var known: Value?
            if let old {
                let value = value(of: field, in: old, &olds)
                entries.find(value, &found)
                known = value
            }
            guard let new else { continue }
            let value = value(of: field, in: new, &news)
            // An update leaves most fields as they are.
            if known != value { entries.find(value, &found) }
        }
        return found
    }

    private func isShaped(_ record: Record?) -> Bool {
        record?.storage.header.layout.isShaped(as: layout) ?? true
    }

    private func value(
        of field: Foothold.Field, in record: Record, _ searches: inout FieldSearches
    ) -> Value {
        let record = RecordRef(record.storage)
        let value = field.operand.value(in: record, columns: layout.count, &searches)
        return field.isFolded ? value.foldingCase : value
    }
}
