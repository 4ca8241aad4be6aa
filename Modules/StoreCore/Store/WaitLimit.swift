/// How long the store waits for others in real time, whatever its clock shows.
struct WaitLimit: Sendable {
    let duration: Duration

    init(_ duration: Duration) {
        // What the system can sleep at once.
        self.duration = min(max(duration, .zero), .seconds(1 << 31))
    }

    /// Runs `body` in a task of its own, and waits for it no longer than the limit; it is cancelled then.
    ///
    /// - Returns: what has become of it; what `late` says if the limit has passed, and the task may go on. It is asked
    ///   before the task is cancelled: afterwards nobody knows any more what it has waited for.
    /// - Throws: `CancellationError` as soon as the current task is cancelled, and the other one with it.
    func outcome<R: Sendable>(
        of body: @escaping @Sendable () async -> R, late: () -> R
    ) async throws -> R {
        let first = FirstOutcome<Result<R, any Error>?>()
        let task = Task { first.finish(.success(await body())) }
        let timer = Task.detached { [duration] in
            if (try? await Task.sleep(for: duration)) != nil { first.finish(nil) }
        }
        let outcome = await withTaskCancellationHandler {
            await first.value
        } onCancel: {
            first.finish(.failure(CancellationError()))
        }
        timer.cancel()
        if case .success(let result)? = outcome { return result }
        defer { task.cancel() }
        return try outcome?.get() ?? late()
    }

    /// The same for somebody whose being cancelled does not matter.
    ///
    /// - Returns: whether `body` has returned; otherwise `late` has been called.
    func isKept(
        by body: @escaping @Sendable () async -> Void, late: @escaping @Sendable () -> Void = {}
    ) async -> Bool {
        await Task.detached {
            let isKept = try? await outcome {
                await body()
                return true
            } late: {
                late()
                return false
            }
            return isKept ?? false
        }.value
    }
}

/// Something that several try to tell, and one waits for: the first one counts.
private final class FirstOutcome<Value: Sendable>: @unchecked Sendable {
    private let lock = Lock()
    // Under `lock`.
    private var told: Value??
    private var waiter: CheckedContinuation<Value, Never>?

    func finish(_ value: Value) {
        let waiter = lock.withLock { () -> CheckedContinuation<Value, Never>? in
            guard told == nil else { return nil }
            told = .some(value)
            defer { self.waiter = nil }
            return self.waiter
        }
        waiter?.resume(returning: value)
    }

    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let value = lock.withLock { () -> Value? in
                    guard let told else {
                        waiter = continuation
                        return nil
                    }
                    return told
                }
                if let value { continuation.resume(returning: value) }
            }
        }
    }
}
