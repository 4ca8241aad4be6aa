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

    /// The ranges in which one of the images of a record may lie, some of them perhaps more than once.
    func candidates(_ old: Record?, _ new: Record?) -> [Range] {
        let images = [old, new].compactMap { $0 }
        guard images.allSatisfy({ $0.storage.header.layout.isShaped(as: layout) }) else {
            // Of records of another layout the places in an order say nothing, and the predicates have other fields.
            return Array(all.values)
        }
        var found = Array(always.values)
        guard !fields.isEmpty else { return found }
        var searches = images.map { _ in FieldSearches(fields.count) }
        for (field, entries) in fields {
            var known: Value?
            for place in images.indices {
                let value = value(of: field, in: images[place], &searches[place])
                // An update leaves most fields as they are.
                if let known, known == value { continue }
                known = value
                entries.equal[value]?.forEach { found.append($0) }
                entries.within.find(value, &found)
            }
        }
        return found
    }

    private func value(
        of field: Foothold.Field, in record: Record, _ searches: inout FieldSearches
    ) -> Value {
        let record = RecordRef(record.storage)
        let value = field.operand.value(in: record, columns: layout.count, &searches)
        return field.isFolded ? value.foldingCase : value
    }
}
