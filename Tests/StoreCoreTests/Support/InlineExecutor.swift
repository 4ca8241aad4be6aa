import Synchronization

/// Runs each job where it is enqueued, before `enqueue` returns.
///
/// So a synchronous piece of code can call an asynchronous one on its own thread, and tasks that are started one
/// after another come to their first suspension one after another.
final class InlineExecutor: TaskExecutor {
    static let shared = InlineExecutor()

    func enqueue(_ job: consuming ExecutorJob) {
        job.runSynchronously(on: asUnownedTaskExecutor())
    }
}

/// Runs `body` on the current thread, up to its first suspension.
///
/// - Returns: what it threw by then; nil if it has thrown nothing.
func errorInline(_ body: @escaping @Sendable () async throws -> some Any) -> (any Error)? {
    let box = ErrorBox()
    Task(executorPreference: InlineExecutor.shared) {
        do { _ = try await body() } catch { box.set(error) }
    }
    return box.error
}

private final class ErrorBox: Sendable {
    private let state = Mutex<(any Error)?>(nil)
    var error: (any Error)? { state.withLock { $0 } }
    func set(_ error: any Error) { state.withLock { $0 = error } }
}
