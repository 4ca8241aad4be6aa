import StoreCore
import StoreTesting
import Testing

/// Everything that a handle can do.
private struct HandleUse: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let use: @Sendable (DynamicBucket) async throws -> Void

    init(_ name: String, _ use: @escaping @Sendable (DynamicBucket) async throws -> Void) {
        testDescription = name
        self.use = use
    }

    static let all = [
        HandleUse("get") { _ = try $0.get("a") },
        HandleUse("contains") { _ = try $0.contains("a") },
        HandleUse("all") { _ = try $0.all() },
        HandleUse("count") { _ = try $0.count() },
        HandleUse("count(where:)") { _ = try $0.count(where: ["role": "even"]) },
        HandleUse("first") { _ = try $0.first() },
        HandleUse("first(1)") { _ = try $0.first(1) },
        HandleUse("last") { _ = try $0.last() },
        HandleUse("last(1)") { _ = try $0.last(1) },
        HandleUse("where") { _ = try $0.where(["role": "even"]).all() },
        HandleUse("exists") { _ = try $0.where(["role": "even"]).exists() },
        HandleUse("page") { _ = try $0.page(limit: 1) },
        HandleUse("sum") { _ = try $0.sum("rank") },
        HandleUse("avg") { _ = try $0.avg("rank") },
        HandleUse("min") { _ = try $0.min("rank") },
        HandleUse("max") { _ = try $0.max("rank") },
        HandleUse("distinct") { _ = try $0.distinct("rank") },
        HandleUse("groupBy") { _ = try $0.groupBy("rank").count() },
        HandleUse("explain") { _ = try $0.explain() },
        HandleUse("tracked") { _ = try $0.tracked(by: ReadRecorder()).get("a") },
        HandleUse("overdue") { _ = try $0.overdue() },
        HandleUse("nextDeadline") { _ = try $0.nextDeadline() },
        HandleUse("oldest") { _ = try $0.oldest(limit: 1) },
        HandleUse("storedCount") { _ = try $0.storedCount() },
        HandleUse("insert") { try await $0.insert(Depot.record("z")) },
        HandleUse("insertMany") { try await $0.insertMany([Depot.record("z")]) },
        HandleUse("upsert") { try await $0.upsert(Depot.record("a")) },
        HandleUse("update") { try await $0.update("a", ["rank": 1]) },
        HandleUse("update by closure") { try await $0.update("a") { $0["rank"] = 1 } },
        HandleUse("replace") { try await $0.replace("a", with: ["name": "x"]) },
        HandleUse("delete") { try await $0.delete("a") },
        HandleUse("delete of nothing") { try await $0.delete("missing") },
        HandleUse("increment") { try await $0.increment("a", "rank") },
        HandleUse("setDeadline") { try await $0.setDeadline("a", nil) },
        HandleUse("updateMany") { try await $0.updateMany(where: .all, ["rank": 1]) },
        HandleUse("deleteMany") { try await $0.deleteMany(where: .all) },
        HandleUse("clear") { try await $0.clear() },
    ]
}

/// Everything that a store can do.
private struct StoreUse: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let use: @Sendable (Store) async throws -> Void

    init(_ name: String, _ use: @escaping @Sendable (Store) async throws -> Void) {
        testDescription = name
        self.use = use
    }

    static let all = [
        StoreUse("defineBucket") {
            try await $0.defineBucket("new", key: "id", schema: ["id": .string])
        },
        StoreUse("dropBucket") { try await $0.dropBucket("items") },
        StoreUse("bucket") { _ = try $0.bucket("items") },
        StoreUse("snapshot") { _ = try $0.snapshot() },
        StoreUse("lazyPin") { _ = try $0.lazyPin() },
        StoreUse("stats") { _ = try $0.stats() },
        StoreUse("write") { try await $0.write { _ in } },
        StoreUse("commit") { try await $0.commit(WriteBatch()) },
        StoreUse("exclusively") { try await $0.exclusively {} },
        StoreUse("attach") { _ = try await $0.attach(RecordingObserver()) },
        StoreUse("add a gate") { try await $0.add(ShutterGate()) },
        StoreUse("addComponent") { try await $0.addComponent(ProbeComponent("late")) },
        StoreUse("settle") { try await $0.settle() },
    ]
}

