import Benchmark
import Measuring
import StoreCore

extension StoreDriver {
    /// Snapshots, each taken right after a write; only the taking is timed.
    func snapshotRound(_ data: Dataset, _ picks: Range<Int>) async throws -> Double {
        let patches = patches(data, picks)
        var total: UInt64 = 0
        for place in picks {
            try await records.update(data.keys[place], patches[place - picks.lowerBound])
            let start = Stopwatch.now()
            let held = try store.snapshot()
            total += Stopwatch.now() - start
            blackHole(held)
        }
        return Double(total) / Double(picks.count) - Stopwatch.overhead
    }

    /// Updates, each one right after a snapshot has been taken; only the updates are timed.
    func firstWriteRound(_ data: Dataset, _ picks: Range<Int>) async throws -> Double {
        let patches = patches(data, picks)
        var total: UInt64 = 0
        for place in picks {
            let held = try store.snapshot()
            let start = Stopwatch.now()
            try await records.update(data.keys[place], patches[place - picks.lowerBound])
            total += Stopwatch.now() - start
            blackHole(held)
        }
        return Double(total) / Double(picks.count) - Stopwatch.overhead
    }

    /// The longest that letting go of a snapshot keeps its caller: of one held over many updates,
    /// of 64 taken between updates, and of one that alone holds a whole table which has been
    /// cleared.
    func dropRound(_ data: Dataset, _ picks: Range<Int>, refilling input: [Fields]) async throws
        -> Double
    {
        let patches = patches(data, picks)
        var worst: UInt64 = 0
        var held = [try store.snapshot()]
        for place in picks {
            try await records.update(data.keys[place], patches[place - picks.lowerBound])
        }
        worst = max(worst, Self.dropping(&held))

        for place in picks.prefix(64 * 16) {
            if place.isMultiple(of: 16) { held.append(try store.snapshot()) }
            try await records.update(data.keys[place], patches[place - picks.lowerBound])
        }
        while !held.isEmpty {
            var one = [held.removeFirst()]
            worst = max(worst, Self.dropping(&one))
        }

        held = [try store.snapshot()]
        try await records.clear()
        worst = max(worst, Self.dropping(&held))
        try await fill(input)
        return Double(worst) - Stopwatch.overhead
    }

    /// Letting go of many snapshots, each taken before a write, the oldest first.
    func dropOldestRound(_ data: Dataset, _ picks: Range<Int>) async throws -> Double {
        let patches = patches(data, picks)
        var held: [Snapshot?] = []
        for place in picks {
            held.append(try store.snapshot())
            try await records.update(data.keys[place], patches[place - picks.lowerBound])
        }
        let start = Stopwatch.now()
        for index in held.indices { held[index] = nil }
        return Double(Stopwatch.now() - start) / Double(picks.count)
    }

    @inline(never)
    private static func dropping(_ held: inout [Snapshot]) -> UInt64 {
        blackHole(held)
        let start = Stopwatch.now()
        held.removeAll()
        return Stopwatch.now() - start
    }
}
