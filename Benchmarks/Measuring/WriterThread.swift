import Foundation

/// Runs the jobs of a task on a thread of its own: a writer that never suspends would keep one of the few that all
/// tasks share.
///
/// Several tasks may share several such threads.
public final class WriterThread: TaskExecutor, @unchecked Sendable {
    private let condition = NSCondition()
    // Under `condition`.
    private var jobs: [UnownedJob] = []
    private var isOver = false

    /// As many threads as the machine runs at once.
    public static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// Starts the thread, or several; they run until `end()`.
    public init(count: Int = 1) {
        for _ in 0..<count { Thread { self.run() }.start() }
    }

    /// Runs `body` as a task on a thread of its own.
    public static func run<R: Sendable>(
        _ body: @escaping @Sendable () async throws -> R
    ) async throws -> R {
        let thread = WriterThread()
        defer { thread.end() }
        return try await Task(executorPreference: thread) { try await body() }.value
    }

    /// Takes a job in; for the language's runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.withLock {
            jobs.append(job)
            condition.signal()
        }
    }

    /// Ends the threads; no job comes any more.
    public func end() {
        condition.withLock {
            isOver = true
            condition.broadcast()
        }
    }

    private func run() {
        while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    private func next() -> UnownedJob? {
        condition.withLock {
            while jobs.isEmpty {
                if isOver { return nil }
                condition.wait()
            }
            return jobs.removeFirst()
        }
    }
}
