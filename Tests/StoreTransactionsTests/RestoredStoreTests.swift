import StoreCore
import StoreTesting
import StoreTransactions
import Testing

/// A store that was restored from another, whose bucket is defined again as it was.
@Suite struct `Transactions on a restored bucket` {
    private struct Copy: StateLoader {
        let original: Snapshot

        func load(into state: StateRestoration) async throws {
            for reference in original.buckets {
                let bucket = try original.bucket(reference.name)
                state.addBucket(
                    bucket.definition, records: try bucket.all().map { RestoredRecord($0) })
            }
            state.setPosition(original.position, timestamp: original.instant)
        }
    }

    private static let schema: BucketSchema = [
        "id": .integer(generated: .autoincrement), "n": .integer,
        "note": .string(default: .dynamic { "made" }),
    ]

    private func restored() async throws -> (store: Store, orders: DynamicBucket) {
        let first = try await Store.start("first", .clock(ManualClock()))
        let orders = try await first.defineBucket("orders", key: "id", schema: Self.schema)
        for number in 1...3 { try await orders.insert(["n": .integer(Int64(number))]) }
        let loader = Copy(original: try first.snapshot())
        let copy = try await Store.start(
            "copy", .clock(ManualClock()), StoreOption { $0.loader = loader })
        return (copy, try await copy.defineBucket("orders", key: "id", schema: Self.schema))
    }

    @Test(arguments: 0..<6) func `commit whatever they write`(write: Int) async throws {
        let (store, orders) = try await restored()
        try await store.transaction(retry: .never) { tx in
            let orders = try tx.bucket("orders")
            switch write {
            case 0: try orders.insert(["n": 7])
            case 1: try orders.update(1, ["n": 7])
            case 2: try orders.increment(1, "n", by: 6)
            case 3: try orders.replace(1, with: ["n": 7])
            case 4: _ = try orders.updateMany(where: .field("n") == 1, ["n": 7])
            default:
                _ = try orders.where(.field("n") > 1).count()
                try orders.upsert(["id": 1, "n": 7])
            }
        }
        #expect(try orders.where(["n": 7]).count() == 1)
    }

    @Test func `hold on when another commit comes between`() async throws {
        let (store, orders) = try await restored()
        try await store.transaction(retry: .never) { tx in
            let own = try tx.bucket("orders")
            _ = try own.where(["n": 3]).count()
            try await Task.detached { _ = try await orders.insert(["n": 9]) }.value
            try own.update(1, ["n": 7])
        }
        #expect(try orders.get(1)?["n"] == 7)
    }

    @Test func `fill in what closures give`() async throws {
        let (store, orders) = try await restored()
        try await store.transaction(retry: .never) { tx in
            try tx.bucket("orders").replace(1, with: ["n": 7])
        }
        #expect(try orders.get(1)?["note"] == "made")
    }

    @Test func `are in conflict with a change of the definition`() async throws {
        let (store, _) = try await restored()
        await #expect(throws: TransactionConflictError.self) {
            try await store.transaction(retry: .never) { tx in
                try tx.bucket("orders").update(1, ["n": 7])
                try await Task.detached {
                    _ = try await store.updateBucket("orders", adding: ["more": .string])
                }.value
            }
        }
    }
}
