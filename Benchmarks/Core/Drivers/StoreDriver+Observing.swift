import Benchmark
import StoreCore

/// Looks at the old image of every change.
private final class OldImageObserver: CommitObserver {
    let interest = CommitInterest(buckets: [StoreDriver.bucket], needsOldImages: true)

    func didCommit(_ commit: Commit) {
        for change in commit.changes {
            if case .record(let record) = change { blackHole(record.old) }
        }
    }
}

extension StoreDriver {
    /// Runs `body` while somebody wants the old image of every record that changes.
    func keepingOldImages<R>(_ body: (StoreDriver) async throws -> R) async throws -> R {
        let (registration, _) = try await store.attach(OldImageObserver())
        defer { registration.cancel() }
        return try await body(self)
    }
}
