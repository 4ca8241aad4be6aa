import Benchmark
import Measuring
import StoreCore
import StoreEvents

/// Commits that are there already, taken one by one.
enum Backlog {
    private static let commits = 100_000
    private static let slice = 1_000

    /// Nanoseconds per commit that waits in a sequence.
    static func sequence(_ driver: EventsDriver) async throws -> Double {
        let sequence = driver.store.commits()
        try await driver.update(0..<commits)
        var count = 0
        let start = Stopwatch.now()
        for try await commit in sequence {
            blackHole(commit)
            count += 1
            if count == commits { break }
        }
        let time = Stopwatch.now() - start
        sequence.cancel()
        return Double(time) / Double(commits)
    }

    /// Nanoseconds per commit of the past that a feed delivers, until it has caught up.
    static func feed(_ driver: EventsDriver) async throws -> Double {
        let cursor = driver.store.cursor
        try await driver.update(0..<commits)
        var count = 0
        let start = Stopwatch.now()
        reading: for try await element in driver.store.changes(after: cursor) {
            switch element {
            case .commit(let commit, let cursor):
                blackHole(commit)
                blackHole(cursor)
                count += 1
            case .caughtUp: break reading
            case .snapshot: break
            }
        }
        let time = Stopwatch.now() - start
        if count != commits { throw WrongCount(expected: commits, found: count) }
        return Double(time) / Double(commits)
    }

    /// Nanoseconds per commit that is read from the history, many at once.
    static func history(_ driver: EventsDriver) async throws -> Double {
        let history = driver.store.history
        var position = driver.store.position
        try await driver.update(0..<commits)
        var count = 0
        let start = Stopwatch.now()
        while true {
            let slice = try await history.commits(after: position, limit: slice)
            guard let last = slice.last else { break }
            for commit in slice { blackHole(commit) }
            count += slice.count
            position = last.position
        }
        let time = Stopwatch.now() - start
        if count != commits { throw WrongCount(expected: commits, found: count) }
        return Double(time) / Double(commits)
    }
}
