import StoreCore

/// A history of which nobody knows whether it is durable.
final class LossyHistory: CommitHistory {
    var durablePosition: Position { .start }
    var isAwaited: Bool { true }
    func append(_ commit: Commit) {}
    func commits(after position: Position, limit: Int) async throws -> [Commit] {
        throw StoreError(.positionUnavailable(position))
    }
    func waitUntilDurable(_ position: Position) async throws {
        throw StoreError(.outcomeUnknown(position))
    }
}
