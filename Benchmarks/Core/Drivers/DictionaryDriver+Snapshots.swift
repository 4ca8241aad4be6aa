import Benchmark
import Measuring

// A snapshot of a dictionary is a copy of it: free to take, paid for by the next write.
extension DictionaryDriver {
    /// Copies, each taken right after a write; only the taking is timed.
    func snapshotRound(_ data: Dataset, _ picks: Range<Int>) -> Double {
        var total: UInt64 = 0
        for place in picks {
            update(data.keys[place], value: data.newValue(place))
            let start = Stopwatch.now()
            let held = copy()
            total += Stopwatch.now() - start
            blackHole(held)
        }
        return Double(total) / Double(picks.count) - Stopwatch.overhead
    }

    /// Updates, each one right after a copy has been taken; only the updates are timed.
    func firstWriteRound(_ data: Dataset, _ picks: Range<Int>) -> Double {
        var total: UInt64 = 0
        for place in picks {
            let held = copy()
            let start = Stopwatch.now()
            update(data.keys[place], value: data.newValue(place))
            total += Stopwatch.now() - start
            blackHole(held)
        }
        return Double(total) / Double(picks.count) - Stopwatch.overhead
    }

    /// How long it takes to let go of a copy that a write has made the last of its kind.
    func dropRound(_ data: Dataset) -> Double {
        var held = [copy()]
        update(data.keys[0], value: data.newValue(0))
        blackHole(held)
        let start = Stopwatch.now()
        held.removeAll()
        return Double(Stopwatch.now() - start) - Stopwatch.overhead
    }

    /// The throughput of two threads that each read a copy of their own, against one.
    func snapshotScaling(_ data: Dataset, passes: Int) -> Double {
        let held = [copy().rows, copy().rows]
        return Threads.scaling { thread in
            let rows = held[thread]
            data.walk(thread, passes: passes) { blackHole(rows[$0]) }
        }
    }

    /// The throughput of two threads that read behind the lock, against one.
    func handleScaling(_ data: Dataset, passes: Int) -> Double {
        Threads.scaling { [self] thread in
            data.walk(thread, passes: passes) { blackHole(get($0)) }
        }
    }
}
