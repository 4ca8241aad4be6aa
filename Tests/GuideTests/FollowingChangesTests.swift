import Foundation
import StoreCore
import StoreEvents
import Testing

/// The code of the article Following changes.
@Suite struct `The guide to following changes` {
    /// A copy of a store, kept somewhere else.
    actor Replica {
        private(set) var records: [BucketReference: [Key: Record]] = [:]
        private(set) var cursor: ChangeCursor?
        private(set) var isReady = false

        func follow(_ store: Store) async throws {
            while true {
                do {
                    for try await element in store.changes(after: cursor) { try take(element) }
                    return  // the store has stopped
                } catch let error as StoreError where error.needsSnapshot {
                    cursor = nil  // the way from there is not known any more: begin anew
                }
            }
        }

        private func take(_ element: ChangeFeed.Element) throws {
            switch element {
            case .snapshot(let state, _):
                records = [:]
                for bucket in state.buckets {
                    for record in try state.bucket(bucket.name).all() {
                        records[bucket, default: [:]][record.key] = record
                    }
                }
            case .commit(let commit, _):
                for change in commit.changes { apply(change) }
            case .caughtUp:
                isReady = true
            }
            cursor = element.cursor
        }

        private func apply(_ change: CommitChange) {
            switch change {
            case .record(let change):
                records[change.bucket, default: [:]][change.key] = change.new
            case .bucketDropped(let bucket):
                records[bucket] = nil
            case .bucketDefined, .bucketUpdated, .autoincrement:
                break
            }
        }
    }

    private func orders(_ store: Store) async throws -> DynamicBucket {
        try await store.defineBucket(
            "orders", key: "id",
            schema: ["id": .integer(generated: .autoincrement), "total": .number])
    }

    @Test func `a replica follows its store`() async throws {
        let store = try await Store.start("shop")
        let orders = try await orders(store)
        try await orders.insert(["total": 440])
        let replica = Replica()
        let following = Task { try await replica.follow(store) }
        while await !replica.isReady { await Task.yield() }
        #expect(await replica.records.values.map(\.count) == [1])

        try await orders.insert(["total": 60])
        try await orders.delete(1)
        while await replica.cursor != store.cursor { await Task.yield() }
        #expect(await replica.records.values.flatMap(\.keys) == [2])
        try await store.dropBucket("orders")
        while await replica.cursor != store.cursor { await Task.yield() }
        #expect(await replica.records.isEmpty)
        await store.stop()
        try await following.value
    }

    @Test func `a cursor is written down`() async throws {
        let store = try await Store.start("shop")
        let orders = try await orders(store)
        let cursor = store.cursor
        let written = try JSONEncoder().encode(cursor)  // beside what has come of the commits

        try await orders.insert(["total": 440])
        let read = try JSONDecoder().decode(ChangeCursor.self, from: written)
        var keys: [Key] = []
        for try await element in store.changes(after: read) {
            if case .caughtUp = element { break }
            guard let commit = element.commit else { continue }
            keys += commit.records.map(\.key)
        }

        #expect(keys == [1])
    }

    @Test func `the past is kept with old images`() async throws {
        let store = try await Store.start("shop", .changeFeed(commits: 100_000, bytes: 256 << 20))
        let orders = try await orders(store)
        try await orders.insert(["total": 440])
        try await orders.update(1, ["total": 400])

        var lines: [String] = []
        for try await element in store.changes(from: .beginning, oldImages: true) {
            if case .caughtUp = element { break }
            guard let commit = element.commit else { continue }
            for change in commit.records where change.hasOldImage {
                lines.append("\(change.old?["total"] ?? nil) → \(change.new?["total"] ?? nil)")
            }
        }
        // null → 440, 440 → 400

        #expect(lines.count == 2)
        #expect(lines.last == "440 → 400")
    }
}
