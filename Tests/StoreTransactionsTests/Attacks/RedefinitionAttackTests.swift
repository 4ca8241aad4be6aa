import StoreCore
import StoreTesting
import StoreTransactions
import TestSupport
import Testing

@Suite struct `A bucket that changes under transactions` {
    @Test func `is redefined and dropped while their bodies go on`() async throws {
        let store = try await Store.start("moving", .clock(ManualClock()))
        let isOver = Flag()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 0..<60 {
                    _ = try? await store.defineBucket(
                        "items", key: "id", schema: ["id": .integer, "n": .integer])
                    _ = try? await store.bucket("items").insertMany(
                        (0..<50).map { ["id": .integer($0), "n": 1] })
                    await Task.yield()
                    _ = try? await store.updateBucket(
                        "items", adding: ["x\(round)": .string],
                        addingIndexes: [IndexDefinition("n")])
                    await Task.yield()
                    if round.isMultiple(of: 2) { _ = try? await store.dropBucket("items") }
                    if round.isMultiple(of: 4) {
                        // Another key, in the same place.
                        _ = try? await store.defineBucket(
                            "items", key: "n", schema: ["n": .integer, "id": .string])
                        await Task.yield()
                        _ = try? await store.dropBucket("items")
                    }
                }
                isOver.set()
            }
            for index in 0..<3 {
                group.addTask {
                    while !isOver.isSet {
                        do {
                            try await store.transaction(retry: .upTo(1)) { tx in
                                let bucket = try tx.bucket("items")
                                for step in 0..<6 {
                                    _ = try? bucket.get(step + index)
                                    _ = try? bucket.increment(step, "n")
                                    _ = try? bucket.insert([
                                        "id": .integer(Int64(100 + step)),
                                        "n": .integer(Int64(1_000 + step)),
                                    ])
                                    _ = try? bucket.where(.field("n") > 0).count()
                                    _ = try? bucket.updateMany(where: .field("n") == 1, ["n": 2])
                                    await Task.yield()
                                }
                                if index == 2 { throw Refusal() }
                            }
                        } catch {}
                        await Task.yield()
                    }
                }
            }
        }
        // A task lets go of what it holds a moment after its group has been told of its end.
        let isFree = try await patiently { try store.stats().snapshots.positions == 0 }
        #expect(isFree)
        #expect(try store.stats().components["transactions"]?["underWay"] == 0)
        await store.stop()
    }

    @Test func `is dropped before their commit, and defined anew`() async throws {
        let store = try await Store.start("moving", .clock(ManualClock()))
        _ = try await store.defineBucket(
            "items", key: "id", schema: ["id": .integer, "n": .integer])
        let error = await #expect(throws: TransactionConflictError.self) {
            try await store.transaction { tx in
                let bucket = try tx.bucket("items")
                try bucket.insert(["id": 1, "n": 1])
                try await meanwhile {
                    try await store.dropBucket("items")
                    _ = try await store.defineBucket(
                        "items", key: "id", schema: ["id": .integer, "n": .string])
                }
                // The body goes on with the bucket that it began with.
                try bucket.insert(["id": 2, "n": 1])
            }
        }
        #expect(error?.bucket == "items")
        #expect(try store.bucket("items").count() == 0)
    }
}
