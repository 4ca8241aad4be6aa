import GRDB

extension MemoryRound {
    static func grdb(_ count: Int, deleting: Bool) async throws -> Double {
        try await bytesPerRecord(count, deleting: deleting) { doomed in
            let queue = try DatabaseQueue()
            try fill(queue, count, doomed)
            return queue
        }
    }

    private static func fill(_ queue: DatabaseQueue, _ count: Int, _ doomed: ArraySlice<Int>) throws
    {
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE wide (
                      id INTEGER PRIMARY KEY, first TEXT, last TEXT, city TEXT, country TEXT,
                      age INTEGER, score REAL, role TEXT);
                    CREATE INDEX wide_role ON wide(role);
                    """)
            let insert = try db.makeStatement(
                sql: "INSERT INTO wide VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            for index in 0..<count {
                let row = WideRow(index)
                try insert.execute(
                    arguments: [
                        row.id, row.first, row.last, row.city, row.country, row.age, row.score,
                        row.role,
                    ])
            }
            let delete = try db.makeStatement(sql: "DELETE FROM wide WHERE id = ?")
            for key in doomed { try delete.execute(arguments: [key]) }
        }
    }
}
