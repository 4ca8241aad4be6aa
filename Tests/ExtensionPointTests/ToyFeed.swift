import StoreCore
import Synchronization

// An event feed as a stranger's module: a mailbox that belongs to the store's side, a task that may be restarted, and the
// history for what happened before.

/// What happened to one record.
struct ToyEvent: Sendable, Equatable {
    let position: Position
    /// `orders.inserted` and the like.
    let topic: String
    let key: Key
}

/// Tells a handler of every change after a position, in order, exactly once.
final class ToyFeed: StoreComponent {
    typealias Handler = @Sendable (ToyEvent) async -> Void

    private struct State {
        var registration: ObserverRegistration?
        /// What happened between the position asked for and the mailbox's first commit.
        var backlog: ArraySlice<Commit> = []
        var task: Task<Void, Never>?
        var restarts = 0
        var through = Position.start
        var waiters: [(Position, CheckedContinuation<Void, Never>)] = []
    }

    let name = "toy-feed"
    private let start: Position
    private let handler: Handler
    private let mailbox = CommitMailbox()
    private let state = Mutex(State())

    init(after start: Position, _ handler: @escaping Handler) {
        self.start = start
        self.handler = handler
    }

    func start(on store: Store) async throws {
        // Attaching and the snapshot are one step: what the history has through it is not in the mailbox.
        let (registration, snapshot) = try await store.attach(mailbox)
        do {
            let past = try await store.history.commits(after: start, limit: .max)
            state.withLock {
                $0.registration = registration
                $0.backlog = past[...].prefix { $0.position <= snapshot.position }
                $0.through = $0.backlog.isEmpty ? snapshot.position : start
                $0.task = Task { await run() }
            }
        } catch {
            registration.cancel()
            throw error
        }
    }

    private func run() async {
        while !Task.isCancelled {
            let past = state.withLock { $0.backlog.popFirst() }
            guard let commit = if let past { past } else { try? await mailbox.next() } else {
                return
            }
            for change in commit.records {
                let topic = "\(change.bucket.name).\(change.kind)"
                let event = ToyEvent(position: commit.position, topic: topic, key: change.key)
                await Causation("event:\(topic)", position: commit.position).run {
                    await handler(event)
                }
            }
            done(commit.position)
        }
    }

    private func done(_ position: Position) {
        let woken = state.withLock { state in
            state.through = position
            defer { state.waiters.removeAll { $0.0 <= position } }
            return state.waiters.filter { $0.0 <= position }
        }
        for (_, waiter) in woken { waiter.resume() }
    }

    /// Ends the task between two commits, and lets another go on.
    func restart() async {
        let old = state.withLock { $0.task }
        old?.cancel()
        await old?.value
        state.withLock {
            $0.restarts += 1
            $0.task = Task { await run() }
        }
    }

    /// The last commit that was handled: where to resume.
    var position: Position { state.withLock { $0.through } }

    func drain(through position: Position) async throws {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.through >= position { return true }
                state.waiters.append((position, continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    func stop() async {
        let (registration, task) = state.withLock { ($0.registration, $0.task) }
        registration?.cancel()
        task?.cancel()
        await task?.value
        // Nobody waits for what will not be handled any more.
        done(Position(.max))
    }

    var statistics: Fields {
        [
            "waiting": .integer(Int64(mailbox.count)),
            "restarts": .integer(Int64(state.withLock { $0.restarts })),
        ]
    }
}
