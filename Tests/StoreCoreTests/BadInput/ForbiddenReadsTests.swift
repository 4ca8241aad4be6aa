import StoreCore
import StoreTesting
import Testing

@Suite struct `Reads that are not allowed` {
    private struct Read: Sendable {
        let read: @Sendable (Depot) throws -> Void
        init(_ read: @escaping @Sendable (Depot) throws -> Void) { self.read = read }
    }

    private static let reads = [
        Read { _ = try $0.items.get("a") },
        Read { _ = try $0.items.get("nobody") },
        Read { _ = try $0.items.all() },
        Read { _ = try $0.items.count() },
        Read { _ = try $0.items.last() },
        Read { _ = try $0.items.where(.field("rank") == 0).first() },
        Read { _ = try $0.items.sum("rank") },
        Read { _ = try $0.items.storedCount() },
        Read { _ = try $0.items.nextDeadline() },
        Read { _ = try $0.items.tracked(by: ReadRecorder()).get("a") },
        Read { _ = try $0.items.page(limit: 1) },
        Read { _ = try $0.items.where(.all).explain() },
        Read { _ = try $0.store.snapshot() },
        Read { _ = try $0.store.lazyPin() },
        Read { _ = try $0.store.draft() },
    ]

    private static let explanation = "inside a test: read otherwise"

    private static func expectRefusal(
        _ explanation: String = Self.explanation, _ read: () throws -> Void
    ) {
        let error = #expect(throws: StoreError.self) { try read() }
        #expect(error?.reason == .readsForbidden(explanation))
    }

    @Test(arguments: reads.indices) func `where the context forbids reads they throw`(
        index: Int
    ) async throws {
        let depot = try await Depot.filled("a")
        StoreContext.with({ $0.readsForbidden = Self.explanation }) {
            Self.expectRefusal { try Self.reads[index].read(depot) }
        }
        try Self.reads[index].read(depot)
    }

    @Test(arguments: reads.indices) func `code inside may be allowed them again`(
        index: Int
    ) async throws {
        let depot = try await Depot.filled("a")
        try StoreContext.with({ $0.readsForbidden = Self.explanation }) {
            try StoreContext.with({ $0.readsForbidden = nil }) {
                try Self.reads[index].read(depot)
                StoreContext.with({ $0.readsForbidden = "once more" }) {
                    Self.expectRefusal("once more") { try Self.reads[index].read(depot) }
                }
            }
            Self.expectRefusal { try Self.reads[index].read(depot) }
        }
    }

    @Test func `in child tasks they throw, too`() async throws {
        let depot = try await Depot.filled("a")
        await StoreContext.with({ $0.readsForbidden = Self.explanation }) {
            await withTaskGroup { group in
                group.addTask { Self.expectRefusal { _ = try depot.items.get("a") } }
            }
        }
    }

    @Test func `in a task that outlives the code they are allowed`() async throws {
        let depot = try await Depot.filled("a")
        let (other, late) = (Gate(), Gate())
        // While other code is under way, every read is looked at.
        let beside = Task {
            await StoreContext.with({ $0.readsForbidden = "inside another" }) { await other.pass() }
        }
        await other.isReached()
        let task = StoreContext.with({ $0.readsForbidden = Self.explanation }) {
            Task {
                await late.pass()
                return try depot.items.get("a")
            }
        }
        await late.open()
        #expect(try await task.value != nil)
        await other.open()
        await beside.value
    }

    @Test func `a context that forbids them does so each time it is run in`() async throws {
        let depot = try await Depot.filled("a")
        let context = StoreContext.forComponent(forbiddingReads: Self.explanation)
        for _ in 0..<2 {
            await context.run {
                Self.expectRefusal { _ = try depot.items.get("a") }
            }
            #expect(try depot.items.get("a") != nil)
        }
        try await context.run {
            try await StoreContext.forComponent().run { () throws in
                #expect(try depot.items.get("a") != nil)
            }
        }
    }

    @Test func `snapshots and drafts that are there already are read as before`() async throws {
        let depot = try await Depot.filled("a")
        let (snapshot, draft) = (try depot.store.snapshot(), try depot.store.draft())
        try StoreContext.with({ $0.readsForbidden = Self.explanation }) { () throws in
            #expect(try snapshot.bucket("items").get("a") != nil)
            #expect(try snapshot.bucket("items").count() == 1)
            #expect(try draft.context.bucket("items").get("a") != nil)
        }
    }

    @Test func `a write still says that writes are forbidden`() async throws {
        let depot = try await Depot.filled("a")
        await #expect(throws: StoreError(.writesForbidden("here"))) {
            try await StoreContext.with({
                $0.writesForbidden = "here"
                $0.readsForbidden = Self.explanation
            }) { _ = try await depot.items.update("a", ["rank": 1]) }
        }
    }
}
