import StoreCore
import StoreTesting
import Synchronization
import Testing

/// The code of the article Extending the store.
@Suite struct `The guide to extensions` {
    // MARK: An observer that keeps a figure

    final class Totals: CommitObserver {
        private let sums = Mutex<[Key: Int64]>([:])
        let interest = CommitInterest(buckets: ["orders"], needsOldImages: true)

        func attach(to store: Store) async throws -> ObserverRegistration {
            let (registration, snapshot) = try await store.attach(self)
            for order in try snapshot.bucket("orders").all() { add(order, 1) }
            return registration
        }

        func didCommit(_ commit: Commit) {
            for change in commit.records where change.bucket.name == "orders" {
                if let old = change.old { add(old, -1) }
                if let new = change.new { add(new, 1) }
            }
        }

        private func add(_ order: Record, _ sign: Int64) {
            let amount = sign * (order["total"].int64 ?? 0)
            sums.withLock { $0[Key(order["customer"]), default: 0] += amount }
        }

        func total(of customer: Key) -> Int64 { sums.withLock { $0[customer] ?? 0 } }
    }

    private func orders(_ store: Store) async throws -> DynamicBucket {
        try await store.defineBucket(
            "orders", key: "id",
            schema: [
                "id": .integer(generated: .autoincrement), "customer": .string,
                "total": .integer(range: 0...),
            ])
    }

    @Test func `an observer goes on from a snapshot`() async throws {
        let store = try await Store.start("shop")
        let orders = try await orders(store)
        try await orders.insert(["customer": "ALFKI", "total": 40])
        let totals = Totals()
        let registration = try await totals.attach(to: store)
        let order = try await orders.insert(["customer": "ALFKI", "total": 2])
        #expect(totals.total(of: "ALFKI") == 42)
        try await orders.update(order.key, ["total": 3])
        #expect(totals.total(of: "ALFKI") == 43)
        registration.cancel()
        try await orders.clear()
        #expect(totals.total(of: "ALFKI") == 43)
    }

    // MARK: A component with a mailbox

    final class Journal: StoreComponent {
        let name = "journal"
        private let mailbox = CommitMailbox(CommitInterest(buckets: ["orders"]))
        private let state = Mutex(State())

        private struct State {
            var lines: [String] = []
            var registration: ObserverRegistration?
        }

        func start(on store: Store) async throws {
            let (registration, _) = try await store.attach(mailbox)
            state.withLock { $0.registration = registration }
        }

        func drain(through position: Position) async throws { write() }

        func stop() async {
            state.withLock { $0.registration }?.cancel()
            write()
        }

        private func write() {
            state.withLock { state in
                while let commit = mailbox.tryNext() {
                    state.lines.append("\(commit.position): \(commit.records.map(\.key))")
                }
            }
        }

        var lines: [String] { state.withLock { $0.lines } }
    }

    @Test func `a component follows the store`() async throws {
        let journal = Journal()
        let store = try await Store.start("shop", StoreOption { $0.add(journal) })
        let orders = try await orders(store)
        try await orders.insert(["customer": "ALFKI", "total": 40])
        try await store.settle()
        let lines = journal.lines  // all that follows from the commits so far is done

        #expect(lines == ["1: []", "2: [1]"])
        try await orders.delete(1)
        await store.stop()
        #expect(journal.lines.last == "3: [1]")
    }

    // MARK: A gate

    final class ReadOnly: CommitGate {
        private let isOn = Atomic(false)

        func set(_ on: Bool) { isOn.store(on, ordering: .releasing) }

        func admit(_ proposal: Commit) throws {
            guard isOn.load(ordering: .acquiring) else { return }
            throw StoreError(.refused("the shop is being moved; try again in a minute"))
        }
    }

    @Test func `a gate may refuse`() async throws {
        let store = try await Store.start("shop")
        let orders = try await orders(store)
        let readOnly = ReadOnly()
        try await store.add(readOnly)
        readOnly.set(true)
        await #expect(throws: StoreError.self) { try await orders.insert(["total": 1]) }
        #expect(try orders.count() == 0)
        readOnly.set(false)
        try await orders.insert(["total": 1])
        #expect(try orders.count() == 1)
    }

    // MARK: A policy, and the option that brings it

    @Test func `a policy adds to the commit`() async throws {
        let store = try await Store.start("shop")
        let visits = try await store.defineBucket(
            "visits", key: "id", schema: ["id": .integer(generated: .autoincrement)], .newest(2))
        try await visits.insertMany([[:], [:]])
        try await visits.insert([:])

        #expect(try visits.all().map(\.key) == [2, 3])
        #expect(visits.definition.attributes["newest"] == 2)
        let last = try #require(try await store.history.commits(after: .start, limit: 9).last)
        #expect(last.records.map(\.reason) == [.user, .evicted])
        var batch = WriteBatch()
        batch.delete(2, from: visits)
        for _ in 0..<2 { batch.insert([:], into: visits) }
        try await store.commit(batch)
        #expect(try visits.all().map(\.key) == [4, 5])
        await #expect(throws: StoreError.self) { try await visits.insertMany([[:], [:], [:]]) }
    }

    // MARK: A loader

    struct Copy: StateLoader {
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

    @Test func `a loader begins where another store is`() async throws {
        let store = try await Store.start("shop")
        let orders = try await orders(store)
        try await orders.insert(["customer": "ALFKI", "total": 40])
        let original = try store.snapshot()

        let copy = try await Store.start(
            "copy", StoreOption { $0.loader = Copy(original: original) })
        let same = try await self.orders(copy)  // binds to what was restored
        #expect(try same.get(1)?["total"] == 40)
        #expect(copy.position >= original.position)
        let next = try await same.insert(["customer": "ALFKI", "total": 2])
        #expect(next.key == 2)
    }

    // MARK: Causes

    @Test func `a commit says what led to it`() async throws {
        let store = try await Store.start("shop")
        let orders = try await orders(store)
        let order = try await Causation("import:orders.csv").run {
            try await orders.insert(["customer": "ALFKI", "total": 40])
        }
        let last = try await store.history.commits(after: .start, limit: 100).last
        let cause = last?.causation?.label  // "import:orders.csv"

        #expect(cause == "import:orders.csv")
        #expect(order.version == 1)
    }
}

extension BucketOption {
    /// At most `limit` records: the oldest give way.
    static func newest(_ limit: Int) -> BucketOption {
        BucketOption { bucket in
            guard limit > 0 else {
                throw DefinitionError(
                    bucket: bucket.bucket, reason: .invalidOption,
                    message: "a limit of \(limit) leaves no record; give one above zero")
            }
            bucket.attributes["newest"] = .integer(Int64(limit))
            bucket.add(NewestOnly(limit: limit))
        }
    }
}

struct NewestOnly: WritePolicy {
    let limit: Int

    func review(_ context: borrowing PolicyContext) throws -> [PolicyAction] {
        let excess = context.count - limit
        guard excess > 0 else { return [] }
        let bucket = context.bucket.name
        var victims = try context.before(bucket).oldest(limit: limit)
        victims.removeAll { context.pendingRecord($0.key) == nil }
        guard victims.count >= excess else {
            throw StoreError(.refused("\(bucket) holds \(limit) records at most"))
        }
        return victims.prefix(excess).map {
            .delete(bucket: bucket, key: $0.key, reason: .evicted)
        }
    }
}
