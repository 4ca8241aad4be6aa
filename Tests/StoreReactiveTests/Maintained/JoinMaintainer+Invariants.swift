import StoreCore

@testable import StoreReactive

extension JoinMaintainer {
    /// What of its notes does not fit its rows, when all changes have been gone through.
    func violations() -> [String] {
        var found: [String] = []
        if !dirty.isEmpty { found.append("rows are still to be put together: \(dirty)") }
        if !faults.isEmpty { found.append("there are faults: \(faults)") }
        var count = 0
        rows.forEach(in: 0..<rows.count) { row in
            count += 1
            if let record = row.record, records[record.key]?.version != record.version {
                found.append("the record of a row is not known: \(record)")
            }
            return true
        }
        if records.count != count { found.append("\(records.count) records have \(count) rows") }
        for (place, link) in links.enumerated() {
            guard case .target(let field, _) = link else { continue }
            var expected: [Value: Set<Key>] = [:]
            for record in records.values where !record[field].isNull {
                expected[record[field], default: []].insert(record.key)
            }
            if rowsByValue[place] != expected { found.append("rows by \(field) are others") }
        }
        return found
    }
}
