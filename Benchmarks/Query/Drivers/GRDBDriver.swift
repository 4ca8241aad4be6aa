import Benchmark
import GRDB
import Measuring

/// SQLite in memory through GRDB: one queue, the same indexes, statements prepared once.
///
/// A pool needs a file. Several connections to one database in memory share a cache, whose tables
/// are locked as a whole: a reader beside a writer gets `SQLITE_LOCKED`, which no busy handler
/// waits for.
final class GRDBDriver: @unchecked Sendable {
    private let queue: DatabaseQueue
    private let statements: Statements

    private struct Statements {
        let insert, update, get, byCustomer, range, both, groups: Statement
    }

    init() throws {
        queue = try DatabaseQueue()
        statements = try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE orders (
                      id TEXT NOT NULL PRIMARY KEY, customer TEXT NOT NULL, region TEXT NOT NULL,
                      product TEXT NOT NULL, category TEXT NOT NULL, total REAL NOT NULL,
                      quantity INTEGER NOT NULL);
                    CREATE INDEX orders_customer ON orders(customer);
                    CREATE INDEX orders_region ON orders(region);
                    CREATE INDEX orders_product ON orders(product);
                    CREATE INDEX orders_total ON orders(total);
                    """)
            let columns = "id, customer, region, product, category, total, quantity"
            let select = "SELECT \(columns) FROM orders"
            func prepare(_ sql: String) throws -> Statement { try db.makeStatement(sql: sql) }
            return try Statements(
                insert: prepare("INSERT INTO orders (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?)"),
                update: prepare("UPDATE orders SET total = ? WHERE id = ?"),
                get: prepare("\(select) WHERE id = ?"),
                byCustomer: prepare("\(select) WHERE customer = ? ORDER BY rowid"),
                range: prepare("\(select) WHERE total >= ? AND total < ? ORDER BY total LIMIT 50"),
                both: prepare("\(select) WHERE region = ? AND product = ? ORDER BY rowid"),
                groups: prepare("SELECT category, sum(total) FROM orders GROUP BY category"))
        }
    }

    func fill(_ orders: Orders) throws {
        try queue.write { db in
            for order in orders.orders {
                try statements.insert.execute(arguments: [
                    order.id, order.customer, order.region, order.product, order.category,
                    order.total, order.quantity,
                ])
            }
            // The planner's counts, without which it takes any index for as good as another.
            try db.execute(sql: "ANALYZE")
        }
    }

    private func all(_ statement: Statement, _ arguments: StatementArguments) throws -> [Order] {
        try queue.unsafeRead { _ in try Order.fetchAll(statement, arguments: arguments) }
    }

    func rangeRound(_ ranges: [Range<Double>]) throws -> Double {
        try Stopwatch.perOperation(ranges.count) { index in
            let range = ranges[index]
            let found = try all(statements.range, [range.lowerBound, range.upperBound])
            precondition(found.count == 50)
            blackHole(found)
        }
    }

    func intersectRound(_ queries: Int, finding count: Int) throws -> Double {
        let pairs = (0..<queries).map { number in
            (
                Orders.region(number % Orders.variety),
                Orders.product(number * 7 % Orders.variety)
            )
        }
        return try Stopwatch.perOperation(queries) { index in
            let found = try all(statements.both, [pairs[index].0, pairs[index].1])
            precondition(found.count == count)
            blackHole(found)
        }
    }

    func groupRound(_ queries: Int) throws -> Double {
        try Stopwatch.perOperation(queries) { _ in
            let groups = try queue.unsafeRead { _ in try CategoryTotal.fetchAll(statements.groups) }
            precondition(groups.count == Orders.variety)
            blackHole(groups)
        }
    }
}

extension GRDBDriver {
    /// An index in, while nobody else can write; it is gone again afterwards.
    func addIndexRound() throws -> Double {
        try queue.write { db in
            let start = Stopwatch.now()
            try db.execute(sql: "CREATE INDEX orders_category ON orders(category)")
            defer { try? db.execute(sql: "DROP INDEX orders_category") }
            return Double(Stopwatch.now() - start)
        }
    }
}

extension GRDBDriver: MixedTarget {
    func get(_ key: String) throws {
        blackHole(
            try queue.unsafeRead { _ in try Order.fetchOne(statements.get, arguments: [key]) })
    }

    func ordersOf(_ customer: String) throws {
        let found = try all(statements.byCustomer, [customer])
        precondition(found.count == Orders.perCustomer)
        blackHole(found)
    }

    func update(_ key: String, total: Double) throws {
        try queue.write { _ in try statements.update.execute(arguments: [total, key]) }
    }
}

/// What is worked out for one category.
private struct CategoryTotal: FetchableRecord {
    let category: String
    let total: Double

    init(row: Row) { (category, total) = (row[0], row[1]) }
}

extension Order: FetchableRecord {
    init(row: Row) {
        self.init(
            id: row[0], customer: row[1], region: row[2], product: row[3], category: row[4],
            total: row[5], quantity: row[6])
    }
}
