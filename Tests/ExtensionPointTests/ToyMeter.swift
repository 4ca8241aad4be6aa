import StoreCore
import Synchronization

// Figures and health of a component of a stranger's.

/// Counts the commits to each bucket, and says so when one bucket has more than it should.
final class ToyMeter: StoreComponent, CommitObserver {
    private struct State {
        var counts: [String: Int] = [:]
        var registration: ObserverRegistration?
        var isRunning = false
    }

    let name = "toy-meter"
    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    func start(on store: Store) async throws {
        let (registration, _) = try await store.attach(self)
        state.withLock {
            $0.registration = registration
            $0.isRunning = true
        }
    }

    func didCommit(_ commit: Commit) {
        let buckets = Set(commit.records.map(\.bucket.name))
        state.withLock { state in for bucket in buckets { state.counts[bucket, default: 0] += 1 } }
    }

    func stop() async {
        let registration = state.withLock {
            $0.isRunning = false
            return $0.registration
        }
        registration?.cancel()
    }

    var statistics: Fields {
        let counts = state.withLock { $0.counts }.sorted { $0.key < $1.key }
        return Fields(counts.map { (name: $0.key, value: .integer(Int64($0.value))) })
    }

    var health: ComponentHealth {
        state.withLock { state in
            guard state.isRunning else { return .failed("it has been stopped") }
            let busy = state.counts.filter { $0.value > limit }.keys.sorted()
            return busy.isEmpty ? .healthy : .degraded("more than \(limit) commits: \(busy)")
        }
    }
}
