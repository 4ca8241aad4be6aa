import Foundation
import StoreCore
import StoreTesting
import Synchronization
import Testing

@Suite struct `What belongs to a write and is kept` {
    /// A context and a bucket of a write that has ended, in success or in failure.
    private func kept(
        _ depot: Depot, failing: Bool = false
    ) async throws -> (context: WriteContext, bucket: WritableBucket) {
        let kept = Mutex<(WriteContext, WritableBucket)?>(nil)
        try? await depot.store.write { tx in
            let bucket = try tx.bucket("items")
            kept.withLock { $0 = (tx, bucket) }
            if failing { throw Refusal() }
        }
        return try #require(kept.withLock { $0 })
    }

    private func isRefused(_ body: () throws -> some Any) -> Bool {
        do {
            _ = try body()
            return false
        } catch {
            return (error as? StoreError)?.reason == .scopeEnded
        }
    }

    private func useOf(_ kept: (context: WriteContext, bucket: WritableBucket)) -> [Bool] {
        let (context, items) = kept
        return [
            isRefused { try context.bucket("items") },
            isRefused { try items.get("a") },
            isRefused { try items.contains("a") },
            isRefused { try items.all() },
            isRefused { try items.count() },
            isRefused { try items.where(["role": "even"]).all() },
            isRefused { try items.overdue() },
            isRefused { try items.nextDeadline() },
            isRefused { try items.insert(Depot.record("z")) },
            isRefused { try items.upsert(Depot.record("a")) },
            isRefused { try items.update("a", ["rank": 1]) },
            isRefused { try items.replace("a", with: ["name": "x"]) },
            isRefused { try items.delete("a") },
            isRefused { try items.increment("a", "rank") },
            isRefused { try items.setDeadline("a", nil) },
            isRefused { try items.updateMany(where: .all, ["rank": 1]) },
            isRefused { try items.deleteMany(where: .all) },
            isRefused { try items.clear() },
        ]
    }

    @Test(arguments: [false, true]) func `cannot be used when it has ended`(failing: Bool)
        async throws
    {
        let depot = try await Depot.filled("a")
        let kept = try await kept(depot, failing: failing)
        let before = try await Picture(of: depot.store)
        #expect(useOf(kept).allSatisfy { $0 })
        #expect(try await Picture(of: depot.store) == before)
    }

    @Test func `cannot be used in a later write`() async throws {
        let depot = try await Depot.filled("a")
        let kept = try await kept(depot)
        try await depot.store.write { _ in #expect(useOf(kept).allSatisfy { $0 }) }
        #expect(try depot.keys == ["a"])
    }

    @Test func `cannot be used in a write of another store`() async throws {
        let depot = try await Depot.filled("a")
        let other = try await Depot.filled("b")
        let kept = try await kept(depot)
        try await other.store.write { _ in #expect(useOf(kept).allSatisfy { $0 }) }
        try await depot.store.write { outer in
            let mine = (context: outer, bucket: try outer.bucket("items"))
            try mine.bucket.insert(Depot.record("c"))
            // On another thread than the write's own, nothing of it can be used either.
            let elsewhere = Mutex<[Bool]>([])
            let done = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                elsewhere.withLock { $0 = useOf(mine) }
                done.signal()
            }
            done.wait()
            #expect(elsewhere.withLock { $0 }.allSatisfy { $0 })
        }
        #expect(try depot.keys == ["a", "c"])
    }

    @Test func `a policy's reader cannot be used when the review has ended`() async throws {
        let readers = Mutex<[PolicyReader]>([])
        let depot = try await Depot()
        let shelf = try await depot.shelf(
            "shelf",
            .policy { context in
                let reader = try context.before("items")
                _ = try reader.count()
                readers.withLock { $0.append(reader) }
                return []
            })
        try await shelf.insert(["id": "s"])
        let kept = try #require(readers.withLock { $0.first })
        #expect(isRefused { try kept.count() })
        #expect(isRefused { try kept.get("a") })
        try await depot.store.write { _ in #expect(isRefused { try kept.all() }) }
    }

    @Test func `a query made inside cannot be run outside`() async throws {
        let depot = try await Depot.filled("a")
        let query = try await depot.store.write { try $0.bucket("items").where(["role": "even"]) }
        #expect(isRefused { try query.all() })
    }
}
