import StoreCore
import StoreTesting
import Synchronization
import Testing

@Suite struct `Gates that refuse` {
    private struct Write: Sendable {
        let write: @Sendable (Depot) async throws -> Void
        init(_ write: @escaping @Sendable (Depot) async throws -> Void) { self.write = write }
    }

    private static let writes = [
        Write { try await $0.items.insert(Depot.record("z")) },
        Write { try await $0.items.insertMany((0..<300).map { Depot.record("k\($0)") }) },
        Write { try await $0.items.update("a", ["rank": 7, "role": "x", "code": "y"]) },
        Write { try await $0.items.delete("a") },
        Write { try await $0.items.clear() },
        Write { depot in
            try await depot.store.write { _ = try $0.bucket("items").deleteMany(where: .all) }
        },
        Write { _ = try await $0.shelf("new") },
        Write { try await $0.store.dropBucket("items") },
    ]

    @Test(arguments: writes.indices) func `leave the store as it was, and their error is thrown`(
        index: Int
    ) async throws {
        let gate = ShutterGate()
        let depot = try await Depot.filled("abc", [.gate(gate)])
        let observer = RecordingObserver()
        _ = try await depot.store.attach(observer)
        gate.shut(Refusal(note: "full"))
        let error = try await expectRefusal(Refusal.self, by: depot.store) {
            try await Self.writes[index].write(depot)
        }
        #expect(error == Refusal(note: "full"))
        #expect(observer.commits.isEmpty)
        gate.shut(nil)
        try await Self.writes[index].write(depot)
        #expect(observer.commits.map(\.position) == [Position(5)], "no position is lost")
    }

    @Test func `what one gate has admitted is taken back when a later one refuses`() async throws {
        let gates = [ShutterGate(), ShutterGate(), ShutterGate()]
        let depot = try await Depot(gates.map { .gate($0) })
        gates[2].shut()
        try await expectRefusal(Refusal.self, by: depot.store) {
            try await depot.items.insert(Depot.record("a"))
        }
        let both = [Position(1), Position(2)]
        #expect(gates.map(\.admitted) == [both, both, [Position(1)]])
        #expect(gates.map(\.refusedLater) == [[Position(2)], [Position(2)], []])
    }

    @Test func `a gate is not asked about what has failed already`() async throws {
        let gate = ShutterGate()
        let depot = try await Depot.filled("a", [.gate(gate)])
        let asked = gate.admitted
        _ = try? await depot.items.insert(Depot.record("a"))
        _ = try? await depot.items.update("a", ["rank": "x"])
        _ = try await depot.items.delete("missing")
        #expect(gate.admitted == asked)
    }

    @Test func `a gate that is added later is asked from then on`() async throws {
        let depot = try await Depot.filled("a")
        let gate = ShutterGate()
        try await depot.store.add(gate)
        gate.shut()
        try await expectRefusal(Refusal.self, by: depot.store) { try await depot.items.delete("a") }
    }
}

@Suite struct `Policies that fail` {
    @Test func `one that throws refuses the whole commit, and its error is thrown`() async throws {
        let depot = try await Depot.filled("ab")
        let shelf = try await depot.shelf("shelf", .policy { _ in throw Refusal(note: "policy") })
        var batch = WriteBatch()
        batch.delete("a", from: depot.items)
        batch.insert(["id": "s"], into: shelf)
        let filled = batch
        let error = try await expectRefusal(Refusal.self, by: depot.store) {
            try await depot.store.commit(filled)
        }
        #expect(error == Refusal(note: "policy"))
    }

    @Test func `one that adds changes without end is stopped`() async throws {
        let depot = try await Depot.filled("ab")
        let shelf = try await depot.shelf(
            "shelf",
            .policy { context in
                context.changes.map {
                    .insert(bucket: "shelf", ["id": .string(($0.key.value.string ?? "") + "x")])
                }
            })
        let error = try await expectRefusal(StoreError.self, by: depot.store) {
            try await shelf.insert(["id": "s"])
        }
        #expect(error.description.contains("without end"))
    }

    @Test func `two that undo each other's changes are stopped`() async throws {
        let depot = try await Depot.filled("ab")
        let flip = BucketOption.policy { context in
            context.changes.compactMap { change in
                change.new.map {
                    .update(
                        bucket: "shelf", key: change.key,
                        ["on": .bool($0["on"].bool == false)])
                }
            }
        }
        let shelf = try await depot.shelf("shelf", flip)
        let error = try await expectRefusal(StoreError.self, by: depot.store) {
            try await shelf.insert(["id": "s", "on": true])
        }
        #expect(error.description.contains("without end"))
    }

    @Test(arguments: [
        PolicyAction.insert(bucket: "items", ["id": "z"]),
        .update(bucket: "items", key: "a", ["rank": "x"]),
        .insert(bucket: "items", ["id": "a", "name": "x"]),
        .insert(bucket: "items", ["id": "z", "name": "x", "code": "code-a"]),
        .insert(bucket: "missing", ["id": "z"]),
        .delete(bucket: "missing", key: "z", reason: .cascade),
    ]) func `what they add is validated, and refused like any other write`(action: PolicyAction)
        async throws
    {
        let depot = try await Depot.filled("ab")
        let shelf = try await depot.shelf("shelf", .policy { _ in [action] })
        let before = try await Picture(of: depot.store)
        await #expect(throws: (any Error).self) { try await shelf.insert(["id": "s"]) }
        #expect(try await Picture(of: depot.store) == before)
    }

    @Test(arguments: [
        PolicyAction.delete(bucket: "items", key: "missing", reason: .evicted),
        .setDeadline(bucket: "items", key: "missing", .distantFuture),
        .update(bucket: "items", key: "missing", ["rank": 1]),
        .update(bucket: "items", key: "a", ["rank": 0]),
        .setDeadline(bucket: "items", key: "a", nil),
    ]) func `what is so already adds nothing`(action: PolicyAction) async throws {
        let depot = try await Depot.filled("ab")
        let observer = RecordingObserver()
        let shelf = try await depot.shelf("shelf", .policy { _ in [action] })
        _ = try await depot.store.attach(observer)
        try await shelf.insert(["id": "s"])
        #expect(observer.changes.map(\.key) == ["s"])
    }
}
