/// Frees large amounts of memory on a thread of its own, which lives only while there is something to free.
final class Reaper: @unchecked Sendable {
    static let shared = Reaper()

    // Both are touched under `lock` only.
    private let lock = Lock()
    private let idle = Condition()
    private var queue: [@Sendable () -> Void] = []
    private var isRunning = false

    private init() {}

    func enqueue(_ work: @escaping @Sendable () -> Void) {
        let starts = lock.withLock {
            queue.append(work)
            defer { isRunning = true }
            return !isRunning
        }
        if starts { Platform.startThread { [self] in run() } }
    }

    /// Returns once everything that was enqueued before has been freed.
    func drain() {
        lock.withLock {
            while isRunning { idle.wait(lock) }
        }
    }

    private func run() {
        while true {
            let batch = lock.withLock {
                let batch = queue
                queue = []
                if batch.isEmpty {
                    isRunning = false
                    idle.broadcast()
                }
                return batch
            }
            if batch.isEmpty { return }
            for work in batch { work() }
        }
    }
}
