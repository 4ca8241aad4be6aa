import StoreCore
import Testing

@Suite struct `A draft in conflict` {
    @Test func `is over, holds no version, and leaves a savepoint nothing to undo`() async throws {
        let store = try await Store.start()
        let counters = try await store.defineBucket(
            "counters", key: "id", schema: ["id": .string, "n": .integer])
        for id in ["a", "b"] { try await counters.insert(["id": .string(id), "n": 0]) }
        let draft = try store.draft()
        let drafted = try draft.context[counters]
        await #expect(throws: ConflictError.self) {
            try await draft.context.suspendingSavepoint {
                // The increment goes on from the newer record before the other one is found in conflict.
                try drafted.increment("a", "n", by: 1)
                try drafted.update("b", ["n": 9])
                try await counters.update("a", ["n": 5])
                try await counters.update("b", ["n": 6])
                do {
                    _ = try await store.preview(draft)
                } catch {
                    try await counters.update("a", ["n": 7])
                    throw error
                }
            }
        }
        #expect(throws: StoreError(.scopeEnded)) { try drafted.get("a") }
        #expect(try store.stats().snapshots.positions == 0)
        #expect(try counters.all().map { $0["n"] } == [7, 6])
    }
}
