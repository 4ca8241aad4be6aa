import Testing

@testable import StoreCore

extension Concurrency {
    @Suite struct Pins {
        /// One record whose field says which commit wrote it.
        private func ticker() async throws -> (Store, DynamicBucket, offset: UInt64) {
            let store = try await Store.start("ticker")
            let ticks = try await store.defineBucket(
                "ticks", key: "id", schema: ["id": .integer, "n": .integer])
            try await ticks.insert(["id": 1, "n": 0])
            return (store, ticks, store.position.value)
        }

        /// Between a writer's look at who asks to be kept and its change nobody may ask unheard.
        @Test func `a lazy pin is never passed by`() async throws {
            let (store, ticks, offset) = try await ticker()
            try await Crowd.watching(3) { _, random in
                let pin = try store.lazyPin()
                if Bool.random(using: &random) { _ = try ticks.get(1) }
                let snapshot = try pin.snapshot()
                #expect(snapshot.position == pin.position)
                #expect(snapshot.instant == pin.instant)
                let n = try snapshot.bucket("ticks").get(1)?["n"].int64 ?? -1
                #expect(UInt64(n) == pin.position.value - offset)
            } while: {
                for _ in 0..<1_500 { try await ticks.increment(1, "n") }
            }
            #expect(try store.stats().snapshots.positions == 0)
        }

        @Test func `a lazy pin that is kept for long shows its own position`() async throws {
            let (store, ticks, offset) = try await ticker()
            let pins = Guarded([LazyPin]())
            try await Crowd.watching(3) { _, random in
                let pin = try store.lazyPin()
                let old = pins.withLock { pins -> LazyPin? in
                    pins.append(pin)
                    return pins.count > 16
                        ? pins.remove(at: Int.random(in: 0..<16, using: &random)) : nil
                }
                guard let old else { return }
                let n = try old.snapshot().bucket("ticks").get(1)?["n"].int64 ?? -1
                #expect(UInt64(n) == old.position.value - offset)
            } while: {
                for _ in 0..<600 { try await ticks.increment(1, "n") }
            }
            pins.withLock { $0 = [] }
            #expect(try store.stats().snapshots.positions == 0)
        }

        /// A view without overdue records shares the nodes of its version, so it has to end before that may change.
        @Test func `views without overdue records end before their version does`() async throws {
            let clock = ShiftingClock()
            let store = try await Store.start("leases", .clock(clock))
            let leases = try await store.defineBucket(
                "leases", key: "id", schema: ["id": .integer, "kind": .integer], indexes: ["kind"])
            let start = clock.now
            func fill(_ round: Int) async throws {
                var batch = WriteBatch()
                for id in 0..<200 {
                    batch.insert(
                        ["id": .integer(Int64(id)), "kind": .integer(Int64(round))], into: leases,
                        expiresAt: id < 40 ? start + .microseconds(1) : nil)
                }
                try await store.commit(batch)
            }
            try await fill(0)
            clock.advance(by: 1_000_000)
            try await Crowd.watching(3) { _, _ in
                // Most queries take the snapshot of their position first and drop it last.
                let count = try leases.count()
                #expect(count == 0 || count == 160)
                #expect(try leases.distinct("kind").count <= 1)
            } while: {
                for round in 1..<50 {
                    // 200 deletions in place free the nodes that a view may still share.
                    try await leases.clear()
                    try await fill(round)
                }
            }
            // A view without 40 records is freed in the background, and its version after it.
            Reaper.shared.drain()
            #expect(try store.stats().snapshots.pinnedBytes == 0)
            #expect(try store.stats().snapshots.positions == 0)
        }

        @Test
        func `what is overdue is in no read, while the clock moves and deadlines are renewed`()
            async throws
        {
            let clock = ShiftingClock()
            let store = try await Store.start("leases", .clock(clock))
            let leases = try await store.defineBucket(
                "leases", key: "id", schema: ["id": .integer, "kind": .integer], indexes: ["kind"])
            try await leases.insertMany(
                (0..<100).map { ["id": .integer($0), "kind": .integer($0 % 4)] })
            try await Crowd.watching(3) { _, random in
                let snapshot = try store.snapshot()
                let bucket = try snapshot.bucket("leases")
                let records = try bucket.all()
                let live = try bucket.storedCount() - bucket.overdue().count
                #expect(records.count == live)
                #expect(try bucket.count() == live)
                #expect(
                    try (0..<4).reduce(0) { try $0 + bucket.where(["kind": .integer($1)]).count() }
                        == live)
                #expect(records.allSatisfy { ($0.expiresAt ?? .distantFuture) > snapshot.instant })
                let before = clock.now
                if let record = try leases.get(Int.random(in: 0..<100, using: &random)) {
                    #expect((record.expiresAt ?? .distantFuture) > before)
                }
                _ = try leases.where(["kind": 1]).count()
            } while: {
                try await Crowd.writing(3, rounds: 200) { number, round, random in
                    let id = Int.random(in: 0..<100, using: &random)
                    switch number {
                    case 0: clock.advance(by: 10_000)
                    case 1:
                        let deadline =
                            clock.now + .milliseconds(Int.random(in: 1...200, using: &random))
                        do {
                            try await leases.setDeadline(id, deadline)
                        } catch is RecordNotFoundError {}
                    default:
                        do {
                            try await leases.insert(["id": .integer(Int64(id)), "kind": 1])
                        } catch is UniqueConstraintError {}
                    }
                }
            }
        }
    }
}
