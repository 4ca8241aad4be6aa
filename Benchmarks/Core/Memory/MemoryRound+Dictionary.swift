import Measuring

extension MemoryRound {
    private final class Table {
        var rows: [Int: WideRow] = [:]
        var keysByRole: [String: Set<Int>] = [:]
    }

    static func dictionary(_ count: Int, deleting: Bool) async throws -> Double {
        try await bytesPerRecord(count, deleting: deleting) { doomed in
            let table = Table()
            for index in 0..<count {
                let row = WideRow(index)
                table.rows[row.id] = row
                table.keysByRole[row.role, default: []].insert(row.id)
            }
            for key in doomed {
                guard let row = table.rows.removeValue(forKey: key) else { continue }
                table.keysByRole[row.role]?.remove(key)
            }
            return table
        }
    }
}
