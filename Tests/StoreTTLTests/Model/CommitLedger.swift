import StoreCore
import Synchronization

/// Keeps commits until somebody takes them.
final class CommitLedger: CommitObserver {
    private let commits = Mutex<[Commit]>([])

    var interest: CommitInterest { CommitInterest(needsOldImages: true) }

    func didCommit(_ commit: Commit) { commits.withLock { $0.append(commit) } }

    /// The commits since they were taken last, in order.
    func take() -> [Commit] {
        commits.withLock { commits in
            defer { commits = [] }
            return commits
        }
    }
}
