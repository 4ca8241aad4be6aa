import StoreCore
import StoreTTL
import StoreTesting
import Testing

/// The table of what writes do to deadlines, row by row: each write happens 10 s after the insertion, in a bucket where
/// records live for 60 s.
@Suite struct `A write's effect on the deadline` {
    private func left(
        _ option: BucketOption, _ write: (DynamicBucket) async throws -> Void
    ) async throws -> Duration? {
        let larder = try await Larder(option)
        try await larder.insert("a")
        larder.clock.advance(by: .seconds(10))
        try await write(larder.items)
        return try larder.items.ttl(of: "a")
    }

    private func effect(
        ttl: Int?, sliding: Int?, _ write: (DynamicBucket) async throws -> Void
    ) async throws {
        #expect(try await left(.ttl(.minutes(1)), write) == ttl.map { .seconds($0) })
        #expect(try await left(.slidingTTL(.minutes(1)), write) == sliding.map { .seconds($0) })
    }

    @Test func `of nothing`() async throws { try await effect(ttl: 50, sliding: 50) { _ in } }

    @Test func `of an update`() async throws {
        try await effect(ttl: 50, sliding: 60) { try await $0.update("a", ["n": 1]) }
    }

    @Test func `of an update by a closure`() async throws {
        try await effect(ttl: 50, sliding: 60) { try await $0.update("a") { $0["n"] = 1 } }
    }

    @Test func `of an update of many`() async throws {
        try await effect(ttl: 50, sliding: 60) {
            _ = try await $0.updateMany(where: .field("id") == "a", ["n": 1])
        }
    }

    @Test func `of an increment`() async throws {
        try await effect(ttl: 50, sliding: 60) { try await $0.increment("a", "n") }
    }

    @Test func `of an upsert that finds a record`() async throws {
        try await effect(ttl: 50, sliding: 60) { try await $0.upsert(["id": "a", "n": 1]) }
    }

    @Test func `of a replacement`() async throws {
        try await effect(ttl: 60, sliding: 60) { try await $0.replace("a", with: ["n": 1]) }
    }

    @Test func `of a deletion and an insertion`() async throws {
        try await effect(ttl: 60, sliding: 60) {
            try await $0.delete("a")
            try await $0.insert(["id": "a"])
        }
    }

    @Test func `of a deletion and an insertion in one commit`() async throws {
        try await effect(ttl: 60, sliding: 60) { items in
            try await items.store.write { tx in
                try tx[items].delete("a")
                try tx[items].insert(["id": "a"])
            }
        }
    }

    @Test func `of an insertion and an update in one commit`() async throws {
        try await effect(ttl: 60, sliding: 60) { items in
            try await items.delete("a")
            try await items.store.write { tx in
                try tx[items].insert(["id": "a"])
                try tx[items].update("a", ["n": 1])
            }
        }
    }

    @Test func `of a batch`() async throws {
        try await effect(ttl: 60, sliding: 60) { items in
            var batch = WriteBatch()
            batch.delete("a", from: items)
            batch.insert(["id": "a"], into: items)
            try await items.store.commit(batch)
        }
    }

    @Test func `of a touch`() async throws {
        try await effect(ttl: 60, sliding: 60) { try await $0.touch("a") }
    }

    @Test func `of a touch with a lifetime`() async throws {
        try await effect(ttl: 5, sliding: 5) { try await $0.touch("a", expiresIn: .seconds(5)) }
    }

    @Test func `of a touch in a write and in a batch`() async throws {
        try await effect(ttl: 60, sliding: 60) { items in
            try await items.store.write { tx in _ = try tx[items].touch("a") }
        }
        try await effect(ttl: 60, sliding: 60) { items in
            var batch = WriteBatch()
            try batch.touch("a", in: items)
            try await items.store.commit(batch)
        }
    }

    @Test func `of persisting`() async throws {
        try await effect(ttl: nil, sliding: nil) { try await $0.persist("a") }
    }

    @Test func `of an update behind persisting`() async throws {
        try await effect(ttl: nil, sliding: nil) {
            try await $0.persist("a")
            try await $0.update("a", ["n": 1])
        }
    }

    @Test func `of a replacement behind persisting`() async throws {
        try await effect(ttl: 60, sliding: 60) {
            try await $0.persist("a")
            try await $0.replace("a", with: ["n": 1])
        }
    }

    @Test func `of an update of what lives longer`() async throws {
        try await effect(ttl: 90, sliding: 90) {
            try await $0.touch("a", expiresIn: .seconds(90))
            try await $0.update("a", ["n": 1])
        }
    }

    @Test func `of an insertion with a deadline of its own`() async throws {
        try await effect(ttl: 5, sliding: 5) {
            try await $0.delete("a")
            try await $0.insert(["id": "a"], expiresIn: .seconds(5))
        }
        try await effect(ttl: 7, sliding: 7) {
            try await $0.delete("a")
            try await $0.insert(["id": "a"], expiresAt: $0.store.now + .seconds(7))
        }
    }
}
