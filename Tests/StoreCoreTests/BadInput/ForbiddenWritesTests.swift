import StoreCore
import StoreTesting
import Testing

@Suite struct `Writes that are not allowed` {
    private struct Write: Sendable {
        let write: @Sendable (Depot) async throws -> Void
        init(_ write: @escaping @Sendable (Depot) async throws -> Void) { self.write = write }
    }

    private static let writes = [
        Write { try await $0.items.insert(Depot.record("z")) },
        Write { try await $0.items.insertMany([Depot.record("z")]) },
        Write { try await $0.items.update("a", ["rank": 1]) },
        Write { try await $0.items.update("a") { $0["rank"] = 1 } },
        Write { try await $0.items.delete("a") },
        Write { try await $0.items.updateMany(where: .all, ["rank": 1]) },
        Write { try await $0.items.clear() },
        Write { try await $0.store.write { _ in } },
        Write { try await $0.store.commit(WriteBatch()) },
        Write { try await $0.store.exclusively {} },
        Write { _ = try await $0.shelf("new") },
        Write { try await $0.store.dropBucket("items") },
        Write { _ = try await $0.store.attach(RecordingObserver()) },
        Write { try await $0.store.add(ShutterGate()) },
    ]

    @Test(arguments: writes.indices) func `where the context forbids writes they throw`(index: Int)
        async throws
    {
        let depot = try await Depot.filled("a")
        try await StoreContext.with({ $0.writesForbidden = "inside a test" }) {
            try await expectRefusal(.writesForbidden("inside a test"), by: depot.store) {
                try await Self.writes[index].write(depot)
            }
        }
        try await depot.items.insert(Depot.record("b"))
    }

    @Test(arguments: writes.indices) func `in a cancelled task they throw CancellationError`(
        index: Int
    ) async throws {
        let depot = try await Depot.filled("a")
        let before = try await Picture(of: depot.store)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await Self.writes[index].write(depot)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await Picture(of: depot.store) == before)
    }

    @Test func `reads in a cancelled task go on`() async throws {
        let depot = try await Depot.filled("a")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try depot.items.all().count
        }
        #expect(try await task.value == 1)
    }

    @Test func `a body that throws has written nothing, and its error is thrown`() async throws {
        let depot = try await Depot.filled("a")
        let error = try await expectRefusal(Refusal.self, by: depot.store) {
            try await depot.store.write { tx in
                let items = try tx.bucket("items")
                try items.clear()
                try items.insertTwenty()
                throw Refusal(note: "body")
            }
        }
        #expect(error == Refusal(note: "body"))
    }

    @Test func `an operation that fails inside a write leaves the others standing`() async throws {
        let depot = try await Depot.filled("abc")
        try await depot.store.write { tx in
            let items = try tx.bucket("items")
            try items.delete("a")
            #expect(throws: UniqueConstraintError.self) { try items.insert(Depot.record("b")) }
            #expect(throws: ValidationError.self) { try items.update("b", ["rank": "x"]) }
            #expect(throws: ValidationError.self) {
                try items.updateMany(where: .all, ["name": "changed", "id": "b"])
            }
            #expect(throws: RecordNotFoundError.self) { try items.increment("a", "rank") }
            #expect(try items.all().map { $0["name"] } == ["item b", "item c"])
        }
        #expect(depot.store.position == Position(5))
        #expect(try depot.items.all().map(\.version) == [1, 1])
    }
}

extension WritableBucket {
    fileprivate func insertTwenty() throws {
        for number in 0..<20 { try insert(Depot.record("k\(number)")) }
    }
}
