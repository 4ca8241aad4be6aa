import StoreCore
import StoreTesting
import Synchronization
import Testing

/// Everything that takes the writer lock.
private struct NestedWrite: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let write: @Sendable (Depot) async throws -> Void

    init(_ name: String, _ write: @escaping @Sendable (Depot) async throws -> Void) {
        testDescription = name
        self.write = write
    }

    static let all = [
        NestedWrite("insert") { try await $0.items.insert(Depot.record("z")) },
        NestedWrite("insertMany") { try await $0.items.insertMany([Depot.record("z")]) },
        NestedWrite("upsert") { try await $0.items.upsert(Depot.record("a")) },
        NestedWrite("update") { try await $0.items.update("a", ["rank": 1]) },
        NestedWrite("update by closure") { try await $0.items.update("a") { $0["rank"] = 1 } },
        NestedWrite("replace") { try await $0.items.replace("a", with: ["name": "x"]) },
        NestedWrite("delete") { try await $0.items.delete("a") },
        NestedWrite("increment") { try await $0.items.increment("a", "rank") },
        NestedWrite("setDeadline") { try await $0.items.setDeadline("a", nil) },
        NestedWrite("updateMany") { try await $0.items.updateMany(where: .all, ["rank": 1]) },
        NestedWrite("deleteMany") { try await $0.items.deleteMany(where: .all) },
        NestedWrite("clear") { try await $0.items.clear() },
        NestedWrite("write") { try await $0.store.write { _ in } },
        NestedWrite("commit") { try await $0.store.commit(WriteBatch()) },
        NestedWrite("exclusively") { try await $0.store.exclusively {} },
        NestedWrite("defineBucket") { _ = try await $0.shelf("new") },
        NestedWrite("dropBucket") { try await $0.store.dropBucket("items") },
        NestedWrite("attach") { _ = try await $0.store.attach(RecordingObserver()) },
        NestedWrite("add a gate") { try await $0.store.add(ShutterGate()) },
    ]
}

@Suite struct `Nested writes` {
    private func isNested(_ error: (any Error)?) -> Bool {
        (error as? StoreError)?.reason == .nestedWrite
    }

    @Test(arguments: NestedWrite.all) fileprivate func `from inside store.write they throw`(
        nested: NestedWrite
    ) async throws {
        let depot = try await Depot.filled("a")
        let before = try await Picture(of: depot.store)
        try await depot.store.write { _ in
            #expect(isNested(errorInline { try await nested.write(depot) }))
        }
        #expect(try await Picture(of: depot.store) == before)
    }

    @Test(arguments: NestedWrite.all) fileprivate func `from inside didCommit they throw`(
        nested: NestedWrite
    ) async throws {
        let depot = try await Depot.filled("a")
        let errors = Mutex<[Bool]>([])
        let observer = ClosureObserver { _ in
            let error = errorInline { try await nested.write(depot) }
            errors.withLock { $0.append((error as? StoreError)?.reason == .nestedWrite) }
        }
        _ = try await depot.store.attach(observer)
        try await depot.items.insert(Depot.record("b"))
        #expect(errors.withLock { $0 } == [true])
        #expect(try depot.keys == ["a", "b"])
        #expect(depot.store.position == Position(3))
        await depot.store.stop()
    }

    @Test(arguments: NestedWrite.all) fileprivate func `from inside a policy they throw`(
        nested: NestedWrite
    ) async throws {
        let depot = try await Depot.filled("a")
        let shelf = try await depot.shelf(
            "shelf",
            .policy { _ in
                if let error = errorInline({ try await nested.write(depot) }) { throw error }
                return []
            })
        try await expectRefusal(.nestedWrite, by: depot.store) {
            try await shelf.insert(["id": "s"])
        }
    }

    @Test func `from inside a gate they throw`() async throws {
        final class WritingGate: CommitGate {
            let items: DynamicBucket
            init(_ items: DynamicBucket) { self.items = items }
            func admit(_ proposal: Commit) throws {
                let items = items
                if let error = errorInline({ try await items.delete("a") }) { throw error }
            }
        }
        let depot = try await Depot.filled("a")
        try await depot.store.add(WritingGate(depot.items))
        try await expectRefusal(.nestedWrite, by: depot.store) {
            try await depot.items.insert(Depot.record("b"))
        }
        await depot.store.stop()
    }

    @Test func `from inside a closure that changes a record under the lock they throw`()
        async throws
    {
        let depot = try await Depot.filled("a")
        var batch = WriteBatch()
        batch.update("a", in: depot.items) { fields in
            if let error = errorInline({ try await depot.items.delete("a") }) { throw error }
            fields["rank"] = 1
        }
        let filled = batch
        try await expectRefusal(.nestedWrite, by: depot.store) {
            try await depot.store.commit(filled)
        }
    }

    @Test(arguments: NestedWrite.all) fileprivate func `into another store they throw too`(
        nested: NestedWrite
    ) async throws {
        let one = try await Depot.filled("a")
        let other = try await Depot.filled("a")
        let before = try await Picture(of: other.store)
        try await one.store.write { tx in
            try tx.bucket("items").insert(Depot.record("b"))
            #expect(isNested(errorInline { try await nested.write(other) }))
        }
        #expect(try one.keys == ["a", "b"], "the outer write stands")
        #expect(try await Picture(of: other.store) == before)
    }

    @Test func `reads through ordinary handles show the committed state`() async throws {
        let one = try await Depot.filled("a")
        let other = try await Depot.filled("xyz")
        try await one.store.write { tx in
            let items = try tx.bucket("items")
            try items.insert(Depot.record("b"))
            #expect(try one.items.count() == 1)
            #expect(try one.store.snapshot().bucket("items").count() == 1)
            #expect(try items.count() == 2)
            #expect(try other.items.count() == 3)
        }
    }

    @Test func `after a nested write has thrown, the thread can write again`() async throws {
        let depot = try await Depot.filled("a")
        try await depot.store.write { _ in
            _ = errorInline { try await depot.items.delete("a") }
        }
        #expect(try await depot.items.delete("a"))
    }
}
