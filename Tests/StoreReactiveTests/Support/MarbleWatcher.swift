import Foundation

/// What one who watches has been shown, by ticks.
final class MarbleWatcher: @unchecked Sendable {
    private let lock = NSLock()
    private var ticks: MarbleDiagram.Line = []
    private var busyUntil = 0
    private var waiter: (count: Int, continuation: CheckedContinuation<Void, Never>)?

    var shown: MarbleDiagram.Line { lock.withLock { ticks } }

    /// Whether its handler is held until a later tick.
    var isBusy: Bool { lock.withLock { busyUntil >= ticks.count } }

    func beginTick() { lock.withLock { ticks.append([]) } }

    /// Notes a result or an error, with which its handler is busy for so many ticks.
    func add(_ marble: Character, for duration: Int = 0) {
        let woken = lock.withLock { () -> CheckedContinuation<Void, Never>? in
            ticks[ticks.count - 1].append(marble)
            if duration > 0 { busyUntil = ticks.count - 1 + duration }
            guard let waiter, ticks[ticks.count - 1].count >= waiter.count else { return nil }
            self.waiter = nil
            return waiter.continuation
        }
        woken?.resume()
    }

    /// Returns when so much has come in this tick, or when the test has been given up.
    func has(_ count: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = lock.withLock {
                    if ticks[ticks.count - 1].count >= count || Task.isCancelled { return true }
                    waiter = (count, continuation)
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            lock.withLock {
                defer { waiter = nil }
                return waiter
            }?.continuation.resume()
        }
    }
}
