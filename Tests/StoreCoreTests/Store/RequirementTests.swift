@testable import StoreCore
import StoreTesting
import Synchronization
import Testing

/// What a commit's requirements cost those who wait for it, in changes looked at.
@Suite struct `Requirements of a commit` {
    /// Two ways to know of the past: commits in memory, without old images, and none at all.
    static let histories: [[StoreOption]] = [
        [.history(commits: 100_000, bytes: 1 << 30)], [StoreOption { $0.history = NoHistory() }],
    ]

    /// A store with 2 000 records, and the requirement that none of role "odd" has changed.
    private func depot(
        _ options: [StoreOption]
    ) async throws -> (Depot, CommitRequirement) {
        let depot = try await Depot(options)
        try await depot.items.insertMany((0..<2_000).map { Depot.record("k\($0)", rank: $0) })
        let recorder = ReadRecorder()
        let snapshot = try depot.store.snapshot()
        _ = try snapshot.bucket("items").tracked(by: recorder).where(["role": "odd"]).sum("rank")
        return (depot, .unchanged(recorder.readSet, since: snapshot))
    }

    private func held(
        _ checks: inout RequirementChecks, in store: Store, atMost budget: Int = .max
    ) throws -> Bool {
        try store.writers.enter()
        defer { store.writers.leave() }
        return try checks.hold(lookingAtMost: budget, at: store.now)
    }

    @Test(arguments: histories.indices)
    func `are looked at under the writer lock only as far as they were not before`(
        history: Int
    ) async throws {
        let (depot, requirement) = try await depot(Self.histories[history])
        var checks = RequirementChecks([requirement], of: depot.store)
        try checks.catchUp()
        #expect(checks.examined == 0)
        for number in 0..<1_000 {
            try await depot.items.update("k\(number)", ["score": 9])
        }
        try checks.catchUp()
        let before = checks.examined
        #expect(before >= 1_000)
        try await depot.items.update("k5", ["score": 10])
        #expect(try held(&checks, in: depot.store))
        // The commit, and the record in which the versions differ.
        #expect(checks.examined - before <= 2)
    }

    @Test(arguments: histories.indices)
    func `are not looked at under the writer lock if that takes long`(history: Int) async throws {
        let (depot, requirement) = try await depot(Self.histories[history])
        for number in 0..<1_000 {
            try await depot.items.update("k\(number)", ["score": 9])
        }
        var checks = RequirementChecks([requirement], of: depot.store)
        #expect(try !held(&checks, in: depot.store, atMost: 256))
        #expect(checks.examined <= 256)
        try checks.catchUp()
        #expect(try held(&checks, in: depot.store, atMost: 256))
    }

    @Test(arguments: histories.indices)
    func `are refused at the first change that matters`(history: Int) async throws {
        let (depot, requirement) = try await depot(Self.histories[history])
        try await depot.items.updateMany(where: .all, ["rank": 1])
        var checks = RequirementChecks([requirement], of: depot.store)
        let error = #expect(throws: ConflictError.self) { try checks.catchUp() }
        #expect(error?.key == "k3")
        #expect(checks.examined <= (history == 0 ? 2_000 : 0) + 4)
    }

    @Test(arguments: histories.indices)
    func `look at nothing in buckets that were not read`(history: Int) async throws {
        let (depot, requirement) = try await depot(Self.histories[history])
        let shelf = try await depot.shelf()
        try await shelf.insertMany((0..<500).map { ["id": .string("\($0)")] })
        var checks = RequirementChecks([requirement], of: depot.store)
        try checks.catchUp()
        if history == 1 { #expect(checks.examined == 0) }
        #expect(try held(&checks, in: depot.store))
    }

    @Test(arguments: histories.indices)
    func `do not hold once an empty bucket that was read has been dropped`(
        history: Int
    ) async throws {
        let depot = try await Depot(Self.histories[history])
        let shelf = try await depot.shelf()
        let recorder = ReadRecorder()
        let snapshot = try depot.store.snapshot()
        #expect(try snapshot.bucket("shelf").tracked(by: recorder).count() == 0)
        let requirement = CommitRequirement.unchanged(recorder.readSet, since: snapshot)
        var batch = WriteBatch()
        batch.insert(Depot.record("a"), into: depot.items)
        try await depot.store.commit(batch, requiring: [requirement])
        try await depot.store.dropBucket(shelf.name)
        var other = WriteBatch()
        other.insert(Depot.record("b"), into: depot.items)
        let filled = other
        let error = try await expectRefusal(ConflictError.self, by: depot.store) {
            try await depot.store.commit(filled, requiring: [requirement])
        }
        if history == 1 { #expect(error.bucket == "shelf") }
        // One of the same name is another bucket.
        _ = try await depot.shelf()
        try await expectRefusal(ConflictError.self, by: depot.store) {
            try await depot.store.commit(filled, requiring: [requirement])
        }
    }

    @Test(arguments: histories.indices, [false, true])
    func `see what happens while the commit waits for its turn`(
        history: Int, isConflict: Bool
    ) async throws {
        let (depot, requirement) = try await depot(Self.histories[history])
        var batch = WriteBatch()
        batch.update("k0", ["name": "late"], in: depot.items)
        let filled = batch
        let commit = try await depot.store.exclusively {
            let commit = Task.detached(executorPreference: InlineExecutor.shared) {
                try await depot.store.commit(filled, requiring: [requirement]).position
            }
            for _ in 0..<300 { try await depot.items.increment("k2", "rank") }
            try await depot.items.update("k1", isConflict ? ["rank": 7] : ["score": 7])
            return commit
        }
        let before = depot.store.position
        if isConflict {
            await #expect(throws: ConflictError.self) { try await commit.value }
            #expect(try depot.items.get("k0")?.version == 1)
        } else {
            #expect(try await commit.value.value >= before.value)
            #expect(try depot.items.get("k0")?["name"] == "late")
        }
    }

    /// Operations of which one may be many, and one that is one.
    static let batches: [(isLong: Bool, add: @Sendable (inout WriteBatch, DynamicBucket) -> Void)] =
        [
            (true, { $0.updateMany(where: .all, ["rank": 5], in: $1) }),
            (true, { $0.deleteMany(where: .field("id") == "a", from: $1) }),
            (true, { $0.clear($1) }),
            (false, { $0.update("a", ["rank": 5], in: $1) }),
            (
                true,
                { batch, items in for _ in 0..<257 { batch.increment("a", "rank", in: items) } }
            ),
        ]

    @Test(arguments: batches.indices)
    func `a batch that may change many records has its turn`(number: Int) async throws {
        let depot = try await Depot.filled("ab")
        let store = depot.store
        let turns = Mutex<[Bool]>([])
        _ = try await store.attach(
            ClosureObserver { [weak store] _ in
                turns.withLock { $0.append(store?.writers.hasQueue ?? false) }
            })
        var batch = WriteBatch()
        Self.batches[number].add(&batch, depot.items)
        try await store.commit(batch)
        #expect(turns.withLock { $0 } == [Self.batches[number].isLong])
    }
}

/// A history that keeps nothing and promises nothing.
private final class NoHistory: CommitHistory {
    func commits(after position: Position, limit: Int) async throws -> [Commit] {
        throw StoreError(.positionUnavailable(position))
    }
    var durablePosition: Position { .start }
    var isAwaited: Bool { false }
    func waitUntilDurable(_ position: Position) async throws {}
    func append(_ commit: Commit) {}
}
