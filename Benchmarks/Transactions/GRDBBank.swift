import GRDB
import Measuring

/// SQLite in memory through GRDB: one queue, two tables, statements prepared once, a transaction for each transfer.
final class GRDBBank: @unchecked Sendable {
    private let queue: DatabaseQueue
    private let payers: Statements
    private let payees: Statements
    private let accounts: Accounts

    private struct Statements {
        let insert, balance, update: Statement

        init(_ table: String, _ db: Database) throws {
            try db.execute(
                sql: """
                    CREATE TABLE \(table) (
                      id TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL, balance INTEGER NOT NULL,
                      credit REAL NOT NULL)
                    """)
            insert = try db.makeStatement(sql: "INSERT INTO \(table) VALUES (?, ?, ?, 0)")
            balance = try db.makeStatement(sql: "SELECT balance FROM \(table) WHERE id = ?")
            update = try db.makeStatement(sql: "UPDATE \(table) SET balance = ? WHERE id = ?")
        }

        func fill(_ ids: [String]) throws {
            for id in ids {
                try insert.execute(arguments: [id, "owner of \(id.prefix(8))", Accounts.opening])
            }
        }
    }

    init(_ accounts: Accounts) throws {
        self.accounts = accounts
        queue = try DatabaseQueue()
        (payers, payees) = try queue.write { db in
            let statements = try (Statements("payers", db), Statements("payees", db))
            try statements.0.fill(accounts.payers)
            try statements.1.fill(accounts.payees)
            return statements
        }
    }

    /// Nanoseconds per transfer: two reads and two updates of one number.
    func transferRound() throws -> Double {
        let transfers = accounts.transfers.prefix(5_000)
        return try Stopwatch.perOperation(transfers.count) { try move(transfers[$0]) }
    }

    private func move(_ transfer: Transfer) throws {
        try queue.write { _ in
            guard
                let source = try Int64.fetchOne(payers.balance, arguments: [transfer.from]),
                let target = try Int64.fetchOne(payees.balance, arguments: [transfer.to])
            else { throw NoSuchAccount(transfer: transfer) }
            try payers.update.execute(arguments: [source - transfer.amount, transfer.from])
            try payees.update.execute(arguments: [target + transfer.amount, transfer.to])
        }
    }
}
