import Synchronization

/// Writes one after the other for as long as something else goes on, and keeps the longest.
public final class WritingMeanwhile: Sendable {
    private let isOver = Atomic<Bool>(false)

    /// Runs `work` while a task writes, with another number each time; `work` is timed.
    public static func run(
        _ write: @escaping @Sendable (Int) async throws -> Void,
        during work: () async throws -> Void
    ) async throws -> MeanwhileRound {
        let writing = WritingMeanwhile()
        let thread = WriterThread()
        defer { thread.end() }
        let writer = Task(executorPreference: thread) { try await writing.write(write) }
        let start = Stopwatch.now()
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await work())
        } catch {
            outcome = .failure(error)
        }
        let elapsed = Stopwatch.now() - start
        writing.isOver.store(true, ordering: .relaxed)
        let longest = try await writer.value
        try outcome.get()
        return MeanwhileRound(elapsed: Double(elapsed), longestWrite: Double(longest))
    }

    private func write(_ write: @Sendable (Int) async throws -> Void) async throws -> UInt64 {
        var longest: UInt64 = 0
        var number = 0
        while !isOver.load(ordering: .relaxed) {
            let start = Stopwatch.now()
            try await write(number)
            longest = max(longest, Stopwatch.now() - start)
            number += 1
        }
        return longest
    }
}

/// How some work went, beside somebody who writes.
public struct MeanwhileRound: Sendable {
    /// Nanoseconds until the work was done.
    public let elapsed: Double
    /// Nanoseconds of the write that took longest meanwhile.
    public let longestWrite: Double
}
