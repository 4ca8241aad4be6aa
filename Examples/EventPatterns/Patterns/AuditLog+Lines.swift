import StoreCore

extension AuditLog {
    /// The log for people, one line an entry: what was inserted, what has changed, what is gone.
    func lines() throws -> [String] {
        try entries.order(by: "id").all().map { entry in
            let action = (entry["action"].string ?? "").padded(to: 9)
            let record = "\(entry["bucket"].string ?? "")/\(entry["recordKey"].string ?? "")"
            return "\(action) \(record.padded(to: 12)) \(Self.difference(in: entry))"
        }
    }

    private static func difference(in entry: Record) -> String {
        let before = entry["before"].object ?? [:]
        let after = entry["after"].object ?? [:]
        if after.isEmpty {
            return entry["because"].string.map { "because of \($0)" } ?? "on request"
        }
        let changes = after.filter { before[$0.name] != $0.value }.map { name, value in
            before.isEmpty ? "\(name) \(value)" : "\(name) \(before[name]) → \(value)"
        }
        return changes.joined(separator: ", ")
    }
}
