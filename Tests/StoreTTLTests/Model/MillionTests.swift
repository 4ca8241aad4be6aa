import StoreCore
import StoreTTL
import StoreTesting
import Synchronization
import TestSupport
import Testing

/// A million records that end at one instant, or some of them where a few seeds are tried.
@Suite struct `A million records with one deadline` {
    static let count = Volume.count(few: 50_000, full: 1_000_000)

    @Test func `are gone at once, and deleted in slices that let writers in between`() async throws
    {
        let clock = ManualClock()
        let store = try await Store.start("crowd", .clock(clock), .expiry(checkInterval: .zero))
        let crowd = try await store.defineBucket("crowd", key: "id", schema: ["id": .integer])
        let notes = try await store.defineBucket("notes", key: "id", schema: ["id": .integer])
        let deadline = clock.now + .hours(1)
        for start in stride(from: 0, to: Self.count, by: 5_000) {
            await Task.yield()
            try await store.write { tx in
                let crowd = try tx[crowd]
                for id in start..<start + 5_000 {
                    try crowd.insert(["id": .integer(Int64(id))], expiresAt: deadline)
                }
            }
        }
        clock.advance(to: deadline - .microseconds(1))
        #expect(try crowd.count() == Self.count)
        clock.advance(by: .microseconds(1))
        #expect(try crowd.count() == 0)
        #expect(try crowd.first() == nil)
        #expect(try crowd.get(Self.count / 2) == nil)
        #expect(try crowd.storedCount() == Self.count)

        let tally = SliceTally()
        _ = try await store.attach(tally)
        let isOver = Atomic(false)
        async let written = write(into: notes) { isOver.load(ordering: .relaxed) }
        let purged = try await store.purgeExpired()
        isOver.store(true, ordering: .relaxed)
        #expect(try await written > 0)
        #expect(purged == Self.count)

        let slices = tally.slices
        #expect(slices.sizes.reduce(0, +) == Self.count)
        #expect(slices.sizes.allSatisfy { $0 <= 256 })
        #expect(slices.between > 0)
        #expect(try crowd.storedCount() == 0)
        #expect(try crowd.nextDeadline() == nil)
        #expect(try store.stats().buckets.first { $0.name == "crowd" }?.records == 0)
        #expect(try store.stats().snapshots.positions == 0)
        await store.stop()
    }

    /// Writes one record after the other until somebody says that it is enough; at least one.
    private func write(
        into notes: DynamicBucket, until isEnough: () -> Bool
    ) async throws -> Int {
        var count = 0
        repeat {
            try await notes.insert(["id": .integer(Int64(count))])
            count += 1
            await Task.yield()
        } while !isEnough()
        return count
    }
}

/// Counts what goes in which commit, and what others commit in between.
private final class SliceTally: CommitObserver {
    struct Slices {
        var sizes: [Int] = []
        /// Commits of others with slices on both sides.
        var between = 0
        fileprivate var since = 0
    }

    private let state = Mutex(Slices())

    var slices: Slices { state.withLock { $0 } }

    func didCommit(_ commit: Commit) {
        let expired = commit.records.count { $0.reason == .expired && $0.kind == .deleted }
        state.withLock { state in
            if expired == 0 {
                if !state.sizes.isEmpty { state.since += 1 }
            } else {
                state.between += state.since
                state.since = 0
                state.sizes.append(expired)
            }
        }
    }
}
