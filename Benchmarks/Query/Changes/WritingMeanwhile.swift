import Measuring
import Synchronization

/// Writes one after the other for as long as something else goes on, and keeps the longest.
final class WritingMeanwhile: Sendable {
    private let isOver = Atomic<Bool>(false)

    /// Runs `work` while a task writes; `work` is timed.
    static func run(
        _ write: @escaping @Sendable (Int) async throws -> Void,
        during work: () async throws -> Void
    ) async throws -> ChangeRound {
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
        return ChangeRound(elapsed: Double(elapsed), longestWrite: Double(longest))
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

/// How a change of a definition went, beside somebody who writes.
struct ChangeRound: Sendable {
    /// Nanoseconds until the change was done.
    let elapsed: Double
    /// Nanoseconds of the write that took longest meanwhile.
    let longestWrite: Double
}
