import StoreCore
import Synchronization

/// A history that is durable as far as a test says; writers do not wait for it.
final class HeldHistory: CommitHistory {
    private struct State {
        var commits: [Commit] = []
        var durable = Position.start
        var waiting: [(position: Position, continuation: CheckedContinuation<Void, Never>)] = []
        var afterServing: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    /// Whether it knows no commit that is not durable.
    private let servesDurableOnly: Bool

    init(servesDurableOnly: Bool = false) { self.servesDurableOnly = servesDurableOnly }

    /// Makes commits durable.
    func keep(through position: UInt64) {
        let woken = state.withLock { state in
            state.durable = Position(position)
            let woken = state.waiting.filter { $0.position <= state.durable }
            state.waiting.removeAll { $0.position <= state.durable }
            return woken
        }
        for each in woken { each.continuation.resume() }
    }

    /// Has something happen right after the commits have been read the next time.
    func afterServing(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.afterServing.append(action) }
    }

    /// Whether somebody waits for what is not durable.
    var isWaitedFor: Bool { state.withLock { !$0.waiting.isEmpty } }

    var isAwaited: Bool { false }
    var durablePosition: Position { state.withLock { $0.durable } }
    func append(_ commit: Commit) { state.withLock { $0.commits.append(commit) } }

    func commits(after position: Position, limit: Int) async throws -> [Commit] {
        let (commits, actions) = state.withLock { state in
            defer { state.afterServing = [] }
            let known = state.commits.filter {
                $0.position > position && (!servesDurableOnly || $0.position <= state.durable)
            }
            return (Array(known.prefix(limit)), state.afterServing)
        }
        for action in actions { action() }
        return commits
    }

    func waitUntilDurable(_ position: Position) async throws {
        await withCheckedContinuation { continuation in
            let isDurable = state.withLock { state in
                if state.durable >= position { return true }
                state.waiting.append((position, continuation))
                return false
            }
            if isDurable { continuation.resume() }
        }
    }
}
