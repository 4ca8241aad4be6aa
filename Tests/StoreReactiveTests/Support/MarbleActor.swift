import Dispatch

/// Where the handlers of marble diagrams run: a test may hold it, as if something else kept it busy.
@globalActor actor MarbleActor {
    static let shared = MarbleActor()
    private static let executor = HeldExecutor()

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        MarbleActor.executor.asUnownedSerialExecutor()
    }

    /// Lets no handler begin, until as many calls of `release()`.
    static func hold() { executor.queue.suspend() }
    static func release() { executor.queue.resume() }
}

/// Runs jobs one after another, on a queue that can be suspended.
private final class HeldExecutor: SerialExecutor {
    let queue = DispatchQueue(label: "marbles")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
