import Benchmark
import Measuring
import StoreCore

extension StoreDriver {
    func getRound(_ data: Dataset, _ picks: Range<Int>, passes: Int) throws -> Double {
        try Stopwatch.perOperation(picks, passes: passes) {
            blackHole(try records.get(data.keys[$0]))
        }
    }

    func whereRound(_ data: Dataset, _ queries: Int) throws -> Double {
        let conditions: [Fields] = (0..<queries).map { ["role": .string(data.role($0 * 7))] }
        return try Stopwatch.perOperation(queries) { index in
            let found = try records.where(conditions[index]).all()
            precondition(found.count == data.count / data.roleCount)
            blackHole(found)
        }
    }

    func scanRound(_ data: Dataset, _ scans: Int) throws -> Double {
        try Stopwatch.perOperation(scans) { _ in
            let found = try records.where(.field("value") < data.scanBound).all()
            precondition(found.count == data.count / 100)
            blackHole(found)
        } / Double(data.count)
    }

    /// Cursors at `count` depths, from near the start to near the end.
    func cursors(_ count: Int, of records: Int) throws -> [Cursor] {
        var cursors: [Cursor] = []
        while cursors.count < count {
            let page = try self.records.page(after: cursors.last, limit: records / (count + 1))
            guard let next = page.nextCursor else { break }
            cursors.append(next)
        }
        return cursors
    }

    /// Pages of 100 at each of the cursors.
    func pageRound(after cursors: [Cursor]) throws -> Double {
        try Stopwatch.perOperation(cursors.count) { index in
            let page = try records.page(after: cursors[index], limit: 100)
            precondition(page.records.count == 100)
            blackHole(page)
        }
    }

    func firstRound(_ roles: [String]) throws -> Double {
        let conditions: [Fields] = roles.map { ["role": .string($0)] }
        return try Stopwatch.perOperation(roles.count) { index in
            blackHole(try records.where(conditions[index]).first())
        }
    }

    /// The last record in the order of the index.
    func lastRound(_ repeats: Int) throws -> Double {
        try Stopwatch.perOperation(repeats) { _ in
            blackHole(try records.order(by: "role", .descending).first())
        }
    }

    func endRound(_ repeats: Int, greatest: Bool) throws -> Double {
        try Stopwatch.perOperation(repeats) { _ in
            blackHole(greatest ? try records.max("role") : try records.min("role"))
        }
    }

    func countRound(_ roles: [String]) throws -> Double {
        let conditions: [Fields] = roles.map { ["role": .string($0)] }
        return try Stopwatch.perOperation(roles.count) { index in
            blackHole(try records.where(conditions[index]).count())
        }
    }
}
