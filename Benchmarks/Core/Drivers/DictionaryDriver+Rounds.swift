import Benchmark
import Measuring

extension DictionaryDriver {
    /// Inserts all the records into an empty dictionary.
    static func insertRound(_ data: Dataset) -> Double {
        let driver = DictionaryDriver()
        return Stopwatch.perOperation(data.count) { driver.insert(data.rows[$0]) }
    }

    func getRound(_ data: Dataset, _ picks: Range<Int>, passes: Int) -> Double {
        Stopwatch.perOperation(picks, passes: passes) { blackHole(get(data.keys[$0])) }
    }

    func updateRound(_ data: Dataset, _ picks: Range<Int>, passes: Int) -> Double {
        Stopwatch.perOperation(picks, passes: passes) { place in
            update(data.keys[place], value: data.newValue(place))
        }
    }

    func deleteRound(_ data: Dataset, _ picks: Range<Int>) -> Double {
        let figure = Stopwatch.perOperation(picks, passes: 1) { delete(data.keys[$0]) }
        fill(picks.map { data.rows[data.order[$0]] })
        return figure
    }

    func whereRound(_ data: Dataset, _ queries: Int) -> Double {
        let roles = (0..<queries).map { data.role($0 * 7) }
        return Stopwatch.perOperation(queries) { index in
            let found = all(role: roles[index])
            precondition(found.count == data.count / data.roleCount)
            blackHole(found)
        }
    }

    func scanRound(_ data: Dataset, _ scans: Int) -> Double {
        Stopwatch.perOperation(scans) { _ in
            let found = all(below: data.scanBound)
            precondition(found.count == data.count / 100)
            blackHole(found)
        } / Double(data.count)
    }

    func firstRound(_ roles: [String]) -> Double {
        Stopwatch.perOperation(roles.count) { blackHole(first(role: roles[$0])) }
    }

    func endRound(_ repeats: Int, greatest: Bool) -> Double {
        Stopwatch.perOperation(repeats) { _ in blackHole(endRole(greatest: greatest)) }
    }

    func countRound(_ roles: [String]) -> Double {
        Stopwatch.perOperation(roles.count) { blackHole(count(role: roles[$0])) }
    }
}
