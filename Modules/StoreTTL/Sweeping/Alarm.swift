import StoreCore

/// Wakes a task before its time.
///
/// One task at a time waits.
final class Alarm: Sendable {
    private struct State {
        var isRinging = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let lock = Lock()
    // Under `lock`.
    private nonisolated(unsafe) var state = State()

    /// Wakes who waits, or the next one to do so.
    func ring() {
        let waiter = lock.withLock {
            state.isRinging = state.waiter == nil
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns when the alarm rings, or has rung since the last wait.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = lock.withLock {
                    if state.isRinging || Task.isCancelled {
                        state.isRinging = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            ring()
        }
    }

    /// Returns when the clock shows `deadline`, or as `wait()` does.
    func wait(until deadline: Timestamp, on clock: any StoreClock) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await clock.sleep(until: deadline, tolerance: nil) }
            await group.next()
            group.cancelAll()
        }
        // The end of the other wait is nobody's alarm.
        lock.withLock { state.isRinging = false }
    }
}
