public import StoreCore

/// An observer that keeps every commit it is told of.
public final class RecordingObserver: CommitObserver {
    /// What is recorded.
    public let interest: CommitInterest
    private let recorded = Guarded<[Commit]>([])

    /// - Parameter interest: by default everything, with old images.
    public init(_ interest: CommitInterest = CommitInterest(needsOldImages: true)) {
        self.interest = interest
    }

    /// Records a commit.
    public func didCommit(_ commit: Commit) { recorded.withLock { $0.append(commit) } }

    /// The commits so far, in order.
    public var commits: [Commit] { recorded.withLock { $0 } }

    /// The changes to records so far, in order.
    public var changes: [Change] { commits.flatMap(\.records) }

    /// Forgets what was recorded.
    public func reset() { recorded.withLock { $0 = [] } }
}
