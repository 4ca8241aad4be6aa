import Measuring
import StoreCore
import StoreReactive
import Synchronization

/// One writer that changes one record, and live queries with bodies that all read it.
///
/// The writer shares the threads of all tasks with the queries: where these do not give way to each other, results come
/// late or not at all.
enum BusyWriter {
    private static let queries = 20
    private static let nanoseconds: UInt64 = 1_000_000_000

    /// From a commit to a handler's call with a result that shows it.
    ///
    /// - Parameter waits: whether the writer waits for all handlers after each commit.
    /// - Returns: the longest time, in nanoseconds.
    /// - Throws: what a write or a query throws.
    static func longestDelay(waits: Bool) async throws -> Double {
        let store = try await Store.start("bench")
        let records = try await store.defineBucket(
            "record", key: "id", schema: ["id": .integer(), "n": .integer()], indexes: ["n"])
        for number in 0..<10 { try await records.insert(["id": .integer(Int64(number)), "n": 0]) }
        let delays = Delays()
        for number in 0..<queries {
            let live = store.live { ctx -> Int64 in
                let records = try ctx.bucket("record")
                let above = try records.where(.field("n") >= Int64(number)).count()
                return try records.get(0)?["n"].int64 ?? Int64(above)
            }
            try await live.subscribe(initial: .skip) { value in
                delays.shown(value, by: number)
            }
        }
        try await store.settle()
        let start = Stopwatch.now()
        var number: Int64 = 0
        while Stopwatch.now() - start < nanoseconds {
            number += 1
            delays.willWrite(number)
            try await records.increment(0, "n", by: 1)
            if waits { try await store.settle() }
        }
        try await store.settle()
        await store.stop()
        return delays.longest
    }
}

/// When which value was written, and how long each of several watchers had not been shown it.
private final class Delays: Sendable {
    private struct State {
        var written: [UInt64] = [Stopwatch.now()]
        /// The value that each watcher has been shown.
        var shown: [Int: Int64] = [:]
        var longest: UInt64 = 0
    }

    private let state = Mutex(State())

    var longest: Double { state.withLock { Double($0.longest) } }

    func willWrite(_ value: Int64) {
        state.withLock { $0.written.append(Stopwatch.now()) }
    }

    /// The delay counts from the first value that the watcher had not been shown.
    func shown(_ value: Int64, by watcher: Int) {
        state.withLock {
            let first = Int(($0.shown[watcher] ?? 0) + 1)
            $0.shown[watcher] = value
            guard first < $0.written.count else { return }
            $0.longest = max($0.longest, Stopwatch.now() - $0.written[first])
        }
    }
}
