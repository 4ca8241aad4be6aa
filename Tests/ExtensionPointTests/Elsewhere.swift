import Synchronization

// Asynchronous steps in the midst of a synchronous body, in a task of their own but on the caller's thread.

/// Runs `body` in a task that inherits nothing; it must come to its end without suspending.
func elsewhere(_ body: @escaping @Sendable () async throws -> Void) throws {
    let outcome = Outcome()
    Task.detached(executorPreference: OnTheSpot.executor) {
        do {
            try await body()
            outcome.end(nil)
        } catch { outcome.end(error) }
    }
    precondition(outcome.isThere, "what was to happen elsewhere had to wait")
    if let error = outcome.error { throw error }
}

/// Runs `body` in a task that inherits the caller's context.
///
/// - Returns: what it has thrown.
func elsewhereError(_ body: @escaping @Sendable () async throws -> some Any) -> (any Error)? {
    let outcome = Outcome()
    Task(executorPreference: OnTheSpot.executor) {
        do {
            _ = try await body()
            outcome.end(nil)
        } catch { outcome.end(error) }
    }
    return outcome.error
}

/// Runs each job where it is enqueued.
private final class OnTheSpot: TaskExecutor {
    static let executor = OnTheSpot()
    func enqueue(_ job: consuming ExecutorJob) {
        job.runSynchronously(on: asUnownedTaskExecutor())
    }
}

private final class Outcome: Sendable {
    private let state = Mutex<(isThere: Bool, error: (any Error)?)>((false, nil))
    func end(_ error: (any Error)?) { state.withLock { $0 = (true, error) } }
    var isThere: Bool { state.withLock { $0.isThere } }
    var error: (any Error)? { state.withLock { $0.error } }
}
