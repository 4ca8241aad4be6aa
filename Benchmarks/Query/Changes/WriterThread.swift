import Foundation

/// Runs the jobs of one task on a thread of its own: a writer that never suspends would keep one of the few that all
/// tasks share.
final class WriterThread: TaskExecutor, @unchecked Sendable {
    private let condition = NSCondition()
    // Under `condition`.
    private var jobs: [UnownedJob] = []
    private var isOver = false

    init() {
        Thread { self.run() }.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.withLock {
            jobs.append(job)
            condition.signal()
        }
    }

    /// Ends the thread; no job comes any more.
    func end() {
        condition.withLock {
            isOver = true
            condition.signal()
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
