import Benchmark
import Measuring
import StoreCore

// The loops are written out: a closure around an `await` would be timed with it.
extension StoreDriver {
    /// Inserts all the records into an empty bucket.
    static func insertRound(_ input: [Fields]) async throws -> Double {
        let driver = try await StoreDriver()
        let records = driver.records
        let start = Stopwatch.now()
        for fields in input { blackHole(try await records.insert(fields)) }
        let figure = Double(Stopwatch.now() - start) / Double(input.count)
        await driver.store.stop()
        return figure
    }

    func updateRound(_ data: Dataset, _ picks: Range<Int>, passes: Int) async throws -> Double {
        let patches = patches(data, picks)
        let first = picks.lowerBound
        let start = Stopwatch.now()
        for _ in 0..<passes {
            for place in picks {
                blackHole(try await records.update(data.keys[place], patches[place - first]))
            }
        }
        return Double(Stopwatch.now() - start) / Double(picks.count * passes)
    }

    func deleteRound(_ data: Dataset, _ picks: Range<Int>, refilling input: [Fields]) async throws
        -> Double
    {
        let start = Stopwatch.now()
        for place in picks { blackHole(try await records.delete(data.keys[place])) }
        let figure = Double(Stopwatch.now() - start) / Double(picks.count)
        try await fill(picks.map { input[data.order[$0]] })
        return figure
    }
}
