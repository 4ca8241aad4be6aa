@testable import StoreSupervision

/// A child's work that a test directs.
final class Probe: @unchecked Sendable {
    private let lock = Lock()
    private let hangs: Bool

    // All of it under `lock`.
    private var pending: [(any Error)?] = []
    private var waiter: CheckedContinuation<(any Error)?, Never>?
    private var counts = (runs: 0, live: 0, most: 0)

    /// - Parameter hangs: whether cancellation is ignored.
    init(hangs: Bool = false) { self.hangs = hangs }

    /// How often the work was begun.
    var runs: Int { lock.withLock { counts.runs } }

    /// How many tasks are in it.
    var live: Int { lock.withLock { counts.live } }

    /// How many tasks have been in it at the same time.
    var most: Int { lock.withLock { counts.most } }

    /// Runs until the test ends it or, unless it hangs, the task is cancelled.
    func run() async throws {
        defer { lock.withLock { counts.live -= 1 } }
        let error = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome: (any Error)?? = lock.withLock {
                    counts.runs += 1
                    counts.live += 1
                    counts.most = max(counts.most, counts.live)
                    if !pending.isEmpty { return pending.removeFirst() }
                    if Task.isCancelled, !hangs { return CancellationError() }
                    waiter = continuation
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            if !hangs { take()?.resume(returning: CancellationError()) }
        }
        if let error { throw error }
    }

    /// Ends the work that is under way, or the next one.
    func end(_ error: (any Error)? = nil) {
        let waiter = lock.withLock {
            let waiter = self.waiter
            self.waiter = nil
            if waiter == nil { pending.append(error) }
            return waiter
        }
        waiter?.resume(returning: error)
    }

    private func take() -> CheckedContinuation<(any Error)?, Never>? {
        lock.withLock {
            defer { waiter = nil }
            return waiter
        }
    }

    func child(
        _ id: String, restart: Child.Restart = .permanent, isSignificant: Bool = false
    ) -> Child {
        Child(id, restart: restart, isSignificant: isSignificant) { try await self.run() }
    }
}
