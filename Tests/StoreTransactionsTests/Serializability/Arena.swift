import StoreCore
import StoreTesting
import StoreTransactions

/// A store in which transactions meet, and everything that is written down of it.
final class Arena: Sendable {
    let store: Store
    let clock = ManualClock()
    let buckets: [DynamicBucket]
    private let mailbox = CommitMailbox(CommitInterest(needsOldImages: true))
    /// The latest position of which a call has returned.
    private let reached = Locked(Position.start)

    // Where the history is short, versions are compared.
    init(history: Int = 256) async throws {
        let store = try await Store.start(nil, [.clock(clock), .history(commits: history)])
        self.store = store
        _ = try await store.attach(mailbox)
        var buckets: [DynamicBucket] = []
        for shelf in Shelf.allCases {
            buckets.append(
                try await store.defineBucket(
                    shelf.name, key: "key", schema: Row.schema, indexes: ["rank"],
                    shelf == .small ? [BucketOption { $0.add(MakesRoom()) }] : []))
        }
        self.buckets = buckets
        for shelf in [Shelf.registers, .accounts] {
            for key in 0..<shelf.keys {
                let row = Row(
                    key: key, rank: key, weight: key, tally: Shelf.total / Shelf.accounts.keys,
                    mark: -1, list: [-2 - key])
                try await self[shelf].insert(row.fields)
            }
        }
    }

    /// The values that stand there in the beginning.
    static let firstValues = Set(-1 - Shelf.registers.keys ... -1)

    subscript(_ shelf: Shelf) -> DynamicBucket { buckets[shelf.rawValue] }

    // MARK: Order in time

    /// What every call that begins now comes after.
    var floor: Position { max(reached.withLock { $0 }, store.position) }

    /// Has every call that begins from now on come after this position.
    func reach(_ position: Position) { reached.withLock { $0 = max($0, position) } }

    /// Everything that was committed since the last call.
    func takeCommits() -> [Commit] {
        var commits: [Commit] = []
        while let commit = mailbox.tryNext() { commits.append(commit) }
        return commits
    }
}

/// A commit brings more than a bucket may hold.
struct NoRoom: Error {}

/// Keeps a bucket small: those with the lowest keys that the commit does not touch give way.
private struct MakesRoom: WritePolicy {
    func review(_ context: borrowing PolicyContext) throws -> [PolicyAction] {
        let excess = context.count - Shelf.smallMax
        guard excess > 0 else { return [] }
        let touched = Set(context.changes.map(\.key))
        let name = context.bucket.name
        var victims: [Key] = []
        let reader = try context.before(name)
        for record in try reader.overdue() + reader.all().sorted(by: { $0.key < $1.key })
        where victims.count < excess && !touched.contains(record.key) {
            let isThere = context.pendingRecord(record.key) != nil
            let isDue = record.expiresAt.map { $0 <= context.now } ?? false
            if isThere || isDue { victims.append(record.key) }
        }
        guard victims.count == excess else { throw NoRoom() }
        return victims.map { .delete(bucket: name, key: $0, reason: .evicted) }
    }
}