@Suite struct `Use after the end` {
    @Test(arguments: HandleUse.all) fileprivate func `a handle of a stopped store throws`(
        use: HandleUse
    ) async throws {
        let depot = try await Depot.filled("ab")
        let snapshot = try depot.store.snapshot()
        await depot.store.stop()
        await #expect(throws: StoreError(.stopped)) { try await use.use(depot.items) }
        #expect(depot.store.position == snapshot.position)
        #expect(try snapshot.bucket("items").count() == 2)
    }

    @Test(arguments: StoreUse.all) fileprivate func `a stopped store throws`(use: StoreUse)
        async throws
    {
        let depot = try await Depot.filled("ab")
        await depot.store.stop()
        await #expect(throws: StoreError(.stopped)) { try await use.use(depot.store) }
        #expect(depot.store.position == Position(3))
    }

    @Test func `what a stopped store can still tell`() async throws {
        let depot = try await Depot.filled("ab")
        let pin = try depot.store.lazyPin()
        await depot.store.stop()
        #expect(depot.store.name == "depot")
        #expect(depot.store.position == Position(3))
        #expect(depot.store.buckets.map(\.name) == ["items"])
        #expect(depot.store.health.state == .stopped)
        #expect(depot.store.now == depot.clock.now)
        #expect(throws: StoreError(.stopped)) { try pin.snapshot() }
    }

    @Test(arguments: HandleUse.all) fileprivate func `a handle of a dropped bucket throws`(
        use: HandleUse
    ) async throws {
        let depot = try await Depot.filled("ab")
        try await depot.store.dropBucket("items")
        try await expectRefusal(.bucketDropped("items"), by: depot.store) {
            try await use.use(depot.items)
        }
    }

    @Test(arguments: HandleUse.all)
    fileprivate func `a handle never reaches a later bucket of its name`(use: HandleUse)
        async throws
    {
        let depot = try await Depot.filled("ab")
        try await depot.store.dropBucket("items")
        let again = try await depot.store.defineBucket("items", key: "id", schema: Depot.schema)
        try await again.insert(Depot.record("a"))
        try await expectRefusal(.bucketDropped("items"), by: depot.store) {
            try await use.use(depot.items)
        }
        #expect(depot.items != again)
    }

    @Test func `a batch with an operation on a dropped bucket happens not at all`() async throws {
        let depot = try await Depot.filled("ab")
        let shelf = try await depot.shelf()
        try await depot.store.dropBucket("items")
        var batch = WriteBatch()
        batch.insert(["id": "s"], into: shelf)
        batch.delete("a", from: depot.items)
        try await expectRefusal(.bucketDropped("items"), by: depot.store) {
            try await depot.store.commit(batch)
        }
    }

    @Test func `a requirement about a dropped bucket does not hold`() async throws {
        let depot = try await Depot.filled("ab")
        let recorder = ReadRecorder()
        let snapshot = try depot.store.snapshot()
        _ = try snapshot.bucket("items").tracked(by: recorder).all()
        let reads = recorder.readSet
        let shelf = try await depot.shelf()
        var batch = WriteBatch()
        batch.insert(["id": "s"], into: shelf)
        try await depot.store.dropBucket("items")
        let filled = batch
        try await expectRefusal(ConflictError.self, by: depot.store) {
            try await depot.store.commit(filled, requiring: [.unchanged(reads, since: snapshot)])
        }
        try await expectRefusal(.bucketDropped("items"), by: depot.store) {
            try await depot.store.commit(filled, requiring: [.version(1, of: "a", in: depot.items)])
        }
    }
}
