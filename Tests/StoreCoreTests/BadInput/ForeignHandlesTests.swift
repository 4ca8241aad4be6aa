import StoreCore
import StoreTesting
import Testing

@Suite struct `Handles of another store` {
    @Test func `a batch with one of them is refused`() async throws {
        let one = try await Depot.filled("a")
        let other = try await Depot.filled("b")
        var batch = WriteBatch()
        batch.delete("a", from: one.items)
        batch.delete("b", from: other.items)
        let filled = batch
        let error = try await expectRefusal(StoreError.self, by: one.store) {
            try await one.store.commit(filled)
        }
        #expect(error.description.contains("another store"))
        try await expectRefusal(StoreError.self, by: other.store) {
            try await other.store.commit(filled)
        }
    }

    @Test func `a required version of one of them is refused`() async throws {
        let one = try await Depot.filled("a")
        let other = try await Depot.filled("a")
        var batch = WriteBatch()
        batch.delete("a", from: one.items)
        let filled = batch
        let error = try await expectRefusal(StoreError.self, by: one.store) {
            try await one.store.commit(filled, requiring: [.version(1, of: "a", in: other.items)])
        }
        #expect(error.description.contains("another store"))
    }

    @Test func `a read set of another store is refused`() async throws {
        let one = try await Depot.filled("a")
        let other = try await Depot.filled("a")
        let recorder = ReadRecorder()
        _ = try other.items.tracked(by: recorder).all()
        let snapshot = try other.store.snapshot()
        var batch = WriteBatch()
        batch.delete("a", from: one.items)
        let filled = batch
        let error = try await expectRefusal(StoreError.self, by: one.store) {
            try await one.store.commit(
                filled, requiring: [.unchanged(recorder.readSet, since: snapshot)])
        }
        #expect(error.description.contains("another store"))
    }
}
