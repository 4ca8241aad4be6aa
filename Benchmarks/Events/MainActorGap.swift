import Benchmark
import Measuring
import StoreCore
import StoreEvents

/// The longest time for which the main actor does nothing else, while records are inserted beside it and a handler on
/// it is told of each.
///
/// How many records the store holds makes no difference, so each round has a store of its own.
enum MainActorGap {
    private static let inserts = 200_000

    /// Nanoseconds between two turns of a task of the main actor that asks for one every millisecond.
    static func longest(withHandler: Bool) async throws -> Double {
        let store = try await Store.start("bench")
        let records = try await store.defineBucket(
            "record", key: "id", schema: ["id": .integer(), "value": .integer()])
        if withHandler {
            records.on(.inserted) { @MainActor event, _ in
                for _ in 0..<20 { blackHole(event.new?.fields) }
            }
        }
        let ticker = Task { @MainActor in await longestGap() }
        try await WriterThread.run {
            for number in 0..<inserts {
                try await records.insert(["id": .integer(Int64(number)), "value": 1])
            }
        }
        try await store.settle()
        ticker.cancel()
        let gap = await ticker.value
        await store.stop()
        return gap
    }

    @MainActor
    private static func longestGap() async -> Double {
        var longest: UInt64 = 0
        var last = Stopwatch.now()
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(1))
            let now = Stopwatch.now()
            longest = max(longest, now - last)
            last = now
        }
        return Double(longest)
    }
}
