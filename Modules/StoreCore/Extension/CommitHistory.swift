/// A provider of past commits, and of how far they are durable.
public protocol CommitHistory: AnyObject, Sendable {
    /// Up to `limit` commits after `position`, in order; empty when there is none yet.
    ///
    /// - Throws: `StoreError` (`positionUnavailable`) if commits after `position` are no longer kept.
    func commits(after position: Position, limit: Int) async throws -> [Commit]

    /// The last commit that survives the process; the last commit of all where nothing is durable.
    var durablePosition: Position { get }

    /// Whether a write has to wait for `waitUntilDurable` before it is acknowledged.
    var isAwaited: Bool { get }

    /// Returns once the commit at `position` is durable. Never throws `CancellationError`.
    ///
    /// - Throws: `StoreError` (`outcomeUnknown`) if that can no longer be known.
    func waitUntilDurable(_ position: Position) async throws

    /// A commit was applied; called under the writer lock, in order, before observers are told.
    func append(_ commit: Commit)
}

/// The most recent commits, in memory.
final class RingHistory: CommitHistory, @unchecked Sendable {
    private let lock = Lock()
    private let countMax: Int
    private let bytesMax: Int

    // Under `lock`: a ring of the newest commits.
    private var ring: ContiguousArray<CommitStorage?>
    private var first = 0
    private var count = 0
    private var bytes = 0
    private var last: Int64

    init(countMax: Int, bytesMax: Int, after position: Int64) {
        self.countMax = max(countMax, 0)
        self.bytesMax = max(bytesMax, 0)
        ring = ContiguousArray(repeating: nil, count: max(countMax, 1))
        last = position
    }

    func append(_ commit: Commit) { append(commit.storage) }

    /// Begins anew after a position that was restored.
    func restart(after position: Int64) {
        lock.withLock { last = position }
    }

    @inline(__always)
    func append(_ commit: CommitStorage) {
        // What falls out is released after the lock, all but the commonest single one without an array.
        var fallen: CommitStorage?
        var more: [CommitStorage] = []
        lock.withLock {
            last = commit.position
            guard countMax > 0 else { return }
            if count == countMax { fallen = removeFirst() }
            bytes += commit.byteCount
            var place = first + count
            if place >= ring.count { place -= ring.count }
            ring[place] = commit
            count += 1
            while bytes > bytesMax, count > 0 { more.append(removeFirst()) }
        }
        withExtendedLifetime((fallen, more)) {}
    }

    private func removeFirst() -> CommitStorage {
        guard let commit = ring[first] else { preconditionFailure("the history lost a commit") }
        ring[first] = nil
        first = first + 1 == ring.count ? 0 : first + 1
        count -= 1
        bytes -= commit.byteCount
        return commit
    }

    func commits(after position: Position, limit: Int) async throws -> [Commit] {
        try recent(after: position, limit: limit)
    }

    func recent(after position: Position, limit: Int) throws -> [Commit] {
        try lock.withLock {
            let position = Int64(bitPattern: position.value)
            guard position < last, limit > 0 else { return [] }
            let oldest = last - Int64(count) + 1
            guard position >= oldest - 1 else {
                throw StoreError(.positionUnavailable(Position(UInt64(bitPattern: position))))
            }
            let skipped = Int(position - (oldest - 1))
            return (skipped..<min(skipped + limit, count)).map { index in
                guard let commit = ring[(first + index) % ring.count] else {
                    preconditionFailure("the history lost a commit")
                }
                return Commit(storage: commit)
            }
        }
    }

    var durablePosition: Position {
        lock.withLock { Position(UInt64(bitPattern: last)) }
    }

    var isAwaited: Bool { false }

    func waitUntilDurable(_ position: Position) async throws {}
}
