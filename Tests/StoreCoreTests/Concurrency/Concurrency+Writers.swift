import StoreCore
import Testing

extension Concurrency {
    @Suite struct Writers {
        private func counterStore() async throws -> (Store, DynamicBucket) {
            let store = try await Store.start("counters")
            let counters = try await store.defineBucket(
                "counters", key: "id", schema: ["id": .string, "n": .integer])
            try await counters.insert(["id": "a", "n": 0])
            try await counters.insert(["id": "b", "n": 0])
            return (store, counters)
        }

        @Test func `increments and closures of many writers all count`() async throws {
            let (_, counters) = try await counterStore()
            try await Crowd.writing(4, rounds: 200) { number, round, _ in
                if (number + round).isMultiple(of: 2) {
                    try await counters.increment("a", "n")
                } else {
                    try await counters.update("a") { $0["n"] = .integer(($0["n"].int64 ?? 0) + 1) }
                }
            }
            #expect(try counters.get("a")?["n"] == 800)
            #expect(try counters.get("a")?.version == 801)
        }

        /// Holds every copy against what was copied, at the very position of the copy.
        final class CopyAuditor: CommitObserver {
            private let items: DynamicBucket
            private let count = Guarded(0)

            init(_ items: DynamicBucket) { self.items = items }

            func didCommit(_ commit: Commit) {
                for copy in commit.records where copy.bucket.name == "copies" {
                    #expect(copy.new?["n"] == (try? items.get(0))?["n"])
                    count.withLock { $0 += 1 }
                }
            }

            var copies: Int { count.withLock { $0 } }
        }

        /// What is validated before the writer lock is taken has to be validated up to a commit that is in the history.
        @Test func `no optimistic write overlooks a commit that is being put in place`()
            async throws
        {
            let store = try await Store.start("optimists")
            let schema: BucketSchema = ["id": .integer, "n": .integer]
            let items = try await store.defineBucket("items", key: "id", schema: schema)
            let copies = try await store.defineBucket("copies", key: "id", schema: schema)
            try await items.insertMany((0..<200).map { ["id": .integer($0), "n": 0] })
            let auditor = CopyAuditor(items)
            _ = try await store.attach(auditor)
            try await Crowd.writing(3, rounds: 150) { number, round, _ in
                if number == 0 {
                    // Many changes make the moment long in which the commit is applied but not yet in the history.
                    var batch = WriteBatch()
                    for id in 0..<200 { batch.increment(id, "n", in: items) }
                    try await store.commit(batch)
                    return
                }
                for _ in 0..<6 {
                    let snapshot = try store.snapshot()
                    let recorder = ReadRecorder()
                    let n = try snapshot.bucket("items").tracked(by: recorder).get(0)?["n"] ?? .null
                    var batch = WriteBatch()
                    batch.upsert(["id": .integer(Int64(number)), "n": n], into: copies)
                    do {
                        try await store.commit(
                            batch, requiring: [.unchanged(recorder.readSet, since: snapshot)])
                    } catch is ConflictError {}
                }
            }
            #expect(auditor.copies > 0)
        }

        @Test func `whoever writes exclusively is never disturbed`() async throws {
            let (store, counters) = try await counterStore()
            try await Crowd.writing(4, rounds: 200) { number, round, _ in
                guard number == 0 else {
                    try await counters.increment("b", "n")
                    return
                }
                try await store.exclusively {
                    let before = store.position
                    try await counters.increment("a", "n")
                    await Task.yield()
                    try await counters.increment("a", "n")
                    #expect(store.position.value == before.value + 2)
                }
            }
            #expect(try counters.get("a")?["n"] == 400)
            #expect(try counters.get("b")?["n"] == 600)
        }

        @Test func `long and short writers all get their turn`() async throws {
            let bank = try await Bank()
            try await Crowd.writing(4, rounds: 40) { number, round, random in
                switch number {
                case 0: try await bank.deliver(round)
                case 1: try await bank.nextEpoch(round)
                case 2: try await bank.store.write { _ = try $0.bucket("bulk").clear() }
                default: try await bank.move(&random)
                }
            }
            try Bank.check(try bank.store.snapshot())
        }

        @Test func `a store that stops under load refuses, and loses and doubles nothing`()
            async throws
        {
            let (store, counters) = try await counterStore()
            let observer = PositionObserver()
            let (_, start) = try await store.attach(observer)
            let done = Guarded(0)
            let held = Guarded([Snapshot]())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        for _ in 0..<10_000 {
                            do {
                                if number == 0 {
                                    try await store.exclusively {
                                        _ = try await counters.increment("a", "n")
                                    }
                                } else {
                                    try await counters.increment("a", "n")
                                }
                            } catch let error as StoreError {
                                #expect(error.reason == .stopped)
                                return
                            }
                            done.withLock { $0 += 1 }
                        }
                    }
                }
                group.addTask {
                    while done.withLock({ $0 }) < 500 { await Task.yield() }
                    held.withLock { snapshots in
                        if let snapshot = try? store.snapshot() { snapshots.append(snapshot) }
                    }
                    async let one: Void = store.stop()
                    async let other: Void = store.stop()
                    _ = await (one, other)
                }
                try await group.waitForAll()
            }
            let count = done.withLock { $0 }
            let positions = observer.positions.map(\.value)
            #expect(positions == (0..<UInt64(count)).map { start.position.value + 1 + $0 })
            let last = try #require(held.withLock { $0.last })
            let n = try last.bucket("counters").get("a")?["n"].int ?? -1
            #expect(UInt64(n) == last.position.value - start.position.value)
            #expect(throws: StoreError(.stopped)) { try counters.get("a") }
        }
    }
}
