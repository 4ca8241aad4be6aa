import GRDB

/// SQLite in memory through GRDB: one queue, an index on the role, statements prepared once.
///
/// Each write is a transaction of its own, as each write of the store is a commit of its own.
final class GRDBDriver: @unchecked Sendable {
    static let name = "grdb"
    static let columns = "id, name, value, role, \"group\""

    let queue: DatabaseQueue
    let statements: Statements

    struct Statements {
        let insert, update, delete: Statement
        let get, byRole, below, page, first, last, least, greatest, count: Statement
    }

    init() throws {
        queue = try DatabaseQueue()
        statements = try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE record (
                      id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, value REAL NOT NULL,
                      role TEXT NOT NULL, "group" TEXT NOT NULL);
                    CREATE INDEX record_role ON record(role);
                    """)
            let select = "SELECT \(GRDBDriver.columns) FROM record"
            func prepare(_ sql: String) throws -> Statement { try db.makeStatement(sql: sql) }
            return try Statements(
                insert: prepare(
                    "INSERT INTO record (\(GRDBDriver.columns)) VALUES (?, ?, ?, ?, ?)"),
                update: prepare("UPDATE record SET value = ? WHERE id = ?"),
                delete: prepare("DELETE FROM record WHERE id = ?"),
                get: prepare("\(select) WHERE id = ?"),
                byRole: prepare("\(select) WHERE role = ? ORDER BY rowid"),
                below: prepare("\(select) WHERE value < ?"),
                page: prepare("\(select) WHERE rowid > ? ORDER BY rowid LIMIT 100"),
                first: prepare("\(select) WHERE role = ? ORDER BY rowid LIMIT 1"),
                last: prepare("\(select) ORDER BY role DESC, rowid DESC LIMIT 1"),
                least: prepare("SELECT min(role) FROM record"),
                greatest: prepare("SELECT max(role) FROM record"),
                count: prepare("SELECT count(*) FROM record WHERE role = ?"))
        }
    }

    /// Inserts many records in one transaction; never measured.
    func fill(_ rows: [Row]) throws {
        try queue.write { _ in
            for row in rows { try statements.insert.execute(arguments: arguments(row)) }
        }
    }

    func insert(_ row: Row) throws {
        try queue.write { _ in try statements.insert.execute(arguments: arguments(row)) }
    }

    func update(_ key: String, value: Double) throws {
        try queue.write { _ in try statements.update.execute(arguments: [value, key]) }
    }

    func delete(_ key: String) throws {
        try queue.write { _ in try statements.delete.execute(arguments: [key]) }
    }

    func one(_ statement: Statement, _ arguments: StatementArguments) throws -> Row? {
        try queue.unsafeRead { _ in try Row.fetchOne(statement, arguments: arguments) }
    }

    func all(_ statement: Statement, _ arguments: StatementArguments) throws -> [Row] {
        try queue.unsafeRead { _ in try Row.fetchAll(statement, arguments: arguments) }
    }

    func scalar<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        _ type: Value.Type, _ statement: Statement, _ arguments: StatementArguments
    ) throws -> Value? {
        try queue.unsafeRead { _ in try Value.fetchOne(statement, arguments: arguments) }
    }

    private func arguments(_ row: Row) -> StatementArguments {
        [row.id, row.name, row.value, row.role, row.group]
    }
}

extension Row: FetchableRecord {
    init(row: GRDB.Row) {
        self.init(id: row[0], name: row[1], value: row[2], role: row[3], group: row[4])
    }
}
