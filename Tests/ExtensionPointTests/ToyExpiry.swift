import StoreCore
import Synchronization

// Expiry as a stranger's module: an option, a policy that stamps deadlines, a component that sweeps.

extension BucketOption {
    /// Records live this long after they were last written, unless they were inserted with a deadline of their own.
    static func toyTTL(_ lifetime: Duration) -> BucketOption {
        BucketOption { bucket in
            guard lifetime > .zero else {
                throw DefinitionError(
                    bucket: bucket.bucket, reason: .invalidOption,
                    message: "a lifetime of \(lifetime) is none; give one above zero")
            }
            bucket.attributes["toyTTL"] = .double(lifetime / .seconds(1))
            bucket.add(ToyDeadlines(lifetime: lifetime))
            bucket.require(component: ToySweeper.componentName) { ToySweeper() }
        }
    }
}

/// Stamps a deadline on every record that is written.
struct ToyDeadlines: WritePolicy {
    let lifetime: Duration

    func review(_ context: borrowing PolicyContext) -> [PolicyAction] {
        let deadline = context.now + lifetime
        let bucket = context.bucket.name
        return context.changes.compactMap { change in
            guard change.kind != .deleted, change.reason != .touched else { return nil }
            if change.kind == .inserted, change.new?.expiresAt != nil { return nil }
            return .setDeadline(bucket: bucket, key: change.key, deadline)
        }
    }
}

/// Takes overdue records out of the buckets that have a lifetime, as soon as they are overdue.
final class ToySweeper: StoreComponent {
    static let componentName = "toy-expiry"

    private struct State {
        weak var store: Store?
        var registration: ObserverRegistration?
        var task: Task<Void, Never>?
        var swept = 0
        var failure: String?
    }

    let name = ToySweeper.componentName
    private let state = Mutex(State())
    /// Every commit may bring a nearer deadline.
    private let mailbox = CommitMailbox(overflow: .dropOldest(capacity: 1))

    func start(on store: Store) async throws {
        let (registration, _) = try await store.attach(mailbox)
        let clock = store.clock
        let task = Task {
            while !Task.isCancelled, let next = await sweepAndLook() {
                await waits(for: mailbox, orUntil: next, on: clock)
            }
        }
        state.withLock {
            $0.store = store
            $0.registration = registration
            $0.task = task
        }
    }

    /// - Returns: when there is something to do next; nil once the store is gone.
    private func sweepAndLook() async -> Timestamp? {
        guard let store = state.withLock({ $0.store }) else {
            // The task may be quicker than `start`.
            return state.withLock { $0.task == nil } ? .distantFuture : nil
        }
        do { try await sweep(store) } catch {
            state.withLock { $0.failure = "\(error)" }
        }
        let deadlines = (try? buckets(of: store).compactMap { try $0.nextDeadline() }) ?? []
        return deadlines.filter { $0 > store.now }.min() ?? .distantFuture
    }

    private func sweep(_ store: Store) async throws {
        var batch = WriteBatch()
        for bucket in try buckets(of: store) {
            for record in try bucket.overdue(limit: 1_000) {
                batch.expire(record.key, from: bucket)
            }
        }
        guard !batch.isEmpty else { return }
        let sweep = batch
        let receipt = try await Causation("toy-expiry").run { try await store.commit(sweep) }
        state.withLock { $0.swept += receipt.counts.reduce(0, +) }
    }

    private func buckets(of store: Store) throws -> [DynamicBucket] {
        try store.buckets.filter { $0.attributes.contains("toyTTL") }.map {
            try store.bucket($0.name)
        }
    }

    func drain(through position: Position) async throws {
        if let store = state.withLock({ $0.store }) { try await sweep(store) }
    }

    func stop() async {
        let (registration, task) = state.withLock { ($0.registration, $0.task) }
        registration?.cancel()
        mailbox.close()
        task?.cancel()
        await task?.value
    }

    var statistics: Fields { ["swept": .integer(Int64(state.withLock { $0.swept }))] }
    var health: ComponentHealth {
        state.withLock { $0.failure }.map { .degraded("the last sweep failed: \($0)") } ?? .healthy
    }
}

/// Returns when a commit comes in, when the deadline has passed, or when the task is cancelled.
private func waits(
    for mailbox: CommitMailbox, orUntil deadline: Timestamp, on clock: any StoreClock
) async {
    await withTaskGroup(of: Void.self) { group in
        group.addTask { _ = try? await mailbox.next() }
        group.addTask { try? await clock.sleep(until: deadline, tolerance: nil) }
        await group.next()
        group.cancelAll()
    }
}
