import StoreCore

/// What a transaction is to do when it is over.
final class HandlerList: @unchecked Sendable {
    struct Handlers {
        var committed: [@Sendable (Position) async -> Void] = []
        var rolledBack: [@Sendable () async -> Void] = []
    }

    private let lock = Lock()
    // Under `lock`.
    private var handlers = Handlers()

    var committedCount: Int { lock.withLock { handlers.committed.count } }

    func add(committed handler: @escaping @Sendable (Position) async -> Void) {
        lock.withLock { handlers.committed.append(handler) }
    }

    func add(rolledBack handler: @escaping @Sendable () async -> Void) {
        lock.withLock { handlers.rolledBack.append(handler) }
    }

    func forgetCommitted(after count: Int) {
        lock.withLock {
            handlers.committed.removeSubrange(min(count, handlers.committed.count)...)
        }
    }

    func take() -> Handlers {
        lock.withLock {
            defer { handlers = Handlers() }
            return handlers
        }
    }
}
