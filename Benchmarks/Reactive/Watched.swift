import Benchmark
import Measuring
import StoreCore
import StoreReactive

/// A store with a full bucket, and live queries of it.
final class Watched: Sendable {
    /// What each query reads for itself.
    enum Reading: Int, CaseIterable, Sendable {
        /// The record under a key.
        case key
        /// The records with one value in a field.
        case value
        /// The records with a field in a range.
        case range
    }

    let store: Store
    private let records: DynamicBucket
    private let count: Int
    private let queries: Int
    private let times: AsyncStream<UInt64>
    private let tell: AsyncStream<UInt64>.Continuation

    /// - Parameters:
    ///   - count: how many records there are.
    ///   - queries: how many of them have a query of their own: a third by key, a third by value, a third by range.
    /// - Throws: what a write or a query throws.
    init(_ count: Int, queries: Int) async throws {
        self.count = count
        self.queries = queries
        (times, tell) = AsyncStream.makeStream(of: UInt64.self)
        store = try await Store.start("bench")
        records = try await store.defineBucket(
            "record", key: "id",
            schema: [
                "id": .integer(), "role": .integer(), "rank": .integer(), "visits": .integer(),
            ],
            indexes: ["role", "rank"])
        for number in 0..<count {
            let number = Value.integer(Int64(number))
            try await records.insert(["id": number, "role": number, "rank": number, "visits": 0])
        }
        for number in 0..<queries { try await watch(Int64(number)) }
    }

    private func watch(_ number: Int64) async throws {
        let (records, tell) = (records, tell)
        let reading = Reading(rawValue: Int(number) % Reading.allCases.count) ?? .key
        let live = store.live { ctx -> Int64 in
            let records = try ctx[records]
            switch reading {
            case .key: return try records.get(number)?["visits"].int64 ?? -1
            case .value:
                return try records.where(["role": .integer(number)]).sum("visits").int64 ?? -1
            case .range:
                let range = Predicate.field("rank") >= number && .field("rank") < number + 1
                return try records.where(range).sum("visits").int64 ?? -1
            }
        }
        try await live.subscribe(initial: .skip) { _ in tell.yield(Stopwatch.now()) }
    }

    /// The median time from the beginning of a write to the handler of the one query that it concerns.
    ///
    /// - Throws: ``WrongCount`` if a write has made more than one query run.
    func wakingRound(_ writes: Int) async throws -> Double {
        var samples: [UInt64] = []
        var told = times.makeAsyncIterator()
        let runs = store.queries().reduce(0) { $0 + $1.runs }
        for number in 0..<writes {
            let key = Int64(number &* 7_919 % queries)
            let start = Stopwatch.now()
            try await records.increment(key, "visits", by: 1)
            guard let time = await told.next() else { break }
            samples.append(time - start)
        }
        let found = store.queries().reduce(0) { $0 + $1.runs } - runs
        if found != writes { throw WrongCount(expected: writes, found: found) }
        return Double(samples.sorted()[samples.count / 2])
    }

    /// Nanoseconds per write of records of which nobody has read anything.
    func write(_ writes: Int) async throws -> UInt64 {
        let start = Stopwatch.now()
        for number in 0..<writes {
            // Those with a query come first.
            let key = queriesMax + number &* 7_919 % max(1, count - queriesMax)
            blackHole(try await records.increment(Int64(key), "visits", by: 1))
        }
        let time = Stopwatch.now() - start
        try await store.settle()
        return time
    }

    private let queriesMax = 9_000
}

/// A round has not done what it was to measure.
struct WrongCount: Error {
    let expected: Int
    let found: Int
}
