import Benchmark
import Measuring

extension GRDBDriver {
    /// Inserts all the records into an empty table, one transaction each.
    static func insertRound(_ data: Dataset) throws -> Double {
        let driver = try GRDBDriver()
        return try Stopwatch.perOperation(data.count) { try driver.insert(data.rows[$0]) }
    }

    func getRound(_ data: Dataset, _ picks: Range<Int>) throws -> Double {
        try Stopwatch.perOperation(picks, passes: 1) { place in
            blackHole(try one(statements.get, [data.keys[place]]))
        }
    }

    func updateRound(_ data: Dataset, _ picks: Range<Int>) throws -> Double {
        try Stopwatch.perOperation(picks, passes: 1) { place in
            try update(data.keys[place], value: data.newValue(place))
        }
    }

    func deleteRound(_ data: Dataset, _ picks: Range<Int>) throws -> Double {
        let figure = try Stopwatch.perOperation(picks, passes: 1) { try delete(data.keys[$0]) }
        try fill(picks.map { data.rows[data.order[$0]] })
        return figure
    }

    func whereRound(_ data: Dataset, _ queries: Int) throws -> Double {
        let roles = (0..<queries).map { data.role($0 * 7) }
        return try Stopwatch.perOperation(queries) { index in
            let found = try all(statements.byRole, [roles[index]])
            precondition(found.count == data.count / data.roleCount)
            blackHole(found)
        }
    }

    func scanRound(_ data: Dataset, _ scans: Int) throws -> Double {
        try Stopwatch.perOperation(scans) { _ in
            let found = try all(statements.below, [data.scanBound])
            precondition(found.count == data.count / 100)
            blackHole(found)
        } / Double(data.count)
    }

    /// Pages of 100 after each of `rows`.
    func pageRound(after rows: [Int]) throws -> Double {
        try Stopwatch.perOperation(rows.count) { index in
            let page = try all(statements.page, [rows[index]])
            precondition(page.count == 100)
            blackHole(page)
        }
    }

    func firstRound(_ roles: [String]) throws -> Double {
        try Stopwatch.perOperation(roles.count) {
            blackHole(try one(statements.first, [roles[$0]]))
        }
    }

    func lastRound(_ repeats: Int) throws -> Double {
        try Stopwatch.perOperation(repeats) { _ in blackHole(try one(statements.last, [])) }
    }

    func endRound(_ repeats: Int, greatest: Bool) throws -> Double {
        let statement = greatest ? statements.greatest : statements.least
        return try Stopwatch.perOperation(repeats) { _ in
            blackHole(try scalar(String.self, statement, []))
        }
    }

    func countRound(_ roles: [String]) throws -> Double {
        try Stopwatch.perOperation(roles.count) { index in
            blackHole(try scalar(Int.self, statements.count, [roles[index]]))
        }
    }
}
